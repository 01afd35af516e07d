// Evidence that lies behind a doubtful line: the end of the MIME part that the line may be in, and the X-UID of a later message.
// Both searches are bounded, and what was searched once is not searched again, so that no file makes them quadratic.
import type { HeaderBlock } from '../formats/mbox/header-block.js';
import type { WindowedFile } from './file-window.js';

const MEBIBYTE = 1024 * 1024;
const PART_REACH = 16 * MEBIBYTE;
const UID_REACH = 4 * MEBIBYTE;
const UID = Buffer.from('\nX-UID: ');
const BASE = Buffer.from('\nX-IMAP');
/** A header with one of these is that of a message of the mailbox. */
const UID_FIELDS = ['x-uid', 'status', 'x-status', 'x-imapbase', 'x-imap'];

/** Looks ahead in one file. */
export class MboxLookahead {
  readonly #file: WindowedFile;
  #budget: number;
  /** No X-UID starts between these offsets. */
  #uidless: readonly [number, number] = [0, 0];

  constructor(file: WindowedFile) {
    this.#file = file;
    this.#budget = 2 * file.size + 4 * PART_REACH;
  }

  /** True when `line` lies in a multipart body that was opened before it and is closed behind it (RFC 2046 §5.1.1). */
  isInsidePart(contentType: string, bodyStart: number, line: number): boolean {
    const match = /boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType);
    const boundary = match?.[1] ?? match?.[2];
    if (boundary === undefined || !/^multipart\//i.test(contentType)) return false;
    const delimiter = `\n--${boundary}`;
    // Most messages are whole: their close delimiter is among the last octets.
    const tailStart = Math.max(bodyStart, line - 2048);
    if (this.#file.peek(tailStart, line - tailStart).includes(`${delimiter}--`, 0, 'latin1')) return false;
    const body = { from: Math.max(0, bodyStart - 1), to: line };
    if (this.#find(Buffer.from(delimiter, 'latin1'), body.from, body.to) < 0) return false;
    if (this.#find(Buffer.from(`${delimiter}--`, 'latin1'), body.from, body.to) >= 0) return false;
    // A header that declares the same boundary is a second copy of the message, the first one having been cut short.
    const next = this.#find(Buffer.from(boundary, 'latin1'), line, line + PART_REACH);
    return next > 3 && this.#file.text(next - 3, 3) === '\n--';
  }

  /**
   * True when the header of the message at `line` has no X-UID while a later message goes on with the sequence after `lastUid`.
   * @param header undefined when it is long or has no end: then it says nothing
   */
  breaksUidOrder(line: number, header: HeaderBlock | undefined, lastUid: number): boolean {
    if (header === undefined || UID_FIELDS.some((name) => header.fields.has(name))) return false;
    const at = this.#nextUid(line);
    if (at < 0) return false;
    const uid = Number(/^\d{1,10}/.exec(this.#file.text(at + UID.length, 12))?.[0] ?? 0);
    return uid > lastUid && uid <= lastUid + 1000 && this.#find(BASE, line, at) < 0;
  }

  #nextUid(line: number): number {
    const [from, to] = this.#uidless;
    const isKnown = line >= from && line < to;
    const start = isKnown ? to - UID.length : line;
    const at = this.#find(UID, start, line + UID_REACH);
    const searched = at < 0 ? Math.max(line + UID_REACH, to) : at;
    this.#uidless = [isKnown ? from : line, searched];
    return at;
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
