import type { BatchEvent, Job, JobOutcome, JobProgress, JobResult } from '@mailferry/batch';
import { formatBytes, formatCount, formatCountOf, formatDuration, printable } from '@mailferry/core';
import type { Output } from './output.js';

const PLAIN_EVERY_MS = 30_000;
const LIVE_EVERY_MS = 200;
const JSON_EVERY_MS = 1000;
/** Live lines; more would not be read. */
const MOST_LINES = 16;

/** What a batch has done so far. */
interface Sums {
  users: number;
  messages: number;
  failed: number;
  bytes: number;
}

/** Shows how far a batch is: a line for each running job and one for all on a terminal, a sentence now and then elsewhere, events with `--json`. */
export class BatchView implements Disposable {
  readonly #output: Output;
  readonly #total: number;
  readonly #started: number = performance.now();
  readonly #running = new Map<string, { readonly job: Job; progress?: JobProgress }>();
  readonly #sums: Sums = { users: 0, messages: 0, failed: 0, bytes: 0 };
  readonly #timer: NodeJS.Timeout;
  #shown: number = performance.now();
  #told: number = performance.now();

  constructor(output: Output, total: number) {
    this.#output = output;
    this.#total = total;
    this.#timer = setInterval(() => this.#show(), output.live === undefined ? JSON_EVERY_MS : LIVE_EVERY_MS);
  }

  get sums(): Readonly<Sums> {
    return this.#sums;
  }

  observe(event: BatchEvent): void {
    if (event.type === 'begin') this.#running.set(event.job.id, { job: event.job });
    else if (event.type === 'progress') this.#running.set(event.job.id, { job: event.job, progress: event.progress });
    else if (event.type === 'ended') this.#ended(event);
    else this.#waiting(event);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#output.live?.clear();
  }

  #ended({ job, outcome, attempt, result }: Extract<BatchEvent, { type: 'ended' }>): void {
    this.#running.delete(job.id);
    const { report: _, ...facts } = result;
    this.#output.event({ type: 'job', job: job.id, user: job.user, outcome, attempt, ...facts });
    if (outcome !== 'retry' && outcome !== 'interrupted') this.#sums.users += 1;
    // Who is tried again reads it all again.
    if (outcome !== 'retry') {
      this.#sums.messages += result.totals?.read ?? 0;
      this.#sums.failed += result.totals?.failed ?? 0;
    }
    this.#sums.bytes += result.bytesRead ?? 0;
    const isGood = outcome === 'done';
    if (!isGood || this.#output.verbosity > 0) this.#output.say(outcomeLine(job, outcome, result, this.#output));
  }

  #waiting({ reason, until }: Extract<BatchEvent, { type: 'waiting' }>): void {
    const when = until === undefined ? '' : ` until ${new Date(until).toLocaleString()}`;
    const what = { window: 'outside the hours of --window: waiting', load: 'the machine is busy: waiting', retry: 'waiting to try again' };
    this.#output.event({ type: 'waiting', reason, ...(until === undefined ? {} : { until: new Date(until).toISOString() }) });
    this.#output.say(`${what[reason]}${when}`);
  }

  #show(): void {
    const now = performance.now();
    if (now - this.#told >= JSON_EVERY_MS && (this.#output.isJson || this.#output.isLogging)) {
      this.#told = now;
      this.#output.event({ type: 'progress', ...this.#sums, of: this.#total, running: [...this.#running.keys()] });
    }
    if (this.#output.isQuiet || this.#output.isJson) return;
    const every = this.#output.live === undefined ? PLAIN_EVERY_MS : LIVE_EVERY_MS;
    if (now - this.#shown < every) return;
    this.#shown = now;
    if (this.#output.live === undefined) this.#output.say(this.#sentence(now));
    else this.#output.live.paint([...[...this.#running.values()].slice(0, MOST_LINES).map(runningLine), this.#sentence(now)]);
  }

  #sentence(now: number): string {
    const { users, messages, bytes } = this.#sums;
    const running = [...this.#running.values()].reduce((sum, { progress }) => sum + (progress?.bytesRead ?? 0), 0);
    const ms = Math.max(1, now - this.#started);
    const rate = `${formatBytes(((bytes + running) * 1000) / ms)}/s`;
    return `${formatCount(users)} of ${formatCountOf(this.#total, 'user')}, ${formatCountOf(messages, 'message')}, ${formatBytes(bytes + running)} in ${formatDuration(ms)}, ${rate}`;
  }
}

function runningLine({ job, progress }: { readonly job: Job; readonly progress?: JobProgress }): string {
  if (progress === undefined) return printable(job.id);
  const { messages = 0, bytesRead = 0, bytesTotal } = progress;
  const share =
    bytesTotal === undefined || bytesTotal === 0 ? '' : ` ${Math.floor((Math.min(bytesRead, bytesTotal) / bytesTotal) * 100)} %`;
  return `${printable(job.id)}:${share} ${formatCountOf(messages, 'message')}, ${formatBytes(bytesRead)}`;
}

function outcomeLine(job: Job, outcome: JobOutcome, { code, message }: JobResult, { palette }: Output): string {
  const paint = outcome === 'done' ? palette.good : outcome === 'failed' ? palette.bad : palette.warn;
  const what = { done: 'done', incomplete: 'done but for some', failed: 'failed', retry: 'will be tried again', interrupted: 'stopped' }[
    outcome
  ];
  return `${paint(what)}: ${printable(job.id)}: ${code === undefined ? '' : `[${code}] `}${printable(message)}`;
}
