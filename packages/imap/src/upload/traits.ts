// What a message has that servers trip over. Each trait is looked for only where the server at hand minds it.
import type { ServerPreset } from '../session/preset.js';
import { type HeaderBlock, headerBlock } from './header.js';

/** What was found in a message with CRLF line ends. */
export interface Traits {
  readonly header: HeaderBlock;
  readonly isEmpty: boolean;
  readonly hasNul: boolean;
  readonly hasNulInHeader: boolean;
  readonly hasBareCr: boolean;
  readonly has8bitHeader: boolean;
  /** Offset of the first header line that is neither field nor continuation; -1 when there is none. */
  readonly badHeaderLine: number;
  /** Octets of the longest line, its end not counted; 0 when the server does not mind. */
  readonly longestLine: number;
  readonly lacksFinalLineEnd: boolean;
}

const BARE_CR = /\r(?!\n)/;
const GOOD_LINE = /^(?:[\x21-\x39\x3b-\x7e]+[ \t]*:|[ \t])/;

/** The traits of a message in memory. */
export function traitsOf(wire: Uint8Array, preset: ServerPreset): Traits {
  const buffer = Buffer.from(wire.buffer, wire.byteOffset, wire.byteLength);
  const header = headerBlock(buffer);
  const nul = preset.nul === 'kept' ? -1 : buffer.indexOf(0);
  return {
    header,
    isEmpty: buffer.length === 0,
    hasNul: nul >= 0,
    hasNulInHeader: nul >= 0 && nul < header.size,
    hasBareCr: preset.bareCr === 'altered' && BARE_CR.test(buffer.toString('latin1')),
    has8bitHeader: preset.header8bit === 'altered' && /[\x80-\xff]/.test(header.text),
    badHeaderLine: preset.header === 'wellFormed' ? findBadLine(header.text) : -1,
    longestLine: preset.maxLine === undefined ? 0 : longestLine(buffer),
    lacksFinalLineEnd: buffer.length > 0 && buffer[buffer.length - 1] !== 10,
  };
}

function findBadLine(header: string): number {
  let at = 0;
  for (const line of header.split('\r\n')) {
    if (line === '') return -1;
    if (!GOOD_LINE.test(line) || (at === 0 && /^[ \t]/.test(line))) return at;
    at += line.length + 2;
  }
  return -1;
}

function longestLine(buffer: Buffer): number {
  let longest = 0;
  for (let at = 0; at < buffer.length; ) {
    const end = buffer.indexOf(10, at);
    const next = end < 0 ? buffer.length : end + 1;
    longest = Math.max(longest, next - at - (end < 0 ? 0 : 2));
    at = next;
  }
  return longest;
}
