// The start of nearly every message, recognised in one call of the kernel: a From_ line with a date as ctime writes it, and two header fields that mail
// software writes. It says what parseFromLine, following and judge say of such lines; whatever is odd is theirs.
import type { FromDate } from './from-date.js';
import { NameTable, results, usualStart } from './kernel.js';

/** Names that `following` (header-shape.ts) knows too: those that come first in most messages. */
const FIRST = new NameTable([
  ...[
    'return-path',
    'received',
    'from',
    'date',
    'message-id',
    'to',
    'subject',
    'delivered-to',
    'x-original-to',
    'envelope-to',
    'delivery-date',
  ],
  ...[
    'sender',
    'reply-to',
    'mime-version',
    'content-type',
    'dkim-signature',
    'status',
    'x-status',
    'x-uid',
    'x-mozilla-status',
    'x-mozilla-status2',
  ],
]);
/** Octets that are looked at. */
const REACH = 2048;

/** A usual start. */
export interface UsualStart {
  /** Octets of the From_ line with its line end. */
  readonly length: number;
  readonly date: FromDate;
}

/** What starts at `from` in the octets before `to`, where that is as usual. */
export function readUsualStart(octets: Buffer, from: number, to: number): UsualStart | undefined {
  const length = usualStart(octets, from, Math.min(to, from + REACH), FIRST);
  if (length === 0) return undefined;
  return { length, date: { year: at(0), month: at(1), day: at(2), hour: at(3), minute: at(4), second: at(5) } };
}

function at(index: number): number {
  return results[index] ?? 0;
}
