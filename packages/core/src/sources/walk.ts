// A walk over a tree that somebody else wrote: links are named and never followed, the depth is bounded, the order is that of the octets of the names.
import { type Dirent, readdirSync } from 'node:fs';
import { MailError } from '../errors.js';
import type { LeftAloneList } from './left-alone.js';
import { fsPath, joinRaw, type RawPath } from './raw-path.js';
import { failsAll, sourceErrorOf } from './regular-file.js';

/** Directories below directories that a walk goes down; deeper ones are left and named. */
export const MAX_DEPTH = 40;

/** Why a directory was left. */
export const UNREADABLE_DIRECTORY = 'a directory that cannot be read';

/** One name of a directory. */
export interface DirectoryEntry {
  readonly name: RawPath;
  readonly path: RawPath;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
}

/** A regular file that a walk came by. */
export interface WalkedFile {
  readonly path: RawPath;
  /** Names below the root, the last one is the file's. */
  readonly names: readonly RawPath[];
}

/** What a walk may be told. */
export interface WalkOptions {
  /** Asked before a directory is entered; false leaves it, without a word in the list. */
  readonly enters?: (names: readonly RawPath[], entries: readonly DirectoryEntry[]) => boolean;
}

function kindOf(entry: Dirent): DirectoryEntry['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

/**
 * The names of a directory, sorted by their octets.
 * @throws {@link SourceError} SOURCE_NOT_FOUND, SOURCE_PERMISSION.
 */
export function listDirectory(path: RawPath): readonly DirectoryEntry[] {
  try {
    return readdirSync(fsPath(path), { withFileTypes: true, encoding: 'latin1' })
      .map((entry): DirectoryEntry => ({ name: entry.name, path: joinRaw(path, entry.name), kind: kindOf(entry) }))
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  } catch (cause) {
    throw sourceErrorOf(path, cause);
  }
}

/** The regular files of a tree: those of a directory before those of its sub-directories. What is neither goes to `leftAlone`. */
export function* walkFiles(root: RawPath, leftAlone: LeftAloneList, options: WalkOptions = {}): Generator<WalkedFile> {
  const waiting: { path: RawPath; names: readonly RawPath[] }[] = [{ path: root, names: [] }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const entries = entriesOf(next.path, next.names, leftAlone);
    // One that would not be entered anyway says so itself.
    if (entries === 'deep' || options.enters?.(next.names, entries ?? []) === false) continue;
    if (entries === undefined) {
      leftAlone.addUnreadable(next.path, UNREADABLE_DIRECTORY);
      continue;
    }
    const { names } = next;
    const placed = (entry: DirectoryEntry) => ({ path: entry.path, names: [...names, entry.name] });
    for (const entry of entries) {
      if (entry.kind === 'file') yield placed(entry);
      else leaveOdd(entry, leftAlone);
    }
    const below = entries.filter(({ kind }) => kind === 'directory').map(placed);
    waiting.push(...below.reverse());
  }
}

function leaveOdd(entry: DirectoryEntry, leftAlone: LeftAloneList): void {
  if (entry.kind === 'link') leftAlone.add(entry.path, 'a symbolic link');
  if (entry.kind === 'other') leftAlone.add(entry.path, 'not a regular file');
}

/** The root has to be readable; a directory below it that is not costs itself alone. */
function entriesOf(path: RawPath, names: readonly RawPath[], leftAlone: LeftAloneList): readonly DirectoryEntry[] | 'deep' | undefined {
  if (names.length > MAX_DEPTH) {
    leftAlone.add(path, `more than ${MAX_DEPTH} directories deep`);
    return 'deep';
  }
  try {
    return listDirectory(path);
  } catch (error) {
    if (names.length === 0 || failsAll(error) || (error instanceof MailError && error.code === 'SOURCE_NOT_FOUND')) throw error;
    return undefined;
  }
}
