// Takes jobs from a queue. A job is leased: while its worker lives the lease is renewed, and when it is not, because the worker was killed or its machine is
// gone, another worker takes the job and finds what is done.
import type { JobProgress, JobResult } from '@mailferry/batch';
import { type Job as BullJob, UnrecoverableError, Worker } from 'bullmq';
import { connectionTo, orderPurpose, type QueueAddress, type QueuedOrder, resultPurpose } from './connection.js';
import { openSigned, type Signed, sign } from './signed.js';

/** What a worker does, and how much at a time. */
export interface WorkerOptions extends QueueAddress {
  /** Jobs at a time. */
  readonly parallel: number;
  /** Milliseconds after which a job whose worker says nothing is another's. */
  readonly lease: number;
  /** Does a job; never throws for what the job does. */
  readonly work: (order: QueuedOrder, observe: (progress: JobProgress) => void) => Promise<JobResult>;
  /** When it is aborted no further job is taken; those that run are finished. */
  readonly drain: AbortSignal;
  readonly observe?: (event: WorkerEvent) => void;
}

/** What a worker tells its observer. */
export type WorkerEvent =
  | { readonly type: 'refused'; readonly reason: string }
  | { readonly type: 'error'; readonly error: Error }
  | { readonly type: 'begin'; readonly order: QueuedOrder }
  | { readonly type: 'ended'; readonly order: QueuedOrder; readonly result: JobResult };

/** Times that a job may lose its worker. */
const MOST_LOSSES = 20;
/** Milliseconds between notes on the progress of a job. */
const NOTE_EVERY = 2000;

/** Works until it is told to stop. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { name, parallel, lease, drain, observe } = options;
  const connection = connectionTo(options);
  connection.on('error', (error) => observe?.({ type: 'error', error }));
  const worker = new Worker(name, (queued) => take(queued, options), {
    connection,
    concurrency: parallel,
    lockDuration: lease,
    stalledInterval: Math.max(500, Math.floor(lease / 2)),
    maxStalledCount: MOST_LOSSES,
  });
  worker.on('error', (error) => observe?.({ type: 'error', error }));
  if (!drain.aborted) await new Promise<void>((resolve) => drain.addEventListener('abort', () => resolve(), { once: true }));
  await worker.close();
  connection.disconnect();
}

async function take(queued: BullJob, { name, key, work, observe }: WorkerOptions): Promise<Signed> {
  const order = openSigned(key, orderPurpose(name), queued.data) as QueuedOrder | undefined;
  if (order === undefined || order.id !== queued.id) {
    observe?.({ type: 'refused', reason: 'it is not signed with our key' });
    throw new UnrecoverableError('it is not signed with the key of the worker');
  }
  observe?.({ type: 'begin', order });
  let noted = Number.NEGATIVE_INFINITY;
  const result = await work(order, (progress) => {
    if (performance.now() - noted < NOTE_EVERY) return;
    noted = performance.now();
    queued.updateProgress({ ...progress }).catch(() => undefined);
  });
  observe?.({ type: 'ended', order, result });
  return sign(key, resultPurpose(name, order.id), result);
}
