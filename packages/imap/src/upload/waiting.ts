// What a group that was refused waits for, and what it may be refused for. `[LIMIT]` is said of too many connections as of one message that is too large.
import type { Completion } from '../connection/connection.js';
import type { Group } from './group.js';
import { judge } from './patience.js';

/** Waits of a batch that hits a limit, before its messages are tried in parts: it may be the limit of one of them. */
const BATCH_WAITS = 2;
const KEYWORD = /flag|keyword/i;
const SIZE = /\bsize\b|larger?\b|\bbig\b|too long/i;

/** True when a group was told to wait, and may be sent again as it is after that. */
export function isToWait({ refusal, items, waits }: Group): boolean {
  if (refusal === undefined || judge(refusal).kind !== 'busy') return false;
  return refusal.code?.name !== 'LIMIT' || items.length === 1 || waits < BATCH_WAITS;
}

/** Milliseconds that the server asks for; 0 when it names none. */
export function waitOf(refusal: Completion | undefined): number {
  const verdict = refusal === undefined ? undefined : judge(refusal);
  return verdict?.kind === 'busy' ? (verdict.waitMs ?? 0) : 0;
}

/** True when a message may have been refused for its keywords: always but where the server names its size. Courier says of digits alone only that there was an error. */
export function mayBeKeywords({ status, code, text }: Completion): boolean {
  return status === 'BAD' || code?.name === 'LIMIT' || KEYWORD.test(text) || !(code?.name === 'TOOBIG' || SIZE.test(text));
}
