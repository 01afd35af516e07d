import { type FolderPath, pathKey } from '../../model/folder.js';
import { hexWord } from './hex-word.js';
import { WordTable } from './word-table.js';

/**
 * Numbers equal messages of a folder: the identity of a message is the SHA-256 of its octets and `-k` for the k-th equal one, from 0.
 * Keeps about 10 octets for each different message (64 bits of the hash, with the folder mixed in), and 15 more for one that came twice. Two messages
 * that are equal in these bits by chance, once in ten million mailboxes of a million messages, would only be numbered on.
 */
export class IdentityCounter {
  readonly #folders = new Map<string, number>();
  readonly #first: (sha256: string) => number;
  readonly #seen = new WordTable(2, false);
  /** How many there are of those that are not the only one. */
  readonly #counts = new WordTable(2, true);
  #last: { readonly folder: FolderPath; readonly number: number } | undefined;

  /** @param first how many messages with a hash came before those that are numbered here; none by default */
  constructor(first: (sha256: string) => number = () => 0) {
    this.#first = first;
  }

  /** The identity of the next message of `folder` whose octets have this hash (64 hexadecimal digits). */
  identity(folder: FolderPath, sha256: string): string {
    const a = hexWord(sha256, 0, 8);
    const b = (hexWord(sha256, 8, 16) + Math.imul(this.#folderNumber(folder), 0x9e3779b1)) >>> 0 || 1;
    if (!this.#seen.seek(a, b)) {
      this.#seen.put();
      const before = this.#first(sha256);
      if (before > 0) this.#count(a, b, before + 1);
      return `${sha256}-${before}`;
    }
    const before = this.#counts.seek(a, b) ? this.#counts.value : 1;
    this.#counts.put(before + 1);
    return `${sha256}-${before}`;
  }

  #count(a: number, b: number, count: number): void {
    this.#counts.seek(a, b);
    this.#counts.put(count);
  }

  #folderNumber(folder: FolderPath): number {
    if (this.#last?.folder === folder) return this.#last.number;
    const key = pathKey(folder);
    const number = this.#folders.get(key) ?? this.#folders.size;
    this.#folders.set(key, number);
    this.#last = { folder, number };
    return number;
  }
}
