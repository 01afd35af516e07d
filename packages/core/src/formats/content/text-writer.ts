// Text as octets, without a string for each piece: what is written for every message is mostly numbers and ASCII, and strings that are joined piece by piece
// are trees of small objects, which cost more to flatten and to collect than to write.

/** Octets that a writer begins with; there may be thousands of them with a line or two each. */
const FIRST = 512;
/** Characters up to which a loop beats a native call. */
const SHORT = 96;
const MAX_ASCII = 0x7f;
const ZERO = 0x30;
const MINUS = 0x2d;

/** Writes text into octets that grow as needed. */
export class TextWriter {
  #octets: Buffer;
  #size = 0;

  constructor() {
    this.#octets = Buffer.allocUnsafe(FIRST);
  }

  /** Octets written. */
  get size(): number {
    return this.#size;
  }

  /** Text as UTF-8. */
  text(text: string): this {
    const { length } = text;
    this.#need(3 * length);
    const octets = this.#octets;
    const at = this.#size;
    const short = length > SHORT ? 0 : length;
    let i = 0;
    for (let code = 0; i < short; i += 1) {
      code = text.charCodeAt(i);
      if (code > MAX_ASCII) break;
      octets[at + i] = code;
    }
    this.#size = at + (i === length ? length : octets.write(text, at, 'utf8'));
    return this;
  }

  /** A number as `String` shows it. */
  number(value: number): this {
    if (!Number.isSafeInteger(value)) return this.text(String(value));
    this.#need(17);
    let rest = value;
    if (value < 0) {
      this.#octets[this.#size] = MINUS;
      this.#size += 1;
      rest = -value;
    }
    let digits = 1;
    for (let limit = 10; limit <= rest; limit *= 10) digits += 1;
    const octets = this.#octets;
    const start = this.#size;
    let at = start + digits - 1;
    for (; rest > 0x7fff_ffff; at -= 1) {
      const next = Math.floor(rest / 10);
      octets[at] = ZERO + (rest - 10 * next);
      rest = next;
    }
    for (; at >= start; at -= 1) {
      const next = (rest / 10) | 0;
      octets[at] = ZERO + (rest - 10 * next);
      rest = next;
    }
    this.#size = start + digits;
    return this;
  }

  /** An own copy of what was written; the writer is empty then, and keeps its room. */
  take(): Buffer {
    const octets = Buffer.from(this.#octets.subarray(0, this.#size));
    this.#size = 0;
    return octets;
  }

  #need(length: number): void {
    if (this.#size + length <= this.#octets.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#octets.length, this.#size + length));
    this.#octets.copy(larger, 0, 0, this.#size);
    this.#octets = larger;
  }
}
