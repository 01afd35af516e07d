// Evidence that lies behind a doubtful line: the end of the MIME part that the line may be in, and the X-UID of a later message.
// Both searches are bounded, and what was searched once is not searched again, so that no file makes them quadratic.
import { type FromDate, isLater } from '../formats/mbox/from-date.js';
import { parseFromLine } from '../formats/mbox/from-line.js';
import type { HeaderBlock, HeaderFields } from '../formats/mbox/header-block.js';
import { parseImapBase } from '../formats/mbox/imap-base.js';
import { multipartBoundary } from '../formats/mbox/multipart-boundary.js';
import type { WindowedFile } from './file-window.js';
import type { OpenMessage } from './mbox-entry.js';

const MEBIBYTE = 1024 * 1024;
const PART_REACH = 16 * MEBIBYTE;
const UID_REACH = 4 * MEBIBYTE;
/** Octets of a header before its X-UID, and of a From_ line, that are looked at. */
const HEADER_REACH = 65_536;
const LINE = 1024;
const FROM = Buffer.from('\nFrom ');
const UID = Buffer.from('\nX-UID: ');
const BASE = Buffer.from('\nX-IMAP');
/** A header with one of these is that of a message of the mailbox. */
const UID_FIELDS = ['x-uid', 'status', 'x-status', 'x-imapbase', 'x-imap'];

/** A line that starts a message, unless the message before encloses it. */
export interface DoubtfulLine {
  readonly current: OpenMessage;
  readonly line: number;
  readonly date: FromDate | undefined;
}

/** Looks ahead in one file. */
export class MboxLookahead {
  readonly #file: WindowedFile;
  #budget: number;
  /** The last UID that the mailbox gave, as far as it says so. */
  #highestUid: number;
  /** No X-UID of a message starts between these offsets. */
  #uidless: readonly [number, number] = [0, 0];

  /** @param head has read the start of the mbox, where `file` begins later */
  constructor(file: WindowedFile, head?: MboxLookahead) {
    this.#file = file;
    this.#highestUid = head === undefined ? Number.POSITIVE_INFINITY : head.#highestUid;
    this.#budget = 2 * file.size + 4 * PART_REACH;
  }

  /** Takes what the first message says of the mailbox. */
  noteBase(fields: HeaderFields): void {
    const base = parseImapBase(fields.get('x-imap') ?? fields.get('x-imapbase') ?? '');
    if (base !== undefined) this.#highestUid = base.lastUid;
  }

  /** True when the line lies in a multipart body that was opened before it and is closed behind it (RFC 2046 §5.1.1). */
  isInsidePart(doubtful: DoubtfulLine): boolean {
    const { current, line } = doubtful;
    const boundary = multipartBoundary(current.header.fields.get('content-type') ?? '');
    if (boundary === undefined) return false;
    const bodyStart = current.textStart + current.header.bodyStart;
    const delimiter = `\n--${boundary}`;
    // Most messages are whole: their close delimiter is among the last octets.
    const tailStart = Math.max(bodyStart, line - 2048);
    if (this.#file.peek(tailStart, line - tailStart).includes(`${delimiter}--`, 0, 'latin1')) return false;
    const body = { from: Math.max(0, bodyStart - 1), to: line };
    if (this.#find(Buffer.from(delimiter, 'latin1'), body.from, body.to) < 0) return false;
    if (this.#find(Buffer.from(`${delimiter}--`, 'latin1'), body.from, body.to) >= 0) return false;
    // A header that declares the same boundary is a second copy of the message, the first one having been cut short.
    const next = this.#find(Buffer.from(boundary, 'latin1'), line, line + PART_REACH);
    if (next <= 3 || this.#file.text(next - 3, 3) !== '\n--') return false;
    return !this.#isInOrder(doubtful, () => this.#find(FROM, next, next + PART_REACH));
  }

  /**
   * True when the header of the message at the line has no X-UID while a later message goes on with the sequence after `lastUid`.
   * @param header undefined when it is long or has no end: then it says nothing
   */
  breaksUidOrder(doubtful: DoubtfulLine, header: HeaderBlock | undefined, lastUid: number): boolean {
    const { line } = doubtful;
    if (header === undefined || UID_FIELDS.some((name) => header.fields.has(name))) return false;
    const at = this.#nextUid(line);
    if (at < 0) return false;
    const uid = Number(/^\d{1,10}/.exec(this.#file.text(at + UID.length, 12))?.[0] ?? 0);
    const isNext = uid > lastUid && uid <= Math.min(lastUid + 1000, this.#highestUid) && this.#find(BASE, line, at) < 0;
    return isNext && !this.#isInOrder(doubtful, () => this.#messageOf(at));
  }

  /**
   * True when the date of the line is after that of the message before and not after that of the From_ line at `next`, if there is one: such a line is a
   * delivery. What a message encloses is older; and a sender can open a part in one mail and close it in another, but not write the dates between them.
   */
  #isInOrder({ current, date }: DoubtfulLine, next: () => number): boolean {
    return isLater(date, current.from?.date) && !isLater(date, this.#dateAt(next()));
  }

  /** The date of the From_ line behind the line end at an offset; undefined when there is none. */
  #dateAt(offset: number): FromDate | undefined {
    if (offset < 0) return undefined;
    const [text = ''] = this.#file.text(offset + 1, LINE).split('\n', 1);
    return parseFromLine(text.trimEnd()).date;
  }

  /** The first X-UID behind an offset that stands in the header of a message; one in a body says nothing. */
  #nextUid(line: number): number {
    const [from, to] = this.#uidless;
    const isKnown = line >= from && line < to;
    const end = line + UID_REACH;
    let at = this.#find(UID, isKnown ? to - UID.length : line, end);
    while (at >= 0 && this.#messageOf(at) < 0) at = this.#find(UID, at + UID.length, end);
    this.#uidless = [isKnown ? from : line, at < 0 ? Math.max(end, to) : at];
    return at;
  }

  /** Where the From_ line is (its line end before it) in whose header block the line behind the line end at an offset lies; -1 when it lies in a body. */
  #messageOf(at: number): number {
    for (const reach of [2048, HEADER_REACH]) {
      const start = Math.max(0, at - reach);
      const before = this.#file.peek(start, at + 1 - start);
      this.#budget -= before.length;
      const [from, blank] = [before.lastIndexOf(FROM), Math.max(before.lastIndexOf('\n\n'), before.lastIndexOf('\n\r\n'))];
      if (from >= 0 || blank >= 0) return from > blank ? start + from : -1;
    }
    return -1;
  }

  /** Offset of the first occurrence in [from, to), or -1. */
  #find(needle: Buffer, from: number, to: number): number {
    const end = Math.min(to, this.#file.size);
    const step = MEBIBYTE;
    for (let at = from; at < end && this.#budget > 0; at += step) {
      const length = Math.min(step + needle.length - 1, end - at);
      this.#budget -= length;
      const found = this.#file.peek(at, length).indexOf(needle);
      if (found >= 0) return at + found;
    }
    return -1;
  }
}
