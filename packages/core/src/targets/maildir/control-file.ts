import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { TargetError } from '../../errors.js';
import { diskError, errnoOf, onDisk } from './disk-error.js';

/** Control files above this are refused; a subscriptions or keywords file has no reason to be so large. */
const MAX_CONTROL_FILE = 64 * 1024 * 1024;

/**
 * lstat, or undefined when there is nothing.
 * @throws {@link TargetError} `TARGET_` with an errno.
 */
export function lookAt(path: string): Stats | undefined {
  return onDisk(path, () => lstatSync(path, { throwIfNoEntry: false }));
}

/**
 * Makes a directory (0700) unless it is there.
 * @throws {@link TargetError} as {@link requireDirectory}
 */
export function ensureDirectory(path: string, owner?: number): void {
  const stats = lookAt(path);
  if (stats === undefined) {
    try {
      mkdirSync(path, 0o700);
      return;
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') {
        throw diskError(error, path);
      }
    }
  }
  requireDirectory(path, owner);
}

/**
 * Refuses what is not a directory itself, and one of somebody else than the owner, where one is named (user id).
 * @throws {@link TargetError} TARGET_SYMLINK, TARGET_OWNER
 */
export function requireDirectory(path: string, owner?: number): void {
  const stats = lookAt(path);
  if (stats?.isDirectory() !== true) {
    throw new TargetError(
      'TARGET_SYMLINK',
      `${stats?.isSymbolicLink() === true ? 'a symbolic link' : 'something else'} is where a directory should be`,
      {
        where: { path },
        help: 'a Maildir is written through real directories only; name the real path, or move it away',
      },
    );
  }
  if (owner !== undefined && stats.uid !== owner) {
    throw new TargetError('TARGET_OWNER', `a directory of the target belongs to user ${stats.uid}, not to user ${owner}`, {
      where: { path },
      help: 'see who made it there, and choose a target in a directory where nobody else can make one',
    });
  }
}

/** Opens a regular file for reading without following a link; undefined when there is none. The caller closes. */
export function openControlFile(path: string): number | undefined {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
  if (!fstatSync(fd).isFile()) {
    closeSync(fd);
    throw new TargetError('TARGET_SYMLINK', 'a control file is no regular file', { where: { path }, help: 'move it away' });
  }
  return fd;
}

/**
 * The octets of a small control file as UTF-8; undefined when there is none.
 * @throws {@link TargetError} `TARGET_` with an errno.
 */
export function readControlFile(path: string): string | undefined {
  return onDisk(path, () => readText(path));
}

function readText(path: string): string | undefined {
  const fd = openControlFile(path);
  if (fd === undefined) {
    return undefined;
  }
  try {
    const size = Math.min(fstatSync(fd).size, MAX_CONTROL_FILE);
    const octets = Buffer.allocUnsafe(size);
    let at = 0;
    while (at < size) {
      const n = readSync(fd, octets, at, size - at, at);
      if (n === 0) {
        break;
      }
      at += n;
    }
    return octets.toString('utf8', 0, at);
  } finally {
    closeSync(fd);
  }
}

/** Writes all of it. */
export function writeAll(fd: number, octets: Uint8Array): void {
  let at = 0;
  while (at < octets.length) {
    at += writeSync(fd, octets, at, octets.length - at);
  }
}

/**
 * Replaces a control file by a new one: a temporary file beside it, then a rename.
 * @throws {@link TargetError} `TARGET_` with an errno.
 */
export function replaceControlFile(path: string, sync: boolean, write: (fd: number) => void, mode: number = 0o600): void {
  onDisk(path, () => replace(path, sync, write, mode));
}

function replace(path: string, sync: boolean, write: (fd: number) => void, mode: number): void {
  const temporary = `${path}.mailferry`;
  unlinkIfThere(temporary);
  const fd = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, mode);
  try {
    write(fd);
    if (sync) {
      fsyncSync(fd);
    }
  } catch (error) {
    closeSync(fd);
    unlinkIfThere(temporary);
    throw error;
  }
  closeSync(fd);
  renameSync(temporary, path);
  if (sync) {
    syncPath(dirname(path));
  }
}

/** fsync of a file or a directory: of a directory, so that a name in it outlives a power loss. */
export function syncPath(path: string): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Replaces a control file by a text. */
export function replaceControlText(path: string, sync: boolean, text: string, mode: number = 0o600): void {
  replaceControlFile(path, sync, (fd) => writeAll(fd, Buffer.from(text)), mode);
}

/** unlink that does not mind absence. */
export function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') {
      throw error;
    }
  }
}

/** Writes all of it at an offset. */
export function writeAllAt(fd: number, octets: Uint8Array, offset: number): void {
  for (let at = 0; at < octets.length; ) {
    at += writeSync(fd, octets, at, octets.length - at, offset + at);
  }
}

/** Reads of an open control file into a buffer; how many octets came. @throws TargetError with what the system says */
export function readFrom(fd: number, path: string, into: Uint8Array, length: number, at: number): number {
  return onDisk(path, () => readSync(fd, into, 0, length, at));
}
