// One batch at a time works on a state file: `FILE.lock` names the process that does, with the moment of its start, so that a number that the system has given
// to another process since is not taken for it. A lock whose process is no more is taken over.
import { closeSync, constants, linkSync, openSync, readFileSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { TargetError } from '@mailferry/core';

/** A lock that is held until it is disposed of. */
export class BatchLock implements Disposable {
  readonly #path: string;

  /** @throws {@link TargetError} BATCH_RUNNING (retryable) while another batch holds it. */
  constructor(stateFile: string) {
    this.#path = `${stateFile}.lock`;
    const own = `${this.#path}.${process.pid}`;
    writeHolder(own);
    try {
      this.#take(own);
    } finally {
      unlinkSync(own);
    }
  }

  [Symbol.dispose](): void {
    if (isOurs(this.#path)) unlinkSync(this.#path);
  }

  #take(own: string): void {
    for (let tries = 0; tries < 5; tries += 1) {
      try {
        linkSync(own, this.#path);
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = read(this.#path);
      if (holder !== undefined && isAlive(holder)) throw busy(this.#path, holder);
      breakLock(this.#path, holder);
    }
    throw busy(this.#path, read(this.#path));
  }
}

/** True while a batch works on a state file. */
export function isHeld(stateFile: string): boolean {
  const holder = read(`${stateFile}.lock`);
  return holder !== undefined && isAlive(holder);
}

function writeHolder(path: string): void {
  try {
    const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW, 0o600);
    writeSync(fd, `${process.pid} ${startOf(process.pid) ?? ''} ${hostname()}`);
    closeSync(fd);
  } catch (cause) {
    throw new TargetError('OUTPUT_UNWRITABLE', 'the lock of the batch cannot be written', { where: { path }, cause });
  }
}

/** Takes a dead lock away, unless somebody else has done so and holds a new one. */
function breakLock(path: string, holder: string | undefined): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (read(aside) === holder) unlinkSync(aside);
  else renameSync(aside, path);
}

function isOurs(path: string): boolean {
  return read(path)?.startsWith(`${process.pid} `) === true;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** A lock of another machine is believed: nobody here can tell. */
function isAlive(holder: string): boolean {
  const [pid = '', start = '', host = ''] = holder.split(' ');
  if (host !== hostname()) return true;
  const started = startOf(Number(pid));
  if (started !== undefined || start !== '') return started === start;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch {
    return false;
  }
}

/** When a process started, in ticks since the machine did (proc(5), field 22 of stat); undefined where there is no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function busy(path: string, holder: string | undefined): TargetError {
  const [pid = '?', , host = '?'] = (holder ?? '').split(' ');
  return new TargetError('BATCH_RUNNING', 'this batch is running already', {
    where: { path },
    notes: [`process ${pid} on ${host}`],
    help: 'mailferry status shows how far it is; if that machine is gone for good, remove the lock',
    retryable: true,
  });
}
