// Which messages a folder holds, by what their names say of their identities: 80 bits of the hash and the ordinal.
import { hexWord } from '../../formats/content/hex-word.js';
import { WordTable } from '../../formats/content/word-table.js';

/** A name key that was taken apart; the one that was asked for last is mostly asked for again. */
const last = { key: '', a: 0, b: 0, c: 0 };

/** 80 bits of the hash and 16 of the ordinal; what the ordinal has above 16 bits is mixed into the hash. */
function take(key: string): typeof last {
  if (key === last.key) return last;
  const ordinal = key.length === 22 ? key.charCodeAt(21) - 0x30 : Number(key.slice(21)) >>> 0;
  const third = ((hexWord(key, 16, 20) << 16) | (ordinal & 0xffff)) >>> 0;
  last.key = key;
  last.a = hexWord(key, 0, 8) >>> 0;
  last.b = (hexWord(key, 8, 16) ^ Math.imul(ordinal >>> 16, 0x85eb_ca6b)) >>> 0;
  // Most ordinals are 0: the complement of the word is not.
  last.c = ~third >>> 0 || 1;
  return last;
}

/** Maps the name key of a message (20 hex digits, a dash, the ordinal) to a number of 32 bits: about 20 octets a message. */
export class IdentityTable {
  readonly #table = new WordTable(3, true);

  get size(): number {
    return this.#table.size;
  }

  /** The number of a key; −1 when it is not there. */
  get(key: string): number {
    if (this.#table.size === 0) return -1;
    const { a, b, c } = take(key);
    return this.#table.seek(a, b, c) ? this.#table.value : -1;
  }

  set(key: string, value: number): void {
    const { a, b, c } = take(key);
    this.#table.seek(a, b, c);
    this.#table.put(value);
  }
}

/** Name keys without more: about 15 octets each. */
export class IdentitySet {
  readonly #table = new WordTable(3, false);

  has(key: string): boolean {
    const { a, b, c } = take(key);
    return this.#table.seek(a, b, c);
  }

  add(key: string): void {
    const { a, b, c } = take(key);
    this.#table.seek(a, b, c);
    this.#table.put();
  }
}
