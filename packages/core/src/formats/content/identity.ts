import { type FolderPath, pathKey } from '../../model/folder.js';
import { hexWord } from './hex-word.js';

/** Two words of the key and the count. */
const WORDS = 3;

/**
 * Numbers equal messages of a folder: the identity of a message is the SHA-256 of its octets and `-k` for the k-th equal one, from 0.
 * Keeps 12 octets for each different message (64 bits of the hash, with the folder mixed in, and the count): 25 MB for a million messages. Two
 * messages that are equal in these bits by chance, once in ten million mailboxes of that size, would only be numbered on.
 */
export class IdentityCounter {
  readonly #folders = new Map<string, number>();
  readonly #first: (sha256: string) => number;
  #slots = 1 << 10;
  #table = new Uint32Array(this.#slots * WORDS);
  #used = 0;
  #last: { readonly folder: FolderPath; readonly number: number } | undefined;

  /** @param first how many messages with a hash came before those that are numbered here; none by default */
  constructor(first: (sha256: string) => number = () => 0) {
    this.#first = first;
  }

  /** The identity of the next message of `folder` whose octets have this hash (64 hexadecimal digits). */
  identity(folder: FolderPath, sha256: string): string {
    if (this.#used * 4 >= this.#slots * 3) this.#grow();
    const a = hexWord(sha256, 0, 8) >>> 0;
    const b = (hexWord(sha256, 8, 16) + Math.imul(this.#folderNumber(folder), 0x9e3779b1)) >>> 0;
    const at = this.#find(a, b);
    let count = this.#table[at + 2] ?? 0;
    if (count === 0) {
      this.#table[at] = a;
      this.#table[at + 1] = b;
      this.#used += 1;
      count = this.#first(sha256);
    }
    this.#table[at + 2] = count + 1;
    return `${sha256}-${count}`;
  }

  #folderNumber(folder: FolderPath): number {
    if (this.#last?.folder === folder) return this.#last.number;
    const key = pathKey(folder);
    const number = this.#folders.get(key) ?? this.#folders.size;
    this.#folders.set(key, number);
    this.#last = { folder, number };
    return number;
  }

  /** Index of the slot that holds the key, or of the free slot where it belongs. */
  #find(a: number, b: number): number {
    const table = this.#table;
    for (let slot = (a ^ b) & (this.#slots - 1); ; slot = (slot + 1) & (this.#slots - 1)) {
      const at = slot * WORDS;
      if (table[at + 2] === 0 || (table[at] === a && table[at + 1] === b)) return at;
    }
  }

  #grow(): void {
    const old = this.#table;
    this.#slots *= 2;
    this.#table = new Uint32Array(this.#slots * WORDS);
    for (let from = 0; from < old.length; from += WORDS) {
      const count = old[from + 2] ?? 0;
      if (count === 0) continue;
      const [a, b] = [old[from] ?? 0, old[from + 1] ?? 0];
      const at = this.#find(a, b);
      this.#table[at] = a;
      this.#table[at + 1] = b;
      this.#table[at + 2] = count;
    }
  }
}
