// Where the message of a message file begins. Delivery agents that write into MH folders, and programs that save one message, leave its From_ line on top.
import { MAX_FROM_LINE, parseFromLine } from '../mbox/from-line.js';
import { looksLikeMessage } from './recognise-message.js';

/** Octets behind a From_ line that are looked at. */
const LOOK = 2048;

/**
 * Offset of the message in a file that holds one: 0, or behind a From_ line. Undefined for what is no message, and for an mbox of several.
 * @param octets - the file, or so much of it as is held in memory
 */
export function messageStart(octets: Uint8Array): number | undefined {
  if (looksLikeMessage(octets)) return 0;
  const text = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
  const start = text.toString('latin1', 0, 5) === 'From ' ? text.indexOf('\n') + 1 : 0;
  if (start === 0 || start > MAX_FROM_LINE || !looksLikeMessage(octets.subarray(start))) return undefined;
  return hasSeparator(text, start) ? undefined : start;
}

/** True when another From_ line stands between a blank line and a header section. */
function hasSeparator(text: Buffer, from: number): boolean {
  for (let at = text.indexOf('\nFrom ', from); at >= 0; at = text.indexOf('\nFrom ', at + 1)) {
    const end = text.indexOf('\n', at + 1);
    const line = text.toString('latin1', at + 1, Math.min(end < 0 ? text.length : end, at + MAX_FROM_LINE)).replace(/\r$/, '');
    if (parseFromLine(line).grade === 'prose' || !/\n\r?$/.test(text.toString('latin1', at - 2, at))) continue;
    if (looksLikeMessage(text.subarray(end + 1, end + 1 + LOOK))) return true;
  }
  return false;
}
