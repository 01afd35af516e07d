// A runner that puts jobs into a queue and waits for what workers make of them. The name of a job in the queue follows from batch, round and job: a batch
// that was killed and goes on finds there what it has put in before, running or done, and puts in nothing twice.
import { createHash } from 'node:crypto';
import type { Job, JobResult, Runner } from '@mailferry/batch';
import { type Job as BullJob, Queue } from 'bullmq';
import { connectionTo, orderPurpose, type QueueAddress, type QueuedOrder, resultPurpose } from './connection.js';
import { openSigned, sign } from './signed.js';

/** What the jobs of a run share. */
export interface QueueRunnerOptions extends QueueAddress {
  /** Names the batch: its directory. */
  readonly batch: string;
  readonly round: number;
  readonly dryRun: boolean;
  readonly defaults: Readonly<Record<string, string | boolean>>;
  /** Told when the queue cannot be reached; the runner waits. */
  readonly observe?: (error: Error) => void;
}

/** Milliseconds between two looks at the queue. */
const LOOK_EVERY = 500;
/** Exit statuses of a job that was taken back, and of one that no worker would do. */
const [TAKEN_BACK, REFUSED] = [143, 70];

interface Waiting {
  readonly queued: BullJob;
  readonly id: string;
  readonly observe: (progress: object) => void;
  readonly done: (result: JobResult) => void;
}

/** A runner on a queue, until it is disposed of. */
export class QueueRunner implements AsyncDisposable {
  readonly #options: QueueRunnerOptions;
  readonly #connection: ReturnType<typeof connectionTo>;
  readonly #queue: Queue;
  readonly #waiting = new Map<string, Waiting>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: QueueRunnerOptions) {
    this.#options = options;
    this.#connection = connectionTo(options);
    this.#connection.on('error', (error) => options.observe?.(error));
    this.#queue = new Queue(options.name, { connection: this.#connection });
    this.#queue.on('error', (error) => options.observe?.(error));
  }

  readonly run: Runner = async (job, { signal, observe }) => {
    const id = this.#idOf(job);
    const queued = await this.#put(job, id);
    const ended = new Promise<JobResult>((done) => {
      this.#waiting.set(id, { queued, id, observe, done });
    });
    this.#look();
    const onAbort = (): void => void this.#takeBack(id).catch(() => undefined);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    try {
      return await ended;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#waiting.delete(id);
    }
  };

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    await this.#queue.close();
    this.#connection.disconnect();
  }

  #idOf(job: Job): string {
    const { batch, round } = this.#options;
    return createHash('sha256')
      .update(JSON.stringify([batch, round, job.id]))
      .digest('hex')
      .slice(0, 32);
  }

  async #put(job: Job, id: string): Promise<BullJob> {
    const { key, name, dryRun, defaults } = this.#options;
    const order: QueuedOrder = { id, job, dryRun, defaults };
    // BullMQ takes the lowest number first, up to 2^21.
    const priority = Math.max(1, Math.min(2_000_000, 1_000_000 - job.priority));
    return await this.#queue.add('job', sign(key, orderPurpose(name), order), { jobId: id, priority });
  }

  #look(): void {
    this.#timer ??= setTimeout(() => {
      this.#lookAtAll()
        .catch((error: unknown) => this.#options.observe?.(error instanceof Error ? error : new Error(String(error))))
        .finally(() => {
          this.#timer = undefined;
          if (this.#waiting.size > 0) this.#look();
        });
    }, LOOK_EVERY);
  }

  async #lookAtAll(): Promise<void> {
    for (const waiting of [...this.#waiting.values()]) await this.#lookAt(waiting);
  }

  async #lookAt({ id, observe, done }: Waiting): Promise<void> {
    // The state first: what is read of a job after it has ended is whole.
    const state = await this.#queue.getJobState(id);
    const now: BullJob | undefined = await this.#queue.getJob(id);
    // Somebody emptied the queue: it is put in again.
    if (now === undefined) return done({ exitStatus: 75, code: 'QUEUE_LOST', message: 'the job is no longer in the queue' });
    if (typeof now.progress === 'object') observe(now.progress);
    if (state !== 'completed' && state !== 'failed') return;
    const result = state === 'completed' ? this.#resultOf(now, id) : refused(now.failedReason);
    await now.remove();
    done(result);
  }

  #resultOf({ returnvalue }: BullJob, id: string): JobResult {
    const { key, name } = this.#options;
    const result = openSigned(key, resultPurpose(name, id), returnvalue) as JobResult | undefined;
    return result ?? { exitStatus: REFUSED, code: 'QUEUE_UNSIGNED', message: 'the result in the queue is not signed with our key' };
  }

  /** What no worker has begun is taken out again; what runs stays with its worker, and the batch finds it when it goes on. */
  async #takeBack(id: string): Promise<void> {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    const isActive = await waiting.queued.isActive();
    if (!isActive) await waiting.queued.remove().catch(() => undefined);
    waiting.done({ exitStatus: TAKEN_BACK, message: isActive ? 'left with its worker' : 'taken out of the queue' });
  }
}

function refused(reason: string | undefined): JobResult {
  const isLost = reason?.includes('stalled') === true;
  return isLost
    ? { exitStatus: 75, code: 'QUEUE_STALLED', message: 'the workers that took the job were lost again and again' }
    : { exitStatus: REFUSED, code: 'QUEUE_REFUSED', message: `the worker refused the job: ${reason ?? ''}`.slice(0, 500) };
}
