// Which messages a folder holds: an open-addressing table over typed arrays, 16 octets an entry, because a folder
// can have millions and a Set of strings would take five times as much.
import { hexWord } from '../../formats/content/hex-word.js';

const EMPTY = 0xffff_ffff;

/** Maps the name key of a message (20 hex digits, a dash, the ordinal) to a number of 32 bits. */
export class IdentityTable {
  #words: Uint32Array<ArrayBuffer>;
  #capacity: number;
  #size = 0;
  /** The key that was asked for last, and its words: what is not found is mostly set next. */
  #key = '';
  #a = 0;
  #b = 0;
  #c = 0;

  constructor(expected: number = 0) {
    this.#capacity = 1024;
    while (this.#capacity * 0.7 < expected) {
      this.#capacity *= 2;
    }
    this.#words = allocate(this.#capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** The slot of a key; negative when it is not there. A slot is good until the next {@link IdentityTable.set}. */
  find(key: string): number {
    this.#take(key);
    const slot = this.#slot(this.#a, this.#b, this.#c);
    return this.#words[slot + 2] === EMPTY ? -1 : slot;
  }

  has(key: string): boolean {
    return this.find(key) >= 0;
  }

  value(slot: number): number {
    return this.#words[slot + 3] ?? 0;
  }

  set(key: string, value: number): void {
    this.#take(key);
    const [a, b, c] = [this.#a, this.#b, this.#c];
    let slot = this.#slot(a, b, c);
    if (this.#words[slot + 2] === EMPTY) {
      if (this.#size + 1 > this.#capacity * 0.7) {
        this.#grow();
        slot = this.#slot(a, b, c);
      }
      this.#size += 1;
      this.#put(slot, a, b, c);
    }
    this.#words[slot + 3] = value;
  }

  /** 80 bits of the hash and 16 of the ordinal; what the ordinal has above 16 bits is mixed into the hash. */
  #take(key: string): void {
    if (key === this.#key) {
      return;
    }
    const ordinal = key.length === 22 ? key.charCodeAt(21) - 0x30 : Number(key.slice(21)) >>> 0;
    const third = ((hexWord(key, 16, 20) << 16) | (ordinal & 0xffff)) >>> 0;
    this.#key = key;
    this.#a = hexWord(key, 0, 8) >>> 0;
    this.#b = (hexWord(key, 8, 16) ^ Math.imul(ordinal >>> 16, 0x85eb_ca6b)) >>> 0;
    this.#c = third === EMPTY ? EMPTY - 1 : third;
  }

  #put(slot: number, a: number, b: number, c: number): void {
    const words = this.#words;
    words[slot] = a;
    words[slot + 1] = b;
    words[slot + 2] = c;
  }

  /** The slot that has these words, or the free one where they belong. */
  #slot(a: number, b: number, c: number): number {
    const words = this.#words;
    const mask = this.#capacity - 1;
    for (let at = (a ^ Math.imul(c, 0x9e37_79b1)) & mask; ; at = (at + 1) & mask) {
      const slot = at * 4;
      const there = words[slot + 2];
      if (there === EMPTY || (there === c && words[slot] === a && words[slot + 1] === b)) {
        return slot;
      }
    }
  }

  #grow(): void {
    const old = this.#words;
    this.#capacity *= 2;
    this.#words = allocate(this.#capacity);
    for (let from = 0; from < old.length; from += 4) {
      const c = old[from + 2] ?? EMPTY;
      if (c !== EMPTY) {
        const [a, b, value] = [old[from] ?? 0, old[from + 1] ?? 0, old[from + 3] ?? 0];
        const slot = this.#slot(a, b, c);
        this.#put(slot, a, b, c);
        this.#words[slot + 3] = value;
      }
    }
  }
}

function allocate(capacity: number): Uint32Array<ArrayBuffer> {
  return new Uint32Array(capacity * 4).fill(EMPTY);
}
