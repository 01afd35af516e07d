// What tells that nobody touched the messages of a directory: name, inode, size and times of each file, as of one mbox. No file is opened.
// A Maildir's own promise, that files never change, is not relied on; an editor that writes in place shows in size or times.
import { createHash, type Hash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import type { FolderPath } from '../model/folder.js';
import type { FileState, SourceFile } from '../model/store.js';
import { fsPath, joinRaw, type RawPath, shownPath } from './raw-path.js';

/** Directories of messages as files of a store, each looked at once. */
export class DirectoryFiles {
  readonly #root: string;
  readonly #directories: readonly { readonly path: RawPath; readonly folder: FolderPath; readonly only?: RawPath }[];
  /** Entries of a directory to look into or at; all files by default. */
  readonly #parts: readonly string[] | undefined;
  #files: readonly SourceFile[] | undefined;

  constructor(
    location: string,
    directories: readonly { readonly path: RawPath; readonly folder: FolderPath; readonly only?: RawPath }[],
    parts?: readonly string[],
  ) {
    this.#root = resolve(location);
    this.#directories = directories;
    this.#parts = parts;
  }

  get files(): readonly SourceFile[] {
    this.#files ??= this.#directories.map(({ path, folder, only }) => {
      const found = stateOf(path, only === undefined ? (this.#parts ?? ['']) : [], only);
      return { path: shownPath(only ?? path), folder, size: found?.size ?? 0, ...(found === undefined ? {} : { state: found.state }) };
    });
    return this.#files;
  }

  /** True for a directory below the root that is no longer there. */
  lacks(path: string): boolean {
    return path.startsWith(this.#root + sep) && isGone(path);
  }
}

/** True for a path that is not there, below what is a file now as well; a directory that may not be looked into hides what it has. */
function isGone(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOTDIR';
  }
}

/** True as well where a directory has taken the place of the file. */
export function isFileGone(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== false;
  } catch {
    return isGone(path);
  }
}

class Listing {
  size = 0;
  mtimeMs = 0;
  ctimeMs = 0;
  readonly #hash: Hash = createHash('sha256');

  add(name: string, path: RawPath): void {
    const stats = lstatSync(fsPath(path));
    if (stats.isDirectory()) return;
    this.size += stats.size;
    this.mtimeMs = Math.max(this.mtimeMs, stats.mtimeMs);
    this.ctimeMs = Math.max(this.ctimeMs, stats.ctimeMs);
    this.#hash.update(`${name}\0${stats.dev} ${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}\0`);
  }

  addAll(part: string, path: RawPath): void {
    for (const name of readdirSync(fsPath(path), 'latin1').sort()) this.add(`${part}/${name}`, joinRaw(path, name));
  }

  digest(): string {
    return this.#hash.digest('hex').slice(0, 32);
  }
}

/** Undefined when something cannot be looked at: then nobody can tell, and all is read. */
function stateOf(directory: RawPath, parts: readonly string[], only: RawPath | undefined): { size: number; state: FileState } | undefined {
  const listing = new Listing();
  try {
    const own = lstatSync(fsPath(only ?? directory));
    if (only !== undefined) listing.add('', only);
    for (const part of parts) {
      const path = part === '' ? directory : joinRaw(directory, part);
      if (part === '' || lstatSync(fsPath(path), { throwIfNoEntry: false })?.isDirectory() === true) listing.addAll(part, path);
      else if (existsSync(fsPath(path))) listing.add(part, path);
    }
    const { size, mtimeMs, ctimeMs } = listing;
    return { size, state: { mtimeMs, ctimeMs, dev: own.dev, ino: own.ino, listing: listing.digest() } };
  } catch {
    return undefined;
  }
}
