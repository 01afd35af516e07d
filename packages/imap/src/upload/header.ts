// The header block of a message, as far as the uploader has to know it: where it ends, whether it is well formed, and a key by which
// a message is known again on the server. The key must come out the same from our octets and from what a server sends for
// BODY[HEADER.FIELDS (…)], whatever it does to white space and 8-bit octets.
import { hash } from 'node:crypto';

/** The fields that make the key, as FETCH wants them. */
export const KEY_FIELDS = 'MESSAGE-ID DATE FROM SUBJECT';

const MOST = 1 << 18;
const EMPTY_LINE = Buffer.from('\r\n\r\n');

/** A header block as octets, its end included. */
export interface HeaderBlock {
  /** One character an octet; at most 256 KiB of it. */
  readonly text: string;
  /** Octets up to and with the empty line. */
  readonly size: number;
  /** True when the empty line is there. */
  readonly isEnded: boolean;
}

/** The header block at the start of a message with CRLF line ends. */
export function headerBlock(wire: Uint8Array): HeaderBlock {
  const buffer = Buffer.from(wire.buffer, wire.byteOffset, wire.byteLength);
  const startsEmpty = buffer[0] === 13 && buffer[1] === 10;
  const end = startsEmpty ? 0 : buffer.indexOf(EMPTY_LINE);
  const size = startsEmpty ? 2 : end < 0 ? buffer.length : end + 4;
  return { text: buffer.toString('latin1', 0, Math.min(size, MOST)), size, isEnded: startsEmpty || end >= 0 };
}

/** A key of 24 hexadecimal digits for Message-ID, Date, From and Subject; empty when there is no Message-ID, for then it proves nothing. */
export function headerKey(header: string): string {
  const found = ['', '', '', ''];
  for (let at = 0; at < header.length; at = nextLine(header, at)) {
    const place = FIRST_LETTERS.indexOf(header[at] ?? '') >> 1;
    const from = place < 0 ? -1 : startOfValue(header, at, NAMES[place] ?? '');
    if (from < 0) continue;
    const end = endOfField(header, from);
    found[place] += `\n${normal(header.slice(from, end))}`;
    at = end;
  }
  if ((found[0] ?? '').trim() === '') return '';
  return hash('sha256', found.join('\0'), 'hex').slice(0, 24);
}

/** In the key they come in this order. */
const NAMES = ['message-id', 'date', 'from', 'subject'] as const;
/** Two letters for each of the names. */
const FIRST_LETTERS = 'MmDdFfSs';
const COLON = /[ \t]*:/y;

function nextLine(header: string, at: number): number {
  const end = header.indexOf('\n', at);
  return end < 0 ? header.length : end + 1;
}

/** Where the value of the field begins, when the line at `at` is one of that name; else -1. */
function startOfValue(header: string, at: number, name: string): number {
  COLON.lastIndex = at + name.length;
  const isIt = header.slice(at, at + name.length).toLowerCase() === name && COLON.test(header);
  return isIt ? COLON.lastIndex : -1;
}

/** Where a field ends, with the lines that continue it, its last line end left out. */
function endOfField(header: string, from: number): number {
  for (let at = from; ; ) {
    const end = header.indexOf('\n', at);
    if (end < 0) return header.length;
    const next = header.charCodeAt(end + 1);
    if (next !== 32 && next !== 9) return header.charCodeAt(end - 1) === 13 ? end - 1 : end;
    at = end + 1;
  }
}

const ODD = /[\0\x80-\xff]|\s\s|[\t\r\n\f\v]/;

/** Cyrus turns 8-bit octets into X, others fold anew: neither may matter. */
function normal(value: string): string {
  if (!ODD.test(value)) return value.trim();
  return value
    .replaceAll('\0', ' ')
    .replace(/[\x80-\xff]/g, 'X')
    .replace(/\s+/g, ' ')
    .trim();
}
