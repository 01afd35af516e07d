// One append-only file of JSON lines; every line is one write with O_APPEND, so several processes may write it. A last line without its line end
// (a crash in mid-write) is no line. The state of a batch is what the lines add up to. Lines without a `job` speak of the batch itself.
import { closeSync, constants, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { SourceError, TargetError } from '@mailferry/core';
import { isHeld } from './batch-lock.js';
import type { Job } from './job.js';
import type { JobOutcome, JobTotals } from './job-result.js';

/**
 * Where a job stands: not begun, begun, or how its last try ended. `incomplete` is done but for messages that failed;
 * `retry` failed for a reason that may pass and is tried again.
 */
export type JobState = 'waiting' | 'running' | JobOutcome;

/** One line of the state file on a job. */
export interface StateLine {
  /** Milliseconds since the epoch: for a try that has ended its end, for the first `running` line of a try its start. */
  readonly time: number;
  readonly job: string;
  readonly user: string;
  readonly state: JobState;
  /** Number of the try, from 1, over all rounds; 0 while it waits. */
  readonly attempt: number;
  /** Number of the round (one run over the manifest, with all that resumes it), from 1. */
  readonly round?: number;
  /** Only with `waiting`: the job itself, as the manifest has it; secrets are references. */
  readonly plan?: Job;
  /** Exit status of the job's process, when it has ended. */
  readonly exitStatus?: number;
  /** Code of the error that ended it. */
  readonly code?: string;
  /** The last word on the job: an error's message, or what was done. */
  readonly message?: string;
  /** The books, when the job has ended. */
  readonly totals?: JobTotals;
  /** Messages read so far, while it runs. */
  readonly messages?: number;
  readonly bytesRead?: number;
  readonly bytesWritten?: number;
  /** Octets of the sources in all, when known. */
  readonly bytesTotal?: number;
  /** Start of the try, milliseconds since the epoch; on the line of its end. */
  readonly started?: number;
  /** Only with `retry`: when it is tried again, milliseconds since the epoch. */
  readonly again?: number;
  /** The job's report (`mailferry.report/1`), a path within the state directory, when it has one. */
  readonly report?: string;
  /** Process id of who runs the job, while running. */
  readonly pid?: number;
  /** Machine that runs the job. */
  readonly host?: string;
}

/** One line of the state file on the batch itself. */
export interface BatchLine {
  readonly time: number;
  readonly batch: 'begin' | 'end';
  readonly round: number;
  /** Jobs that this run is to do. */
  readonly jobs: number;
  /** Jobs at a time. */
  readonly parallel?: number;
  readonly pid: number;
  readonly host: string;
  /** Only with `end`: true when jobs were left for a later run. */
  readonly interrupted?: boolean;
}

/** What the lines of one job add up to. */
export interface JobStatus {
  readonly job: string;
  readonly user: string;
  readonly state: JobState;
  readonly attempts: number;
  /** The round of the latest line. */
  readonly round: number;
  /** The job as the manifest had it last. */
  readonly plan?: Job;
  /** Start of the latest try, milliseconds since the epoch. */
  readonly started?: number;
  /** End of the latest try; absent while it runs. */
  readonly ended?: number;
  /** End of the last try that succeeded (`LastOK`). */
  readonly lastOk?: number;
  /** Tries that succeeded (`NumSuccessCollects`). */
  readonly successes: number;
  /** The last word (`LastMsg`). */
  readonly lastMessage?: string;
  /** The latest report of the job, a path within the state directory. */
  readonly report?: string;
  readonly latest?: StateLine;
}

/** What a state file adds up to. */
export interface BatchState {
  readonly jobs: ReadonlyMap<string, JobStatus>;
  /** The lines on the batch itself, in order. */
  readonly runs: readonly BatchLine[];
  /** Those by which the processes that work on it now began. */
  readonly running: readonly BatchLine[];
}

/** Appends to the state file of a batch. */
export class StateFile {
  readonly path: string;
  readonly #fd: number;
  /** A disk that was full has torn the last line: what comes next stands alone. */
  #isTorn: boolean;

  /** @throws {@link TargetError} OUTPUT_UNWRITABLE, as every write does. */
  constructor(path: string) {
    this.path = path;
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
    this.#fd = onDisk(path, () => openSync(path, flags, 0o600));
    // A line that a crash cut off is closed, so that the next one stands alone.
    const text = readFileSync(this.#fd);
    this.#isTorn = text.length > 0 && text.at(-1) !== 0x0a;
  }

  /** Appends a line; `durable` waits for the disk. */
  append(line: StateLine | BatchLine, durable: boolean = 'batch' in line || (line.state !== 'running' && line.state !== 'waiting')): void {
    this.#write(`${JSON.stringify(line)}\n`, durable);
  }

  /** Appends many lines in one write; waits for the disk. */
  appendAll(lines: readonly StateLine[]): void {
    if (lines.length > 0) this.#write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''), true);
  }

  #write(text: string, durable: boolean): void {
    onDisk(this.path, () => {
      const octets = Buffer.from(this.#isTorn ? `\n${text}` : text);
      for (let at = 0; at < octets.length; this.#isTorn = at < octets.length) {
        at += writeSync(this.#fd, octets, at);
      }
      if (durable) fdatasyncSync(this.#fd);
    });
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
  return readBatchState([path]).jobs;
}

/**
 * Reads what the state files of a batch (one a shard) add up to.
 * @throws {@link SourceError} STATE_UNREADABLE when one is there and cannot be read.
 */
export function readBatchState(paths: readonly string[]): BatchState {
  const jobs = new Map<string, JobStatus>();
  const runs: { readonly line: BatchLine; readonly key: number }[] = [];
  const running: BatchLine[] = [];
  for (const path of paths) {
    const own: BatchLine[] = [];
    take(textOf(path), jobs, own);
    // Between the files of shards the time decides, within a file the order of its lines: a clock may have been set back.
    let key = 0;
    for (const line of own) {
      key = Math.max(key, line.time);
      runs.push({ line, key });
    }
    // Who was killed has written no end.
    const last = own.at(-1);
    if (last?.batch === 'begin' && isHeld(path)) running.push(last);
  }
  return { jobs, runs: runs.sort((a, b) => a.key - b.key).map(({ line }) => line), running };
}

function onDisk<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new TargetError('OUTPUT_UNWRITABLE', 'the state of the batch cannot be written', {
      where: { path },
      notes: [cause instanceof Error ? cause.message : String(cause)],
      help: 'make room, or give the directory back to who runs the batch, and run the same command again: who is done stays done',
      cause,
    });
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new SourceError('STATE_UNREADABLE', 'the state file of the batch cannot be read', { where: { path }, cause });
  }
}

/** What the text of a state file adds up to. */
export function addUp(text: string): ReadonlyMap<string, JobStatus> {
  const jobs = new Map<string, JobStatus>();
  take(text, jobs, []);
  return jobs;
}

function take(text: string, jobs: Map<string, JobStatus>, runs: BatchLine[]): void {
  for (const raw of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
    const line = parseLine(raw);
    if (line === undefined) continue;
    if ('batch' in line) runs.push(line);
    else jobs.set(line.job, after(jobs.get(line.job), line));
  }
}

function after(before: JobStatus | undefined, line: StateLine): JobStatus {
  return {
    job: line.job,
    user: line.user,
    state: line.state,
    attempts: Math.max(before?.attempts ?? 0, line.attempt),
    round: line.round ?? before?.round ?? 1,
    successes: (before?.successes ?? 0) + (line.state === 'done' ? 1 : 0),
    latest: line,
    ...timesAfter(before, line),
    ...known({ plan: line.plan ?? before?.plan, lastMessage: line.message ?? before?.lastMessage, report: line.report ?? before?.report }),
  };
}

function timesAfter(before: JobStatus | undefined, line: StateLine): Pick<JobStatus, 'started' | 'ended' | 'lastOk'> {
  const isFresh = line.state === 'running' && line.attempt !== before?.latest?.attempt;
  const hasEnded = line.state !== 'running' && line.state !== 'waiting';
  return known({
    started: isFresh ? line.time : (line.started ?? before?.started),
    ended: hasEnded ? line.time : line.state === 'running' ? undefined : before?.ended,
    lastOk: line.state === 'done' ? line.time : before?.lastOk,
  });
}

/** Without the members that are undefined. */
function known<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as ReturnType<typeof known<T>>;
}

function parseLine(raw: string): StateLine | BatchLine | undefined {
  if (!raw.startsWith('{')) return undefined;
  try {
    const line = JSON.parse(raw) as Record<string, unknown>;
    if (typeof line['batch'] === 'string' && typeof line['round'] === 'number') return line as unknown as BatchLine;
    return typeof line['job'] === 'string' && typeof line['state'] === 'string' ? (line as unknown as StateLine) : undefined;
  } catch {
    return undefined;
  }
}
