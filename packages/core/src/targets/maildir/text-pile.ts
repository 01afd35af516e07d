/** Octets after which collected text is packed. */
const PACK = 256 * 1024;

/** Collects many small strings and keeps them as octets. */
export class TextPile {
  #text = '';
  #packed: Buffer[] = [];
  #count = 0;

  /** Strings added. */
  get count(): number {
    return this.#count;
  }

  add(text: string): void {
    this.#text += text;
    this.#count += 1;
    if (this.#text.length > PACK) {
      this.#packed.push(Buffer.from(this.#text));
      this.#text = '';
    }
  }

  /** All of it; the pile is empty afterwards. */
  take(): Buffer[] {
    const all = this.#text === '' ? this.#packed : [...this.#packed, Buffer.from(this.#text)];
    this.#text = '';
    this.#packed = [];
    this.#count = 0;
    return all;
  }
}
