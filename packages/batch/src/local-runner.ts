// Runs each job in a process of its own on this machine. The order goes in over a pipe, the report comes back over it; when the pipe closes, because
// whoever started the job is no more, the process ends by itself. Nothing of a home is opened here.
import { type ChildProcess, spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { inOneLine, MailError } from '@mailferry/core';
import type { Job } from './job.js';
import { factsOfReport, type JobMessage, progressOf, readJobMessage } from './job-message.js';
import type { JobOrder } from './job-order.js';
import type { JobResult } from './job-result.js';
import type { JobControl, Runner } from './runner.js';

/** What one job may take. */
export interface JobLimits {
  /** Octets of memory (RLIMIT_DATA); no limit when absent. */
  readonly memory?: number;
  /** Milliseconds; no limit when absent. */
  readonly time?: number;
  /** Added to the niceness of the process. */
  readonly niceness?: number;
}

/** How jobs are started. */
export interface LocalRunnerOptions {
  /** The module that runs in the process of a job. */
  readonly entry: string;
  /** Arguments of that module: as whom it runs. May throw a {@link MailError}, which is then the result of the job. */
  readonly identityOf: (job: Job) => readonly string[];
  /** The order for a job, with its secret. May throw a {@link MailError}. */
  readonly orderFor: (job: Job) => Promise<JobOrder>;
  readonly limits?: JobLimits;
  /** The exit status that stands for an error. */
  readonly exitStatusOf: (error: unknown) => number;
}

/** Milliseconds between the wish to stop and the end of patience. */
const GRACE = 30_000;
/** The longest that a timer of Node can wait: some 24 days. */
const LONGEST_TIMER = 2 ** 31 - 1;
/** Octets of what a process prints that are kept for its last word. */
const TAIL = 4096;
/** The shell that sets limits for itself and then becomes the job. */
const LIMITED = 'ulimit -c 0; [ "$1" = 0 ] || ulimit -d "$1" || exit 71; shift; exec "$@"';

/** A runner of processes on this machine. */
export function localRunner(options: LocalRunnerOptions): Runner {
  return async (job, control) => {
    let identity: readonly string[];
    let order: JobOrder;
    try {
      identity = options.identityOf(job);
      order = await options.orderFor(job);
    } catch (error) {
      if (!(error instanceof MailError)) throw error;
      return { exitStatus: options.exitStatusOf(error), code: error.code, message: inOneLine(error) };
    }
    let child: ChildProcess;
    try {
      child = start(options, identity);
    } catch (error) {
      return notStarted(error);
    }
    return await new JobProcess(child, options.limits ?? {}, control).run(order);
  };
}

function start({ entry, limits = {} }: LocalRunnerOptions, identity: readonly string[]): ChildProcess {
  // The limit is the system's alone: with a flag for V8's heap, Node and the bundle would have to be compiled anew for each job (ADR 0099).
  const kibibytes = limits.memory === undefined ? '0' : String(Math.floor(limits.memory / 1024));
  const child = spawn('/bin/sh', ['-c', LIMITED, 'sh', kibibytes, process.execPath, entry, ...identity], {
    // A process group of its own: Ctrl-C on the terminal reaches the batch alone, which decides what becomes of its jobs.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: environment(),
  });
  if (limits.niceness !== undefined && child.pid !== undefined) {
    try {
      setPriority(child.pid, limits.niceness);
    } catch {
      // It has ended already, or we may not: a job is none the worse for its niceness.
    }
  }
  return child;
}

/** Nothing of ours but what says where things are and how they are written; no secret can be in it. */
function environment(): Record<string, string> {
  const kept = ['PATH', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'SSL_CERT_DIR', 'SSL_CERT_FILE'];
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name] ?? '']])));
}

/** One running process of a job. */
class JobProcess {
  readonly #child: ChildProcess;
  readonly #limits: JobLimits;
  readonly #control: JobControl;
  #tail = '';
  #report: Record<string, unknown> | undefined;
  #end: Extract<JobMessage, { type: 'end' }> | undefined;
  #isLate = false;
  #patience: NodeJS.Timeout | undefined;

  constructor(child: ChildProcess, limits: JobLimits, control: JobControl) {
    this.#child = child;
    this.#limits = limits;
    this.#control = control;
  }

