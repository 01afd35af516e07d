// The header block of a message, as far as the uploader has to know it: where it ends, whether it is well formed, and a key by which
// a message is known again on the server. The key must come out the same from our octets and from what a server sends for
// BODY[HEADER.FIELDS (…)], whatever it does to white space and 8-bit octets.
import { hash } from 'node:crypto';

/** The fields that make the key, as FETCH wants them. */
export const KEY_FIELDS = 'MESSAGE-ID DATE FROM SUBJECT';

const NAMES = ['message-id', 'date', 'from', 'subject'] as const;
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

/** A field of the key with its continuation lines, wherever a line begins with its name. */
const KEY_FIELD = /^(message-id|date|from|subject)[ \t]*:(.*(?:\r?\n[ \t].*)*)/gim;

/** A key of 24 hexadecimal digits for Message-ID, Date, From and Subject; empty when there is no Message-ID, for then it proves nothing. */
export function headerKey(header: string): string {
  const found: Record<string, string> = {};
  for (const [, field = '', value = ''] of header.matchAll(KEY_FIELD)) {
    const name = field.toLowerCase();
    found[name] = `${found[name] ?? ''}\n${normal(value)}`;
  }
  if ((found['message-id'] ?? '').trim() === '') return '';
  return hash('sha256', NAMES.map((name) => found[name] ?? '').join('\0'), 'hex').slice(0, 24);
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
