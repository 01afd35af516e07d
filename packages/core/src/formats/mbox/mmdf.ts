// MMDF: each message stands between two lines of four octets of 1, its From_ line may be missing, and what looks like one inside is text. The lines end
// with LF, or with CR LF where all of the file does.
import { MAX_FROM_LINE } from './from-line.js';
import { FOLLOWING_SIZE, following } from './header-shape.js';

const MARK = '\x01\x01\x01\x01';

/** Octets of the separator at an offset; 0 where none is. */
export function mmdfSeparator(text: string, at: number): number {
  if (!text.startsWith(MARK, at)) return 0;
  const end = at + MARK.length;
  if (text[end] === '\n') return MARK.length + 1;
  return text.startsWith('\r\n', end) ? MARK.length + 2 : 0;
}

/** True when a header block is at an offset, behind a From_ line or without. */
export function startsMmdfMessage(text: string, at: number): boolean {
  const start = text.startsWith('From ', at) ? text.indexOf('\n', at) + 1 : at;
  const rest = text.slice(start, start + FOLLOWING_SIZE);
  return following(rest, rest.length < FOLLOWING_SIZE).kind === 'headers';
}

/**
 * True when the messages of a file are between such lines: the head begins with one; or with no From_ line of a message, being damaged, and two stand
 * before a header further on. Behind such a From_ line they are text: who sends such lines must not make one message of a mailbox.
 *
 * @param head - the first octets of the file, latin1
 * @param start - where its text begins
 */
export function isMmdf(head: string, start: number): boolean {
  if (mmdfSeparator(head, start) > 0) return true;
  if (head.startsWith('From ', start) && startsMmdfMessage(head, start)) return false;
  for (let at = head.indexOf(`\n${MARK}`); at >= 0; at = head.indexOf(`\n${MARK}`, at + 1)) {
    const second = at + 1 + mmdfSeparator(head, at + 1);
    const separator = mmdfSeparator(head, second);
    if (separator > 0 && startsMmdfMessage(head.slice(0, second + MAX_FROM_LINE + FOLLOWING_SIZE), second + separator)) return true;
  }
  return false;
}
