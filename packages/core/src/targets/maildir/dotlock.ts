import { closeSync, constants, linkSync, openSync, renameSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { TargetError } from '../../errors.js';
import { lookAt, readControlFile, unlinkIfThere } from './control-file.js';
import { errnoOf, onDisk } from './disk-error.js';

/** As long as Dovecot waits for a uidlist lock. */
const WAIT_MS = 120_000;
/** A lock without a known owner is stale when neither it nor the file has changed for so long (Dovecot's own limit). */
const STALE_MS = 300_000;

/** Locks of this process. */
const held = new Set<string>();

/** A dotlock as Dovecot takes them: `FILE.lock`, made with O_EXCL, holding `pid:host`. */
export class Dotlock {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * Waits up to two minutes; the lock of a process that is no more is taken over.
   * @throws {@link TargetError} TARGET_LOCKED
   */
  static async take(file: string, waitMs: number = WAIT_MS): Promise<Dotlock> {
    const path = `${file}.lock`;
    const deadline = Date.now() + waitMs;
    for (let pause = 2; ; pause = Math.min(pause * 2, 100)) {
      if (onDisk(path, () => create(path))) {
        held.add(path);
        return new Dotlock(path);
      }
      if (onDisk(path, () => removeIfStale(path, file))) {
        continue;
      }
      if (Date.now() > deadline) {
        throw new TargetError('TARGET_LOCKED', 'another program holds the lock of the mailbox', {
          where: { path },
          notes: [`its owner is ${ownerOf(path) ?? 'unknown'}`],
          help: 'run the same command again; if no mail program runs on this Maildir, remove the lock file',
          retryable: true,
        });
      }
      await sleep(pause + Math.random() * pause);
    }
  }

  release(): void {
    held.delete(this.#path);
    onDisk(this.#path, () => unlinkIfThere(this.#path));
  }
}

function ownerOf(path: string): string | undefined {
  return onDisk(path, () => readControlFile(path)?.trim());
}

/** The lock has its owner's number from its first instant: it is written beside and linked into place. */
function create(path: string): boolean {
  if (lookAt(path) !== undefined) {
    return false;
  }
  const aside = `${path}.mailferry-${process.pid}`;
  unlinkIfThere(aside);
  writeOwner(aside);
  try {
    linkSync(aside, path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') {
      return false;
    }
    if (errnoOf(error) === 'EPERM' || errnoOf(error) === 'ENOTSUP' || errnoOf(error) === 'ENOSYS') {
      return createWithoutLink(path);
    }
    throw error;
  } finally {
    unlinkIfThere(aside);
  }
}

/** For file systems that have no hard links. */
function createWithoutLink(path: string): boolean {
  try {
    writeOwner(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

function writeOwner(path: string): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
  try {
    writeSync(fd, `${process.pid}:${hostname()}`);
  } catch (error) {
    // On a full disk: a lock without an owner would stand in the way for minutes.
    unlinkIfThere(path);
    throw error;
  } finally {
    closeSync(fd);
  }
}

/** Removes the lock of a dead owner, and says so. It is moved aside first, so that a lock which was new by then can be put back. */
function removeIfStale(path: string, file: string): boolean {
  const seen = lookAt(path);
  if (seen === undefined || !isStale(path, file, seen.mtimeMs)) {
    return false;
  }
  const aside = `${path}.mailferry-${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') {
      return true;
    }
    throw error;
  }
  if (lookAt(aside)?.ino !== seen.ino) {
    try {
      linkSync(aside, path);
    } catch {
      // a third one has taken it meanwhile: the lock that was moved away is lost, as in every dotlock scheme
    }
  }
  unlinkIfThere(aside);
  return true;
}

function isStale(path: string, file: string, lockedAt: number): boolean {
  const m = /^(\d+):(.*)$/.exec(readControlFile(path)?.trim() ?? '');
  if (m !== null && m[2] === hostname()) {
    // In a container a killed run and the next one have the same number.
    return Number(m[1]) === process.pid ? !held.has(path) : !isAlive(Number(m[1]));
  }
  const changedAt = Math.max(lockedAt, lookAt(file)?.mtimeMs ?? 0);
  return Date.now() - changedAt > STALE_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) !== 'ESRCH';
  }
}