  async run(order: JobOrder): Promise<JobResult> {
    const child = this.#child;
    const { signal, kill } = this.#control;
    const limit =
      this.#limits.time === undefined
        ? undefined
        : setTimeout(
            () => {
              this.#isLate = true;
              this.#stop();
            },
            Math.min(this.#limits.time, LONGEST_TIMER),
          );
    const onStop = (): void => this.#stop();
    const onKill = (): void => this.#kill();
    signal.addEventListener('abort', onStop);
    kill?.addEventListener('abort', onKill);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#tail = (this.#tail + text).slice(-TAIL);
    });
    child.on('message', (raw) => this.#hear(readJobMessage(raw)));
    try {
      const ended = new Promise<{ status: number | null; signal: NodeJS.Signals | null; error?: Error }>((resolve) => {
        child.once('error', (error) => resolve({ status: null, signal: null, error }));
        child.once('close', (status, by) => resolve({ status, signal: by }));
      });
      // A process that is gone before it has its order says so by its end.
      if (child.connected) child.send(order, () => undefined);
      if (signal.aborted) onStop();
      if (kill?.aborted === true) onKill();
      return this.#result(await ended);
    } finally {
      clearTimeout(limit);
      clearTimeout(this.#patience);
      signal.removeEventListener('abort', onStop);
      kill?.removeEventListener('abort', onKill);
    }
  }

  #hear(message: JobMessage | undefined): void {
    if (message?.type === 'progress') this.#control.observe(progressOf(message));
    else if (message?.type === 'report') this.#report = message.report;
    else if (message?.type === 'end') this.#end = message;
  }

  /** Asks to stop after the message in flight. */
  #stop(): void {
    this.#child.kill('SIGTERM');
    this.#patience ??= setTimeout(() => this.#kill(), GRACE);
  }

  #kill(): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      // With what it has started, such as the command that prints a password.
      process.kill(-pid, 'SIGKILL');
    } catch {
      this.#child.kill('SIGKILL');
    }
  }

  #result({ status, signal, error }: { status: number | null; signal: NodeJS.Signals | null; error?: Error }): JobResult {
    const { verdict, ...books } = factsOfReport(this.#report);
    const facts = { ...books, ...(this.#report === undefined ? {} : { report: this.#report }) };
    if (this.#isLate)
      return { ...facts, exitStatus: 75, code: 'JOB_TIME_LIMIT', message: 'the time of a job was over; what was done stays' };
    if (this.#end !== undefined && signal === null) {
      const { exitStatus, code, message = verdict ?? '' } = this.#end;
      return { ...facts, exitStatus, message, ...(code === undefined ? {} : { code }) };
    }
    return error === undefined ? { ...facts, ...this.#crash(status, signal) } : notStarted(error);
  }

  #crash(status: number | null, signal: NodeJS.Signals | null): JobResult {
    const isMemory = /heap out of memory|Allocation failed|Array buffer allocation|bad_alloc/u.test(this.#tail);
    const code = isMemory ? 'JOB_OUT_OF_MEMORY' : 'JOB_CRASHED';
    const how = signal === null ? `ended with status ${status ?? 'unknown'}` : `was ended by ${signal}`;
    const said = lastWords(this.#tail);
    return {
      exitStatus: signal === null ? (status === null || status < 64 ? 70 : status) : 128 + constants.signals[signal],
      ...(signal === null ? {} : { signal }),
      code: /error\[([A-Z_]+)\]/u.exec(this.#tail)?.[1] ?? code,
      message: isMemory ? 'the memory of a job was not enough' : `the process of the job ${how}${said === '' ? '' : `: ${said}`}`,
    };
  }
}

/** The machine has no room for another process just now (EAGAIN, ENOMEM): it is tried again, and the other jobs go on. */
function notStarted(error: unknown): JobResult {
  const said = error instanceof Error ? error.message : String(error);
  return { exitStatus: 75, code: 'JOB_CRASHED', message: `the process of the job could not be started: ${said}` };
}

function lastWords(tail: string): string {
  const lines = tail.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.find((line) => /error|fatal/iu.test(line)) ?? lines.at(-1) ?? '';
  return telling.trim().slice(0, 300);
}
