// The header block of one mbox message: where it ends, and what in it is the mailbox's and not the mail's.
// The names are Dovecot's (mbox-storage.c): they leave the stored message, with their folded lines, whatever the case. What they say is kept here
// as text; what it means is the business of status-flags, imap-base, mozilla and gmail-labels.
import { HeaderScan, NameTable, results } from './kernel.js';

/** The header fields of one message that a mailbox reader looks at. Offsets are relative to the text. */
export interface HeaderBlock {
  /** Offset of the body: behind the blank line, or where the header ends without one. */
  readonly bodyStart: number;
  /** False when the text ended before a blank line. */
  readonly ended: boolean;
  /** Pairs of start and end: the mailbox's own header fields, adjacent ones joined, in order. */
  readonly own: readonly number[];
  /** Values by lower-case name; of a field that occurs twice, the first. `status` and `x-status` are joined. */
  readonly fields: HeaderFields;
}

/** Values of header fields by lower-case name. */
export interface HeaderFields {
  get(name: string): string | undefined;
  has(name: string): boolean;
}

/** The fields that Dovecot drops from every message. */
const OWN = ['content-length', 'status', 'x-imap', 'x-imapbase', 'x-keywords', 'x-status', 'x-uid'];
const OTHERS = ['content-type', 'x-gmail-labels', 'x-mozilla-keys', 'x-mozilla-status', 'x-mozilla-status2', 'x-uidl'];
const NAMES = [...OWN, ...OTHERS];
const NUMBERS: ReadonlyMap<string, number> = new Map(NAMES.map((name, number) => [name, number]));
const STATUS = NAMES.indexOf('status');
const X_STATUS = NAMES.indexOf('x-status');
const TABLE = new NameTable(NAMES);

/** Values by the number of their names. */
class FoundFields implements HeaderFields {
  readonly own: number[] = [];
  readonly #values: (string | undefined)[] = [];

  get(name: string): string | undefined {
    return this.#values[NUMBERS.get(name) ?? -1];
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Takes the first `count` results, whose text begins at offset `start` of the header. */
  take(count: number, text: string, start: number): void {
    for (let i = 2; i < 2 + 4 * count; i += 4) {
      const number = results[i] ?? 0;
      const end = results[i + 3] ?? 0;
      this.#note(number, text.slice((results[i + 2] ?? 0) - start, end - start).trimEnd());
      if (number < OWN.length) this.#drop(results[i + 1] ?? 0, end);
    }
  }

  /** The first of a name counts, but the two of status are joined. */
  #note(number: number, value: string): void {
    const before = this.#values[number];
    if (before === undefined) this.#values[number] = value;
    else if (number === STATUS || number === X_STATUS) this.#values[number] = before + value;
  }

  #drop(start: number, end: number): void {
    const { own } = this;
    if (own.at(-1) === start) own[own.length - 1] = end;
    else own.push(start, end);
  }
}

/** Reads the header block at the start of a text, a message without its From_ line: the octets from `from` to `to`. */
export function readHeaderBlock(octets: Buffer, from: number = 0, to: number = octets.length): HeaderBlock {
  const fields = new FoundFields();
  const scan = new HeaderScan(octets, from, to, TABLE);
  do {
    const count = scan.next();
    if (count === 0) break;
    const start = results[3] ?? 0;
    fields.take(count, octets.toString('latin1', from + start, from + (results[4 * count + 1] ?? 0)), start);
  } while (scan.hasMore);
  return { bodyStart: results[0] ?? 0, ended: results[1] === 1, own: fields.own, fields };
}
