import { closeSync, constants, linkSync, openSync, renameSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { TargetError } from '../../errors.js';
import { lookAt, readControlFile, unlinkIfThere } from './control-file.js';
import { errnoOf } from './disk-error.js';

/** As long as Dovecot waits for a uidlist lock. */
const WAIT_MS = 120_000;
/** A lock without a known owner is stale when neither it nor the file has changed for so long (Dovecot's own limit). */
const STALE_MS = 300_000;

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
      if (create(path)) {
        return new Dotlock(path);
      }
      removeIfStale(path, file);
      if (Date.now() > deadline) {
        throw new TargetError('TARGET_LOCKED', 'another program holds the lock of the mailbox', {
          where: { path },
          notes: [`its owner is ${readControlFile(path)?.trim() ?? 'unknown'}`],
          help: 'run the same command again; if no mail program runs on this Maildir, remove the lock file',
          retryable: true,
        });
      }
      await sleep(pause + Math.random() * pause);
    }
  }

  release(): void {
    unlinkIfThere(this.#path);
  }
}

function create(path: string): boolean {
  let fd: number;
  try {
    fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') {
      return false;
    }
    throw error;
  }
  writeSync(fd, `${process.pid}:${hostname()}`);
  closeSync(fd);
  return true;
}

/** Removes the lock of a dead owner. It is moved aside first, so that a lock which was new by then can be put back. */
function removeIfStale(path: string, file: string): void {
  const seen = lookAt(path);
  if (seen === undefined || !isStale(path, file, seen.mtimeMs)) {
    return;
  }
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') {
      return;
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
}

function isStale(path: string, file: string, lockedAt: number): boolean {
  const m = /^(\d+):(.*)$/.exec(readControlFile(path)?.trim() ?? '');
  if (m !== null && m[2] === hostname()) {
    return !isAlive(Number(m[1]));
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
