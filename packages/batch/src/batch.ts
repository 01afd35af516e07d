// The loop that runs the jobs of a batch: so many at a time, never two of one user, each tried again when its trouble may pass.
import { hostname } from 'node:os';
import type { Job } from './job.js';
import type { JobOutcome, JobProgress, JobResult } from './job-result.js';
import type { Runner } from './runner.js';
import { lookAtWindow, type Window } from './schedule.js';
import { keepReport } from './state-directory.js';
import type { JobStatus, StateFile, StateLine } from './state-file.js';

/** Where a batch keeps what it did. */
export interface BatchRecord {
  /** The directory of the batch, for the reports. */
  readonly directory: string;
  readonly file: StateFile;
  /** Where the jobs stood before. */
  readonly before: ReadonlyMap<string, JobStatus>;
  readonly round: number;
}

/** How a batch runs. */
export interface BatchOptions {
  readonly runner: Runner;
  /** Jobs at a time. */
  readonly parallel: number;
  /** Absent: nothing is kept (a dry run). */
  readonly record?: BatchRecord;
  /** Further tries of a job whose trouble may pass; 3 by default. */
  readonly retries?: number;
  /** Milliseconds before the second try, doubled before each further one; 30,000 by default. */
  readonly retryWait?: number;
  /** Jobs begin and run only then. */
  readonly window?: Window;
  /** No job begins while the load of the machine is higher. */
  readonly maxLoad?: number;
  /** The load of the machine, of the last minute. */
  readonly load?: () => number;
  /** When it is aborted no further job begins. */
  readonly drain?: AbortSignal;
  /** When it is aborted the running jobs stop after the message in flight. */
  readonly stop?: AbortSignal;
  /** When it is aborted, after `stop`, the running jobs stop at once. */
  readonly kill?: AbortSignal;
  readonly observe?: (event: BatchEvent) => void;
}

/** What a batch tells its observer. */
export type BatchEvent =
  | { readonly type: 'begin'; readonly job: Job; readonly attempt: number }
  | { readonly type: 'progress'; readonly job: Job; readonly progress: JobProgress }
  | { readonly type: 'ended'; readonly job: Job; readonly outcome: JobOutcome; readonly attempt: number; readonly result: JobResult }
  /** Nothing begins for now. `until`: milliseconds since the epoch, when known. */
  | { readonly type: 'waiting'; readonly reason: 'window' | 'load' | 'retry'; readonly until?: number };

/** What a batch did. */
export interface BatchResult {
  /** How the last try of each job ended, by job. */
  readonly outcomes: ReadonlyMap<string, JobOutcome>;
  /** Jobs that were left for a later run. */
  readonly left: number;
}

interface Waiting {
  readonly job: Job;
  /** Tries in this run. */
  readonly tries: number;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
}

const RETRIES = 3;
const RETRY_WAIT = 30_000;
const LONGEST_WAIT = 15 * 60_000;
/** Milliseconds between looks at the load. */
const LOAD_EVERY = 5000;
/** Milliseconds between lines on the progress of a job. */
const NOTE_EVERY = 5000;
/** The longest that a timer of Node can wait is some 24 days; the clock on the wall may be set meanwhile. */
const LONGEST_SLEEP = 60_000;

/** Runs the jobs in their order. */
export async function runBatch(jobs: readonly Job[], options: BatchOptions): Promise<BatchResult> {
  return await new Batch(jobs, options).run();
}

class Batch {
  readonly #options: BatchOptions;
  readonly #running = new Map<string, { readonly job: Job; readonly ended: Promise<void> }>();
  readonly #outcomes = new Map<string, JobOutcome>();
  readonly #attempts: Map<string, number>;
  /** Stops the running jobs when the window closes. */
  #shift = new AbortController();
  #waiting: Waiting[];
  #failure: unknown;
  #said = '';

