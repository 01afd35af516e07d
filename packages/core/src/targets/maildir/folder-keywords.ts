import { join } from 'node:path';
import { encodeMailboxName } from '../../formats/imap/mailbox-name.js';
import { keywordLetter, MAX_KEYWORDS } from '../../formats/maildir/filename.js';
import { formatKeywordsFile, parseKeywordsFile } from '../../formats/maildir/keywords-file.js';
import { readControlFile, replaceControlText } from './control-file.js';
import { Dotlock } from './dotlock.js';
import { stampOf } from './uidlist-room.js';

/** Atom characters (RFC 9051 §9). What is an atom already stays: a client may have encoded it (`caf&AOk-`), and knows it by that name. */
const PLAIN_ATOM = /^[!#$&'+-[^-z|}~]+$/;

/** A keyword as IMAP can name it: an atom (RFC 9051 §9), other characters as mail clients encode them. */
export function atomOf(keyword: string): string {
  if (PLAIN_ATOM.test(keyword)) {
    return keyword;
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are no atom characters
  const atom = encodeMailboxName(keyword).replaceAll(/[\x00-\x20(){%*"\\\]\x7f]/g, '_');
  return atom === '' ? '_' : atom;
}

/** The letters of one folder: `dovecot-keywords`, extended before the first file name uses a new letter. */
export class FolderKeywords {
  readonly #path: string;
  readonly #sync: boolean;
  #names: (string | undefined)[] = [];
  #letters = new Map<string, string>();
  #stamp = '';
  #generation = 0;

  constructor(directory: string, sync: boolean) {
    this.#path = join(directory, 'dovecot-keywords');
    this.#sync = sync;
    this.reload();
  }

  /** Names by number. */
  get names(): readonly (string | undefined)[] {
    return this.#names;
  }

  /** Counts how often the file was read: a letter may mean another keyword then. */
  get generation(): number {
    return this.#generation;
  }

  get free(): number {
    return MAX_KEYWORDS - this.#letters.size;
  }

  letter(atom: string): string | undefined {
    return this.#letters.get(atom);
  }

  /** Gives letters to new names, in this order, while there are any, and writes the file. */
  async add(atoms: readonly string[]): Promise<void> {
    if (atoms.every((atom) => this.#letters.has(atom))) {
      return;
    }
    const lock = await Dotlock.take(this.#path);
    try {
      this.reload();
      const before = this.#letters.size;
      for (const atom of atoms) {
        this.#give(atom);
      }
      if (this.#letters.size > before) {
        replaceControlText(this.#path, this.#sync, formatKeywordsFile(this.#names));
        this.#stamp = stampOf(this.#path);
      }
    } finally {
      lock.release();
    }
  }

  /** Reads the file again if another program changed it. */
  reload(): void {
    const stamp = stampOf(this.#path);
    if (stamp === this.#stamp) {
      return;
    }
    this.#stamp = stamp;
    this.#generation += 1;
    this.#names = parseKeywordsFile(readControlFile(this.#path) ?? '');
    this.#letters = new Map();
    this.#names.forEach((name, i) => {
      if (name !== undefined) {
        this.#letters.set(name, keywordLetter(i));
      }
    });
  }

  #give(atom: string): void {
    if (this.#letters.has(atom) || this.#letters.size >= MAX_KEYWORDS) {
      return;
    }
    let index = 0;
    while (this.#names[index] !== undefined) {
      index += 1;
    }
    this.#names[index] = atom;
    this.#letters.set(atom, keywordLetter(index));
  }
}
