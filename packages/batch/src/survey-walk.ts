// A walk over a home of any size: directories are read as streams and entered one at a time, so that a million files cost no memory.
// Links are named and never followed; nothing is opened here but directories.
import { closeSync, constants, type Dir, type Dirent, lstatSync, opendirSync, openSync, type Stats } from 'node:fs';
import { fsPath, joinRaw, type RawPath } from '@mailferry/core';

/** A directory or a name that a walk came by. */
export interface Walked {
  readonly kind: 'file' | 'directory' | 'link' | 'other' | 'unreadable' | 'tooDeep';
  /** Octets as characters of Latin-1. */
  readonly path: RawPath;
  readonly name: RawPath;
  /** The directory above. */
  readonly directory: RawPath;
  /** The innermost Maildir that it lies in; for a Maildir itself, itself. */
  readonly maildir?: RawPath;
  /** True for a directory with `cur` and `new`. */
  readonly isMaildir?: boolean;
}

const MAX_DEPTH = 40;
/** Names that a read of a directory brings at once. */
const BUFFER = 256;
const INNER: ReadonlySet<string> = new Set(['cur', 'new', 'tmp']);

interface Frame {
  readonly dir: Dir;
  readonly path: RawPath;
  readonly maildir?: RawPath;
  readonly isMaildir: boolean;
}

/** Everything below a directory, in the order of the disk. */
export function* walkHome(root: RawPath): Generator<Walked> {
  const stack: Frame[] = [];
  try {
    const first = openFrame(root, undefined);
    if (first !== undefined) stack.push(first);
    yield described(root, root, root, first);
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const entry = nextOf(frame.dir);
      if (entry === undefined) {
        stack.pop()?.dir.closeSync();
        continue;
      }
      yield* visit(entry, frame, stack);
    }
  } finally {
    for (const { dir } of stack) dir.closeSync();
  }
}

function* visit(entry: Dirent, frame: Frame, stack: Frame[]): Generator<Walked> {
  const path = joinRaw(frame.path, entry.name);
  const base = { path, name: entry.name, directory: frame.path, ...(frame.maildir === undefined ? {} : { maildir: frame.maildir }) };
  if (!entry.isDirectory()) {
    yield { ...base, kind: entry.isFile() ? 'file' : entry.isSymbolicLink() ? 'link' : 'other' };
    return;
  }
  if (frame.isMaildir && INNER.has(entry.name)) return;
  if (stack.length > MAX_DEPTH) {
    yield { ...base, kind: 'tooDeep' };
    return;
  }
  const below = openFrame(path, frame);
  if (below !== undefined) stack.push(below);
  yield described(path, entry.name, frame.path, below);
}

function described(path: RawPath, name: RawPath, directory: RawPath, frame: Frame | undefined): Walked {
  if (frame === undefined) return { kind: 'unreadable', path, name, directory };
  const maildir = frame.maildir === undefined ? {} : { maildir: frame.maildir };
  return { kind: 'directory', path, name, directory, isMaildir: frame.isMaildir, ...maildir };
}

function openFrame(path: RawPath, above: Frame | undefined): Frame | undefined {
  try {
    // What was a directory when it was listed may be a link by now: O_NOFOLLOW refuses it.
    closeSync(openSync(fsPath(path), constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW));
    // The types know text encodings only; octets are what names are.
    const dir = opendirSync(fsPath(path) as string, { encoding: 'latin1', bufferSize: BUFFER });
    const isMaildir = isDirectory(joinRaw(path, 'cur')) && isDirectory(joinRaw(path, 'new'));
    const maildir = above?.maildir ?? (isMaildir ? path : undefined);
    return { dir, path, isMaildir, ...(maildir === undefined ? {} : { maildir }) };
  } catch {
    return undefined;
  }
}

/** The next name; a directory that breaks off has no more. */
function nextOf(dir: Dir): Dirent | undefined {
  try {
    return dir.readSync() ?? undefined;
  } catch {
    return undefined;
  }
}

function isDirectory(path: RawPath): boolean {
  return statOf(path)?.isDirectory() === true;
}

/** What lies at a path, links not followed; undefined when nothing does, or nobody may know. */
export function statOf(path: RawPath): Stats | undefined {
  try {
    return lstatSync(fsPath(path));
  } catch {
    return undefined;
  }
}
