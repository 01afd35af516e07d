import type { LedgerFolder } from '../../formats/ledger/line.js';
import { numberFolderName, type StoredFolderName, storeFolderName } from '../../formats/maildir/folder-name.js';
import { type FolderPath, pathKey } from '../../model/folder.js';
import type { Issue } from '../../model/issue.js';
import type { MaildirSettings } from './settings.js';

/**
 * Which directory each folder has. Where an earlier run put a folder, there it is: names that collide get their numbers in the order of that run,
 * whatever folders this one reads.
 */
export class FolderPlaces {
  readonly #settings: Pick<MaildirSettings, 'root' | 'layout' | 'utf8Names'>;
  readonly #issues: Issue[];
  /** By the key of the path. */
  readonly #known: ReadonlyMap<string, string>;
  readonly #placed = new Map<string, StoredFolderName>();
  /** Directory → key of the path that has it. */
  readonly #owners: Map<string, string>;
  /** Directories of this run, by their small letters. */
  readonly #byLetters = new Map<string, string>();

  /**
   * @param known - what the ledger says of folders
   * @param issues - takes what had to be changed of names
   */
  constructor(settings: Pick<MaildirSettings, 'root' | 'layout' | 'utf8Names'>, known: readonly LedgerFolder[], issues: Issue[]) {
    this.#settings = settings;
    this.#issues = issues;
    this.#known = new Map(known.map(({ path, directory }) => [pathKey(path), directory]));
    this.#owners = new Map([...this.#known].map(([key, directory]) => [directory, key]));
  }

  /** Below the root; `''` for INBOX. */
  directoryOf(path: FolderPath): string {
    return this.#find(path).directory;
  }

  /** The place of a folder; says once what had to be changed. */
  place(path: FolderPath): StoredFolderName {
    const key = pathKey(path);
    let stored = this.#placed.get(key);
    if (stored === undefined) {
      stored = this.#find(path);
      this.#placed.set(key, stored);
      this.#owners.set(stored.directory, key);
      this.#tell(path, stored);
    }
    return stored;
  }

  #find(path: FolderPath): StoredFolderName {
    const key = pathKey(path);
    const { layout, utf8Names } = this.#settings;
    const first = storeFolderName(path, layout, utf8Names);
    const known = this.#known.get(key);
    let free: StoredFolderName | undefined;
    for (let n = 1; free === undefined || (known !== undefined && n <= this.#owners.size + 1); n++) {
      const stored = n === 1 ? first : numberFolderName(first, n, layout);
      if (stored.directory === known) return stored;
      if ((this.#owners.get(stored.directory) ?? key) === key) free ??= stored;
    }
    return free;
  }

  #tell(path: FolderPath, stored: StoredFolderName): void {
    const where = { path: this.#settings.root };
    const note = `${path.join('/')} is in ${stored.directory === '' ? 'the root' : stored.directory}`;
    if (stored.isNumbered) this.#issues.push({ code: 'FOLDER_NAMES_COLLIDE', where, note });
    else if (stored.isChanged) this.#issues.push({ code: 'FOLDER_NAME_CHANGED', where, note });
    if (stored.isShortened) this.#issues.push({ code: 'FOLDER_NAME_SHORTENED', where, note });
    const letters = stored.directory.toLowerCase();
    const other = this.#byLetters.get(letters);
    if (other !== undefined) this.#issues.push({ code: 'FOLDER_NAMES_DIFFER_IN_CASE', where, note: `${other} and ${stored.directory}` });
    else this.#byLetters.set(letters, stored.directory);
  }
}
