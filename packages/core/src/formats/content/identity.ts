import { type FolderPath, pathKey } from '../../model/folder.js';

const WORDS = 4;

/**
 * Numbers equal messages of a folder: the identity of a message is the SHA-256 of its octets and `-k` for the k-th equal one, from 0.
 * Keeps 20 octets for each different message (96 bits of the hash, the folder, the count), so a million messages cost about 40 MB at the worst fill.
 */
export class IdentityCounter {
  readonly #folders = new Map<string, number>();
  readonly #first: (sha256: string) => number;
  #slots = 1 << 10;
  #table = new Uint32Array(this.#slots * (WORDS + 1));
  #used = 0;

  /** @param first how many messages with a hash came before those that are numbered here; none by default */
  constructor(first: (sha256: string) => number = () => 0) {
    this.#first = first;
  }

  /** The identity of the next message of `folder` whose octets have this hash (64 hexadecimal digits). */
  identity(folder: FolderPath, sha256: string): string {
    if (this.#used * 2 >= this.#slots) this.#grow();
    const key = [
      Number.parseInt(sha256.slice(0, 8), 16),
      Number.parseInt(sha256.slice(8, 16), 16),
      Number.parseInt(sha256.slice(16, 24), 16),
      this.#folderNumber(folder),
    ] as const;
    const at = this.#find(key);
    let count = this.#table[at + WORDS] ?? 0;
    if (count === 0) {
      this.#table.set(key, at);
      this.#used += 1;
      count = this.#first(sha256);
    }
    this.#table[at + WORDS] = count + 1;
    return `${sha256}-${count}`;
  }

  #folderNumber(folder: FolderPath): number {
    const key = pathKey(folder);
    const known = this.#folders.get(key);
    if (known !== undefined) return known;
    const number = this.#folders.size;
    this.#folders.set(key, number);
    return number;
  }

  /** Index of the slot that holds the key, or of the free slot where it belongs. */
  #find(key: readonly [number, number, number, number]): number {
    const table = this.#table;
    let slot = (key[0] ^ (key[3] * 0x9e3779b1)) & (this.#slots - 1);
    for (;;) {
      const at = slot * (WORDS + 1);
      if (table[at + WORDS] === 0) return at;
      if (table[at] === key[0] && table[at + 1] === key[1] && table[at + 2] === key[2] && table[at + 3] === key[3]) return at;
      slot = (slot + 1) & (this.#slots - 1);
    }
  }

  #grow(): void {
    const old = this.#table;
    this.#slots *= 2;
    this.#table = new Uint32Array(this.#slots * (WORDS + 1));
    for (let at = 0; at < old.length; at += WORDS + 1) {
      if (old[at + WORDS] === 0) continue;
      const entry = old.subarray(at, at + WORDS + 1);
      this.#table.set(entry, this.#find([entry[0] ?? 0, entry[1] ?? 0, entry[2] ?? 0, entry[3] ?? 0]));
    }
  }
}