  constructor(jobs: readonly Job[], options: BatchOptions) {
    this.#options = options;
    this.#waiting = jobs.map((job) => ({ job, tries: 0, notBefore: 0 }));
    this.#attempts = new Map([...(options.record?.before ?? [])].map(([id, { attempts }]) => [id, attempts]));
  }

  async run(): Promise<BatchResult> {
    const { record, parallel } = this.#options;
    const about = { round: record?.round ?? 1, jobs: this.#waiting.length, parallel, pid: process.pid, host: hostname() };
    record?.file.append({ time: Date.now(), batch: 'begin', ...about });
    try {
      while (this.#failure === undefined && (this.#waiting.length > 0 || this.#running.size > 0)) {
        if (this.#isDraining && this.#running.size === 0) break;
        const sleep = this.#begin();
        await this.#next(sleep);
      }
    } finally {
      if (this.#failure !== undefined) this.#shift.abort();
      await Promise.all([...this.#running.values()].map(({ ended }) => ended));
    }
    if (this.#failure !== undefined) throw this.#failure;
    const left = this.#waiting.length;
    record?.file.append({ time: Date.now(), batch: 'end', ...about, ...(left > 0 ? { interrupted: true } : {}) });
    return { outcomes: this.#outcomes, left };
  }

  get #isDraining(): boolean {
    return this.#options.drain?.aborted === true || this.#options.stop?.aborted === true;
  }

  /** Begins what may begin; gives the milliseconds after which to look again. */
  #begin(): number {
    if (this.#isDraining) return LONGEST_SLEEP;
    const now = Date.now();
    const { window } = this.#options;
    const look = window === undefined ? undefined : lookAtWindow(window, now);
    if (look?.isOpen === false) {
      this.#shift.abort();
      this.#say('window', look.until);
      return look.until - now;
    }
    if (this.#shift.signal.aborted) this.#shift = new AbortController();
    const sleep = look === undefined ? LONGEST_SLEEP : look.until - now;
    return Math.min(sleep, this.#fill(now), this.#untilRetry(now));
  }

  /** Begins jobs until no more may run at a time; gives the milliseconds after which to look at the load again. */
  #fill(now: number): number {
    const { maxLoad, load, parallel } = this.#options;
    while (this.#running.size < parallel) {
      if (maxLoad !== undefined && this.#waiting.length > 0 && (load?.() ?? 0) > maxLoad) {
        this.#say('load');
        return LOAD_EVERY;
      }
      const next = this.#takeNext(now);
      if (next === undefined) break;
      this.#start(next);
      // What has just begun is not in the average of a minute yet.
      if (maxLoad !== undefined) return LOAD_EVERY;
    }
    return LONGEST_SLEEP;
  }

  /** Milliseconds until the next job may be tried again. */
  #untilRetry(now: number): number {
    const soonest = Math.min(...this.#waiting.map(({ notBefore }) => notBefore));
    if (!Number.isFinite(soonest) || soonest <= now) return LONGEST_SLEEP;
    if (this.#running.size === 0) this.#say('retry', soonest);
    return soonest - now;
  }

  /** The first job in order whose time has come and whose user and target have no other job running. */
  #takeNext(now: number): Waiting | undefined {
    const running = [...this.#running.values()].map(({ job }) => job);
    const index = this.#waiting.findIndex(
      ({ job, notBefore }) => notBefore <= now && !running.some(({ user, target }) => user === job.user || target === job.target),
    );
    return index < 0 ? undefined : this.#waiting.splice(index, 1)[0];
  }

  #start(waiting: Waiting): void {
    const { job } = waiting;
    this.#said = '';
    const ended = this.#try(waiting)
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => this.#running.delete(job.id));
    this.#running.set(job.id, { job, ended });
  }

  async #try({ job, tries }: Waiting): Promise<void> {
    const { runner, observe, stop, kill } = this.#options;
    const attempt = (this.#attempts.get(job.id) ?? 0) + 1;
    this.#attempts.set(job.id, attempt);
    const started = Date.now();
    this.#note(job, attempt, 'running', { pid: process.pid, host: hostname() });
    observe?.({ type: 'begin', job, attempt });
    let noted = started;
    const signal = AbortSignal.any([this.#shift.signal, ...(stop === undefined ? [] : [stop])]);
    const result = await runner(job, {
      signal,
      ...(kill === undefined ? {} : { kill }),
      observe: (progress) => {
        observe?.({ type: 'progress', job, progress });
        if (Date.now() - noted < NOTE_EVERY) return;
        noted = Date.now();
        this.#note(job, attempt, 'running', progress);
      },
    });
    this.#settle({ job, tries: tries + 1, notBefore: 0 }, attempt, started, result, signal.aborted);
  }

  #settle({ job, tries }: Waiting, attempt: number, started: number, result: JobResult, wasStopped: boolean): void {
    const { retries = RETRIES, retryWait = RETRY_WAIT, observe } = this.#options;
    const outcome = outcomeOf(result, wasStopped, tries <= retries);
    const again = outcome === 'retry' ? Date.now() + Math.min(LONGEST_WAIT, retryWait * 2 ** (tries - 1)) : undefined;
    this.#outcomes.set(job.id, outcome);
    this.#keep(job, attempt, started, outcome, result, again);
    // Stopped by the window it goes on in the next one; stopped by the user it is left.
    if (outcome === 'retry' || outcome === 'interrupted')
      this.#waiting.push({ job, tries: outcome === 'retry' ? tries : tries - 1, notBefore: again ?? 0 });
    observe?.({ type: 'ended', job, outcome, attempt, result });
  }

  #keep(job: Job, attempt: number, started: number, state: JobOutcome, result: JobResult, again: number | undefined): void {
    const { record } = this.#options;
    if (record === undefined) return;
    const { report, signal: _, ...facts } = result;
    const path = report === undefined ? undefined : keepReport(record.directory, job.id, report);
    this.#note(job, attempt, state, {
      ...facts,
      started,
      ...(again === undefined ? {} : { again }),
      ...(path === undefined ? {} : { report: path }),
    });
  }

  #note(job: Job, attempt: number, state: StateLine['state'], more: Partial<StateLine>): void {
    const { record } = this.#options;
    record?.file.append({ time: Date.now(), job: job.id, user: job.user, state, attempt, round: record.round, ...more });
  }

  #say(reason: Extract<BatchEvent, { type: 'waiting' }>['reason'], until?: number): void {
    const said = `${reason} ${until ?? ''}`;
    if (said === this.#said) return;
    this.#said = said;
    this.#options.observe?.({ type: 'waiting', reason, ...(until === undefined ? {} : { until }) });
  }

  /** Until a job has ended, the time is over, or somebody wants us to stop. */
  async #next(ms: number): Promise<void> {
    if (this.#isDraining && this.#running.size === 0) return;
    let wake = (): void => {};
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const timer = setTimeout(wake, Math.max(10, Math.min(ms, LONGEST_SLEEP)));
    const signals = this.#isDraining ? [] : [this.#options.drain, this.#options.stop];
    for (const signal of signals) signal?.addEventListener('abort', wake);
    try {
      await Promise.race([woken, ...[...this.#running.values()].map(({ ended }) => ended)]);
    } finally {
      clearTimeout(timer);
      for (const signal of signals) signal?.removeEventListener('abort', wake);
    }
  }
}

/** Exit statuses: done, done but for some messages, try again. */
const [DONE, SOME_FAILED, TEMPORARY] = [0, 1, 75];

function outcomeOf({ exitStatus, signal, code }: JobResult, wasStopped: boolean, hasTriesLeft: boolean): JobOutcome {
  if (exitStatus === DONE) return 'done';
  if (exitStatus === SOME_FAILED) return 'incomplete';
  if (wasStopped) return 'interrupted';
  const mayPass = (exitStatus === TEMPORARY && code !== 'JOB_TIME_LIMIT') || (signal !== undefined && code === 'JOB_CRASHED');
  return mayPass && hasTriesLeft ? 'retry' : 'failed';
}
