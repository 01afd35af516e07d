// Which source files an earlier run read to their end, with the same options, and nobody changed since: they need not be read again.
import { pathKey } from '../model/folder.js';
import type { FolderCount, KnownSource, LedgerEntry, LedgerView } from '../model/ledger.js';
import type { KnownStart, MailStore, SourceFile } from '../model/store.js';
import type { MailTarget } from '../model/target.js';

/** Files that are not read, and what they gave when they were. */
export interface Unchanged {
  readonly files: ReadonlySet<number>;
  readonly counts: readonly FolderCount[];
  /** The same files, as the ledger has them. */
  readonly known: readonly KnownSource[];
  /** True when nothing is left to read. */
  readonly isAll: boolean;
  /** Files that may have grown only: of their start, the messages are known. */
  readonly grown: ReadonlyMap<number, KnownSource>;
}

/** Everything is read. */
export const NOTHING_UNCHANGED: Unchanged = { files: new Set(), counts: [], known: [], isAll: false, grown: new Map() };

/**
 * Compares the files of a store with those that the ledger knows. Files of one folder count equal messages together, so they are skipped together. A file whose
 * items are no longer where they went is read again: the ledger is beside the mail, and they are not.
 */
export function findUnchanged(
  source: MailStore,
  last: LedgerView,
  fingerprint: string | undefined,
  target: Pick<MailTarget, 'holdsItems'> = {},
): Unchanged {
  if (fingerprint === undefined || fingerprint === '' || last.sources === undefined) return NOTHING_UNCHANGED;
  const known = new Map(last.sources().map((one) => [key(one), one]));
  // Of a tree the files take a look at each: not for nothing.
  const files = known.size === 0 ? [] : (source.files ?? []);
  if (files.length === 0) return NOTHING_UNCHANGED;
  const found = files.map((file) => {
    const one = known.get(key(file));
    return one?.fingerprint === fingerprint && target.holdsItems?.(one.items?.places ?? []) !== false ? one : undefined;
  });
  const touched = new Set(files.filter((_, index) => found[index] === undefined).map(({ folder }) => pathKey(folder)));
  const skipped = files.flatMap((file, index) => (touched.has(pathKey(file.folder)) ? [] : [index]));
  const sources = skipped.flatMap((index) => found[index] ?? []);
  return {
    files: new Set(skipped),
    counts: sources.flatMap(({ counts }) => counts),
    known: sources,
    isAll: skipped.length === files.length && source.coversFiles === true,
    grown: source.coversFiles === true ? findGrown(files, found, last.sources(), fingerprint) : new Map(),
  };
}

/**
 * Changed files with a known start, each the only one of its folder on both sides: there the ledger tells how many equal messages came before.
 * A file is known by its place on the disk and its folder; whether it is a longer one of the same start, its store finds out.
 */
function findGrown(
  files: readonly SourceFile[],
  unchanged: readonly (KnownSource | undefined)[],
  known: readonly KnownSource[],
  fingerprint: string,
): ReadonlyMap<number, KnownSource> {
  const inFolder = countBy(files.map(({ folder }) => pathKey(folder)));
  const intoFolder = countBy(known.flatMap(({ counts }) => counts.map(({ path }) => pathKey(path))));
  const byPlace = new Map(known.map((one) => [`${one.state.dev},${one.state.ino},${pathKey(one.folder)}`, one]));
  const grown = new Map<number, KnownSource>();
  for (const [index, { folder, state, size }] of files.entries()) {
    const one = state === undefined ? undefined : byPlace.get(`${state.dev},${state.ino},${pathKey(folder)}`);
    const [count] = one?.counts ?? [];
    if (one?.resume === undefined || one.fingerprint !== fingerprint || count === undefined || unchanged[index] !== undefined) continue;
    // Of what was filtered the ledger does not tell how many equal messages there were.
    if ((count.filtered.option ?? 0) > 0) continue;
    const isAlone = inFolder.get(pathKey(folder)) === 1 && one.counts.length === 1 && intoFolder.get(pathKey(count.path)) === 1;
    if (isAlone && size >= one.size) grown.set(index, one);
  }
  return grown;
}

function countBy(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const one of keys) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts;
}

/** What a store has to know of a file that may have grown. */
export function knownStart({ size, resume, counts }: KnownSource, last: LedgerView): KnownStart | undefined {
  const path = counts[0]?.path;
  if (resume === undefined || path === undefined) return undefined;
  /** Messages that a run behind the start delivered before it was killed do not count. */
  const isBefore = (entry: LedgerEntry | undefined): boolean => entry !== undefined && offsetOf(entry.sourceId) < size;
  const count = (sha256: string): number => {
    let k = 0;
    while (isBefore(last.find(path, `${sha256}-${k}`))) k += 1;
    return k;
  };
  return { size, resume, count };
}

function offsetOf(sourceId: string): number {
  return sourceId.startsWith('offset:') ? Number(sourceId.slice(7)) : Number.POSITIVE_INFINITY;
}

/**
 * What tells one state of one file in one folder from all others; the path of the ledger is absolute, device and inode stand for it. The folder counts: it is
 * another one where a directory above the file was renamed, the run begins elsewhere in the tree, or the file has two names.
 */
function key({ folder, size, state }: Pick<SourceFile, 'folder' | 'size' | 'state'> | KnownSource): string {
  return state === undefined ? '' : [state.dev, state.ino, size, state.mtimeMs, state.ctimeMs, state.listing, pathKey(folder)].join();
}
