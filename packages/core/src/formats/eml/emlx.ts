// Apple Mail's .emlx: a line with the length of the message, the message, and a property list with its flags.
// The format is not published; lengths, bits and keys are those of files that Mail wrote (test-fixtures/emlx, the corpus).
// A file named .partial.emlx lacks its attachments, which lie beside it in a directory of their own.
import type { Flag } from '../../model/flag.js';

/** One .emlx file, taken apart. */
export interface Emlx {
  /** First octet of the message. */
  readonly offset: number;
  /** Octets of the message. */
  readonly length: number;
  readonly flags: readonly Flag[];
  /** Milliseconds since the epoch, from `date-received`. */
  readonly dateReceived: number | undefined;
  /** True when the file ends before the message does, or no property list follows. */
  readonly isDamaged: boolean;
  /** Octets of the message that the file lacks, since it was cut off. */
  readonly missing: number;
}

const COUNT = /^(\d{1,15})[ \t]*\r?\n/;
const LINE_FEED = 0x0a;

/** Bits of the key `flags`, from the lowest. */
const FLAG_BITS: readonly (readonly [bit: number, flag: Flag])[] = [
  [0, '\\Seen'],
  [1, '\\Deleted'],
  [2, '\\Answered'],
  [4, '\\Flagged'],
  [6, '\\Draft'],
  [8, '$Forwarded'],
  [24, '$Junk'],
  [25, '$NotJunk'],
];

/** True when the octets start with a count and a header field. */
export function looksLikeEmlx(head: Uint8Array): boolean {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 1024)).toString('latin1');
  return /^\d{1,15}[ \t]*\r?\n[!-9;-~]{1,76}[ \t]*:/.test(text);
}

/**
 * Takes an .emlx apart; undefined when no count leads it.
 *
 *     3685␠␠␠␠␠␠⏎      octets of the message, in decimal
 *     From: …            the message
 *     <?xml …            property list with flags and date-received
 */
export function parseEmlx(bytes: Uint8Array): Emlx | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const first = file.indexOf(LINE_FEED);
  const count = first < 0 || first > 40 ? undefined : COUNT.exec(file.toString('latin1', 0, first + 1))?.[1];
  if (count === undefined) return undefined;
  const offset = first + 1;
  const promised = Math.min(Number(count), file.length - offset);
  const isWhole = startsList(file, offset + promised);
  const length = isWhole ? promised : beforeList(file, offset, promised);
  const list = file.toString('latin1', offset + length, Math.min(file.length, offset + length + 65_536));
  const bits = integerOf(list, 'flags');
  const received = integerOf(list, 'date-received');
  return {
    offset,
    length,
    flags: bits === undefined ? [] : flagsOf(bits),
    dateReceived: received === undefined || received > 8.64e12 ? undefined : received * 1000,
    isDamaged: !isWhole || promised < Number(count),
    missing: startsList(file, offset + length) ? 0 : Number(count) - length,
  };
}

function startsList(file: Buffer, at: number): boolean {
  return /^\s*<\?xml/.test(file.toString('latin1', at, at + 64));
}

/** Octets of a message whose count is wrong: up to the property list that ends the file, else as many as the count says. */
function beforeList(file: Buffer, offset: number, promised: number): number {
  const at = file.lastIndexOf('<?xml ');
  const isList = at > offset && /<plist[\s\S]*<\/plist>\s*$/.test(file.toString('latin1', at, at + 65_536));
  return isList ? at - offset : promised;
}

/** `<key>flags</key> <integer>8623750272</integer>` */
function integerOf(list: string, key: string): number | undefined {
  const digits = new RegExp(`<key>${key}</key>\\s{0,99}<(?:integer|real)>(\\d{1,15})`).exec(list)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function flagsOf(bits: number): Flag[] {
  // More than 32 bits are in use, so arithmetic and not bit operators.
  return FLAG_BITS.filter(([bit]) => Math.floor(bits / 2 ** bit) % 2 === 1).map(([, flag]) => flag);
}
