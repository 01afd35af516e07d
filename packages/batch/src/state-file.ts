// One append-only file of JSON lines; every line is one write with O_APPEND, so several processes may write it. A last line without its line end
// (a crash in mid-write) is no line. The state of a batch is what the lines add up to.
import { closeSync, constants, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { type Books, SourceError } from '@mailferry/core';

/** Where a job stands. `waiting` has no line: it is a job of the manifest that none speaks of. */
export type JobState = 'running' | 'done' | 'failed' | 'retry' | 'interrupted';

/** One line of the state file. */
export interface StateLine {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly job: string;
  readonly user: string;
  readonly state: JobState;
  /** Number of the attempt, from 1. */
  readonly attempt: number;
  /** Exit status of the job's process, when it has ended. */
  readonly exitStatus?: number;
  /** The last word on the job: an error's message, or what was done. */
  readonly message?: string;
  /** The books, when the job has ended or reports progress. */
  readonly totals?: Pick<Books, 'read' | 'written' | 'alreadyPresent' | 'filtered' | 'failed'>;
  readonly bytesRead?: number;
  /** Octets of the sources in all, when known. */
  readonly bytesTotal?: number;
  /** Process id of who runs the job, while running. */
  readonly pid?: number;
}

/** What the lines of one job add up to. */
export interface JobStatus {
  readonly job: string;
  readonly user: string;
  readonly state: JobState | 'waiting';
  readonly attempts: number;
  /** Start of the latest attempt, milliseconds since the epoch. */
  readonly started?: number;
  /** End of the last attempt that succeeded (`LastOK`). */
  readonly lastOk?: number;
  /** Attempts that succeeded (`NumSuccessCollects`). */
  readonly successes: number;
  /** The last word (`LastMsg`). */
  readonly lastMessage?: string;
  readonly latest?: StateLine;
}

/** Appends to the state file of a batch. */
export class StateFile {
  readonly path: string;
  readonly #fd: number;

  constructor(path: string) {
    this.path = path;
    this.#fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW, 0o600);
    // A line that a crash cut off is closed, so that the next one stands alone.
    const text = readFileSync(path);
    if (text.length > 0 && text.at(-1) !== 0x0a) writeSync(this.#fd, '\n');
  }

  /** Appends a line; `durable` waits for the disk. */
  append(line: StateLine, durable: boolean = line.state !== 'running'): void {
    writeSync(this.#fd, `${JSON.stringify(line)}\n`);
    if (durable) fdatasyncSync(this.#fd);
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/**
 * Reads what a state file adds up to, by job. An absent file is a batch that has not begun.
 * @throws {@link SourceError} STATE_UNREADABLE when it is there and cannot be read.
 */
export function readState(path: string): ReadonlyMap<string, JobStatus> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw new SourceError('STATE_UNREADABLE', 'the state file of the batch cannot be read', { where: { path }, cause });
  }
  return addUp(text);
}

/** What the text of a state file adds up to. */
export function addUp(text: string): ReadonlyMap<string, JobStatus> {
  const status = new Map<string, JobStatus>();
  for (const raw of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
    const line = parseLine(raw);
    if (line !== undefined) status.set(line.job, after(status.get(line.job), line));
  }
  return status;
}

function after(before: JobStatus | undefined, line: StateLine): JobStatus {
  const fresh = line.state === 'running' && line.attempt !== before?.latest?.attempt;
  const started = fresh ? line.time : before?.started;
  const lastOk = line.state === 'done' ? line.time : before?.lastOk;
  const lastMessage = line.message ?? before?.lastMessage;
  return {
    job: line.job,
    user: line.user,
    state: line.state,
    attempts: Math.max(before?.attempts ?? 0, line.attempt),
    successes: (before?.successes ?? 0) + (line.state === 'done' ? 1 : 0),
    latest: line,
    ...(started === undefined ? {} : { started }),
    ...(lastOk === undefined ? {} : { lastOk }),
    ...(lastMessage === undefined ? {} : { lastMessage }),
  };
}

function parseLine(raw: string): StateLine | undefined {
  if (!raw.startsWith('{')) return undefined;
  try {
    const line = JSON.parse(raw) as StateLine;
    return typeof line.job === 'string' && typeof line.state === 'string' ? line : undefined;
  } catch {
    return undefined;
  }
}
