import type { Job } from '@mailferry/batch';
import { Redis } from 'ioredis';

/** How to reach a queue. */
export interface QueueAddress {
  /** `redis://host:6379/0` or `rediss://…`. */
  readonly url: string;
  readonly password?: string;
  /** The name of the queue; batches with different keys take different ones. */
  readonly name: string;
  /** The key that batch and workers share. */
  readonly key: Uint8Array;
}

/** The longest pause between two tries to reach Redis, milliseconds. */
const LONGEST_PAUSE = 2000;

/** A connection that waits for a Redis that is away, however long. */
export function connectionTo({ url, password }: QueueAddress): Redis {
  return new Redis(url, {
    ...(password === undefined ? {} : { password }),
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => Math.min(LONGEST_PAUSE, times * 100),
  });
}

/** What is in the queue for one job. */
export interface QueuedOrder {
  /** Signs result and order together, and keeps orders of two batches apart. */
  readonly id: string;
  readonly job: unknown;
  readonly dryRun: boolean;
  /** Flags for every job of the batch. */
  readonly defaults: Job['options'];
}

/** What a signature of an order is for. */
export const orderPurpose = (queue: string): string => `order ${queue}`;
/** What a signature of the result of an order is for. */
export const resultPurpose = (queue: string, id: string): string => `result ${queue} ${id}`;
