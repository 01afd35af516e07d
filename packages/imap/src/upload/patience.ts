import { RemoteError } from '@mailferry/core';
import type { Completion } from '../connection/connection.js';
import { busyFor } from '../connection/refusal.js';

/** What to make of a refusal. */
export type Verdict =
  | { readonly kind: 'busy'; readonly waitMs: number | undefined }
  | { readonly kind: 'quota' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused' };

/** A limit that waiting does not lift: the size of this message, or the keywords that the mailbox has room for. */
const OWN_LIMIT = /flag|keyword|\bsize\b|larger?\b|\bbig\b|too long/i;
const QUOTA_TEXT = /over ?quota|quota exceeded|exceeded.*quota|mailbox is full/i;

/** Sorts what a server says into: wait, out of space, mailbox gone, refused for good. */
export function judge(completion: Pick<Completion, 'code' | 'text'>): Verdict {
  const code = completion.code?.name ?? '';
  if (code === 'OVERQUOTA' || (code === '' && QUOTA_TEXT.test(completion.text))) return { kind: 'quota' };
  if (code === 'TRYCREATE' || code === 'NONEXISTENT') return { kind: 'gone' };
  const busy = busyFor(completion);
  const isOwn = (code === 'LIMIT' || code === '') && busy?.waitMs === undefined && OWN_LIMIT.test(completion.text);
  return busy === undefined || isOwn ? { kind: 'refused' } : { kind: 'busy', ...busy };
}

/** How long to wait, and when to give up. */
export interface PatienceOptions {
  /** First wait, ms; doubled each time; default 1,000. */
  readonly firstWaitMs?: number;
  /** Longest wait that we choose, ms; default 60,000. */
  readonly longestWaitMs?: number;
  /** Longest wait that a server may ask for, ms; default 900,000. */
  readonly longestAskedMs?: number;
  /** Waits in a row without anything getting done before giving up; default 10. */
  readonly tries?: number;
}

/** Waits between attempts; anything that gets done makes it patient again. */
export class Patience {
  readonly #options: Required<PatienceOptions>;
  #tries = 0;

  constructor(options: PatienceOptions = {}) {
    this.#options = { firstWaitMs: 1000, longestWaitMs: 60_000, longestAskedMs: 900_000, tries: 10, ...options };
  }

  /** Something got done. */
  reset(): void {
    this.#tries = 0;
  }

  /**
   * The wait before the next attempt, ms.
   *
   * @throws `error` when patience is at its end.
   */
  next(error: Error, askedMs?: number): number {
    const { firstWaitMs, longestWaitMs, longestAskedMs, tries } = this.#options;
    if (this.#tries >= tries) throw error;
    const own = Math.min(longestWaitMs, firstWaitMs * 2 ** this.#tries);
    this.#tries++;
    return askedMs === undefined ? own : Math.min(longestAskedMs, Math.max(askedMs, 1));
  }
}

/** The error for an account that is full. */
export function busyError(said: string): RemoteError {
  return new RemoteError('IMAP_BUSY', `the server asks for patience, again and again: ${said}`, {
    retryable: true,
    help: 'run the same command again later; nothing is sent twice',
  });
}
