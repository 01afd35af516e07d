// One run at a time has the ledger of an account: `LEDGER.lock` names its process, the moment of its start (a process id comes again) and its machine. The
// lock has its text from its first instant: it is written beside and linked into place. A lock of this machine whose process is no more is taken over; one
// of another machine that shares the directory when nobody has touched it for five minutes, which its holder does every minute.
import { closeSync, constants, linkSync, openSync, readFileSync, renameSync, statSync, unlinkSync, utimesSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { TargetError } from '@mailferry/core';

const TOUCH_MS = 60_000;
const STALE_MS = 300_000;

/** A lock that is held until it is released. */
export class LedgerLock {
  readonly #path: string;
  readonly #text: string;
  readonly #touch: NodeJS.Timeout;

  /** @throws {@link TargetError} TARGET_LOCKED (retryable) while another run holds it. */
  constructor(ledger: string) {
    this.#path = `${ledger}.lock`;
    this.#text = `${process.pid} ${startOf(process.pid)} ${hostname()}`;
    this.#take();
    this.#touch = setInterval(() => this.#hold(), TOUCH_MS).unref();
  }

  release(): void {
    clearInterval(this.#touch);
    if (read(this.#path) === this.#text) quietly(() => unlinkSync(this.#path));
  }

  #take(): void {
    const own = `${this.#path}.${process.pid}`;
    for (let attempt = 0; attempt < 5; attempt++) {
      if (this.#link(own)) return;
      const holder = read(this.#path);
      if (holder !== undefined && isHeld(this.#path, holder)) break;
      breakLock(this.#path, holder);
    }
    const [pid = '?', , host = hostname()] = (read(this.#path) ?? '').split(' ');
    const isOwn = pid === String(process.pid) && host === hostname();
    throw new TargetError('TARGET_LOCKED', 'another run is uploading to this account', {
      where: { path: this.#path },
      notes: [`it has the process id ${pid}${host === hostname() ? '' : ` on ${host}`}`],
      help: isOwn
        ? 'it is in this very process: close its target first'
        : 'wait until it has ended; the same command goes on where it stopped',
      retryable: true,
    });
  }

  /** False when there is a lock. Where the file system has no links, the lock is made in its place. */
  #link(own: string): boolean {
    quietly(() => unlinkSync(own));
    try {
      this.#write(own);
      linkSync(own, this.#path);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes(codeOf(error))) throw error;
      return this.#writeInPlace();
    } finally {
      quietly(() => unlinkSync(own));
    }
  }

  #writeInPlace(): boolean {
    try {
      this.#write(this.#path);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    }
  }

  #write(path: string): void {
    const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
    writeSync(fd, this.#text);
    closeSync(fd);
  }

  #hold(): void {
    const now = new Date();
    if (read(this.#path) === this.#text) quietly(() => utimesSync(this.#path, now, now));
  }
}

/** Takes a dead lock away, unless somebody else has done so and holds a new one. */
function breakLock(path: string, holder: string | undefined): void {
  const aside = `${path}.stale.${process.pid}`;
  quietly(() => {
    renameSync(path, aside);
    if (read(aside) !== holder) linkSync(aside, path);
  });
  quietly(() => unlinkSync(aside));
}

function isHeld(path: string, holder: string): boolean {
  const [pid = '', start = '', host = hostname()] = holder.split(' ');
  if (host === hostname()) return isAlive(Number(pid), start);
  const touched = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return Date.now() - touched < STALE_MS;
}

function isAlive(pid: number, start: string): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  return start === '' || start === startOf(pid);
}

/** The time a process started (proc(5), field 22 of stat); empty where there is no /proc. */
function startOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`) ?? '';
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // Somebody else was first, or the next run will do it.
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
