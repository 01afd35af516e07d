// A source is opened so that nothing in it can harm whoever reads it, root included: no symbolic link is followed,
// a FIFO does not block, a device is not read, and what was opened is what is checked (fstat, not stat).
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { SourceError, unreadable } from '../errors.js';
import { fsPath, type RawPath, shownPath } from './raw-path.js';

/** A file that was opened for reading. */
export interface RegularFile {
  readonly fd: number;
  /** Octets when it was opened. */
  readonly size: number;
  /** Modification time, milliseconds since the epoch. */
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
  readonly dev: number;
  /** Type and permission bits; absent for a spool of our own. */
  readonly mode?: number;
}

/** How to open a file of a source. */
export interface OpenFileOptions {
  /** Numeric user id that has to own each file. */
  readonly owner?: number;
  /** True for the path that the user named: a symbolic link there was meant. */
  readonly followsLink?: boolean;
}

/**
 * Opens a regular file for reading.
 * @throws {@link SourceError} SOURCE_NOT_FOUND, SOURCE_PERMISSION, SOURCE_NOT_REGULAR (a link, a FIFO, a device), SOURCE_OWNER, SOURCE_UNREADABLE.
 */
export function openRegularFile(path: RawPath, options: OpenFileOptions = {}): RegularFile {
  const noFollow = options.followsLink === true && options.owner === undefined ? 0 : constants.O_NOFOLLOW;
  let fd: number;
  try {
    fd = openSync(fsPath(path), constants.O_RDONLY | constants.O_NONBLOCK | noFollow);
  } catch (cause) {
    throw sourceErrorOf(path, cause);
  }
  try {
    const stat = fstatSync(fd);
    check(path, stat, options.owner);
    return { fd, size: stat.size, mtimeMs: stat.mtimeMs, ctimeMs: stat.ctimeMs, ino: stat.ino, dev: stat.dev, mode: stat.mode };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function check(path: RawPath, stat: Stats, owner: number | undefined): void {
  if (!stat.isFile()) {
    throw new SourceError('SOURCE_NOT_REGULAR', 'the source is not a regular file', { where: { path: shownPath(path) } });
  }
  if (owner !== undefined && stat.uid !== owner) {
    throw new SourceError('SOURCE_OWNER', `the file belongs to user ${stat.uid}, not to user ${owner}`, {
      where: { path: shownPath(path) },
      help: 'check who put it there; mail of one user must not be taken from files of another',
    });
  }
}

/** Octets that a disk gives, or does not give, as one. */
const BLOCK = 4096;

/** True for what a disk says of a block that it cannot give. */
export function isBadBlock(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && 'syscall' in cause && cause.code === 'EIO' && cause.syscall === 'read';
}

/** As `readSync`; where the disk fails further on, the blocks before come first. It throws only at a block that twice cannot be read. */
export function readBefore(fd: number, target: Uint8Array, at: number, length: number, offset: number): number {
  try {
    return readSync(fd, target, at, length, offset);
  } catch (cause) {
    const rest = BLOCK - (offset % BLOCK);
    if (!isBadBlock(cause)) throw cause;
    return length <= rest ? readSync(fd, target, at, length, offset) : readBefore(fd, target, at, rest, offset);
  }
}

/** The first octets of an open file, fewer when it is shorter. */
export function readHead(fd: number, length: number): Uint8Array {
  const head = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const octets = readSync(fd, head, filled, length - filled, filled);
    if (octets === 0) break;
    filled += octets;
  }
  return head.subarray(0, filled);
}

/** As {@link readHead}; what its disk gives of them, unless that is nothing. */
export function readStart(fd: number, length: number): Uint8Array {
  const start = Buffer.allocUnsafe(length);
  let filled = 0;
  try {
    while (filled < length) {
      const octets = readBefore(fd, start, filled, length - filled, filled);
      if (octets === 0) break;
      filled += octets;
    }
  } catch (cause) {
    if (filled === 0 || !isBadBlock(cause)) throw cause;
  }
  return start.subarray(0, filled);
}

/** The whole of an open file, read once into memory of its own. */
export function readWhole(fd: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let filled = 0;
  while (filled < size) {
    const octets = readSync(fd, bytes, filled, size - filled, filled);
    if (octets === 0) break;
    filled += octets;
  }
  return filled === size ? bytes : bytes.slice(0, filled);
}

/** True when the file changed since it was opened: what was read may be half of a change. */
export function hasChanged(file: RegularFile): boolean {
  const now = fstatSync(file.fd);
  return now.size !== file.size || now.mtimeMs !== file.mtimeMs;
}

/** True for a file of which a disk does not give some block: others may be whole. */
export function isBrokenFile(error: unknown): boolean {
  return error instanceof SourceError && error.code === 'SOURCE_UNREADABLE' && isBadBlock(error.cause);
}

/** True for an error that is not about one file or directory: a disk or a limit that fails. */
export function failsAll(error: unknown): boolean {
  if (!(error instanceof SourceError)) return false;
  return error.code === 'SOURCE_EMFILE' || (error.code === 'SOURCE_UNREADABLE' && !isBrokenFile(error));
}

/** Reads a source; what a system call says there becomes a {@link SourceError}. */
export function onSource<T>(path: RawPath, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw unreadable({ path: shownPath(path) }, error);
  }
}

/** The error of the operating system for a path of a source, in our words. */
export function sourceErrorOf(path: RawPath, cause: unknown): unknown {
  const where = { path: shownPath(path) };
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new SourceError('SOURCE_NOT_FOUND', 'the source does not exist', { where, cause, help: 'check the path for a typing error' });
    case 'EACCES':
    case 'EPERM':
      return new SourceError('SOURCE_PERMISSION', 'no permission to read the source', {
        where,
        cause,
        help: 'run as the user that the mail belongs to, or as root with --owner',
      });
    case 'ELOOP':
    case 'EMLINK':
      return new SourceError('SOURCE_NOT_REGULAR', 'the source is a symbolic link', {
        where,
        cause,
        help: 'name the file that it points to, if that is what you mean',
      });
    case 'ENXIO':
      return new SourceError('SOURCE_NOT_REGULAR', 'the source is not a regular file', { where, cause });
    default:
      return unreadable(where, cause);
  }
}
