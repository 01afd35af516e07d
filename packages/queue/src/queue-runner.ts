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
  readonly defaults: Job['options'];
  /** Told when the queue cannot be reached; the runner waits. */
  readonly observe?: (error: Error) => void;
}

/** Milliseconds between two looks at the queue. */
const LOOK_EVERY = 500;
/** Exit statuses of a job that was taken back, and of one that no worker would do. */
const [TAKEN_BACK, REFUSED] = [143, 70];

/** Milliseconds after which a batch that is to stop no longer waits for a Redis that is away. */
const TAKE_BACK_WITHIN = 3000;

interface Waiting {
  readonly id: string;
  /** True once the queue has it. */
  isPut: boolean;
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
    let onAbort = (): void => undefined;
    const ended = new Promise<JobResult>((done, fail) => {
      onAbort = () => void this.#takeBack(id).then(done, fail);
      this.#waiting.set(id, { id, observe, done, isPut: false });
      this.#put(job, id).then(() => this.#isThere(id), fail);
    });
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

  async #put(job: Job, id: string): Promise<void> {
    const { key, name, dryRun, defaults } = this.#options;
    const order: QueuedOrder = { id, job, dryRun, defaults };
    // BullMQ takes the lowest number first, up to 2^21.
    const priority = Math.max(1, Math.min(2_000_000, 1_000_000 - job.priority));
    await this.#queue.add('job', sign(key, orderPurpose(name), order), { jobId: id, priority });
  }

  #isThere(id: string): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    waiting.isPut = true;
    this.#look();
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
    for (const waiting of [...this.#waiting.values()]) if (waiting.isPut) await this.#lookAt(waiting);
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
  async #takeBack(id: string): Promise<JobResult> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve('Redis does not answer; what it has of the job is left there'), TAKE_BACK_WITHIN);
    });
    try {
      return { exitStatus: TAKEN_BACK, message: await Promise.race([this.#takeOut(id), late]) };
    } finally {
      clearTimeout(timer);
    }
  }

  async #takeOut(id: string): Promise<string> {
    const queued: BullJob | undefined = await this.#queue.getJob(id);
    if ((await queued?.isActive()) === true) return 'left with its worker';
    await queued?.remove().catch(() => undefined);
    return 'taken out of the queue';
  }
}

function refused(reason: string | undefined): JobResult {
  const isLost = reason?.includes('stalled') === true;
  return isLost
    ? { exitStatus: 75, code: 'QUEUE_STALLED', message: 'the workers that took the job were lost again and again' }
    : { exitStatus: REFUSED, code: 'QUEUE_REFUSED', message: `the worker refused the job: ${reason ?? ''}`.slice(0, 500) };
}
