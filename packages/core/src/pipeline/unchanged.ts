// Which source files an earlier run read to their end, with the same options, and nobody changed since: they need not be read again.
import { pathKey } from '../model/folder.js';
import type { FolderCount, KnownSource, LedgerView } from '../model/ledger.js';
import type { MailStore, SourceFile } from '../model/store.js';

/** Files that are not read, and what they gave when they were. */
export interface Unchanged {
  readonly files: ReadonlySet<number>;
  readonly counts: readonly FolderCount[];
  /** True when nothing is left to read. */
  readonly isAll: boolean;
}

/** Everything is read. */
export const NOTHING_UNCHANGED: Unchanged = { files: new Set(), counts: [], isAll: false };

/** Compares the files of a store with those that the ledger knows. Files of one folder count equal messages together, so they are skipped together. */
export function findUnchanged(source: MailStore, last: LedgerView, fingerprint: string | undefined): Unchanged {
  const files = source.files ?? [];
  if (fingerprint === undefined || fingerprint === '' || last.sources === undefined || files.length === 0) return NOTHING_UNCHANGED;
  const known = new Map(last.sources().map((one) => [key(one), one]));
  if (known.size === 0) return NOTHING_UNCHANGED;
  const found = files.map((file) => {
    const one = known.get(key(file));
    return one?.fingerprint === fingerprint ? one : undefined;
  });
  const touched = new Set(files.filter((_, index) => found[index] === undefined).map(({ folder }) => pathKey(folder)));
  const skipped = files.flatMap((file, index) => (touched.has(pathKey(file.folder)) ? [] : [index]));
  return {
    files: new Set(skipped),
    counts: skipped.flatMap((index) => found[index]?.counts ?? []),
    isAll: skipped.length === files.length && source.items === undefined && coversAll(source),
  };
}

/** What tells one state of one file from all others; the path of the ledger is absolute, device and inode stand for it. */
function key({ size, state }: Pick<SourceFile, 'size' | 'state'> | KnownSource): string {
  return state === undefined ? '' : [state.dev, state.ino, size, state.mtimeMs, state.ctimeMs].join();
}

/** A store of which all messages lie in its files. */
function coversAll(source: MailStore): boolean {
  return source.filesRead !== undefined && source.format === 'mbox';
}
