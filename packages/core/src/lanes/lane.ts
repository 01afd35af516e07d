import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { InternalError } from '../errors.js';
import type { LaneAnswer, LaneJob } from './job.js';

/** Octets of one job; a thread should neither wait for a large job nor be woken for a tiny one. */
const JOB_SIZE = 512 * 1024;
const JOB_FILES = 256;
/** Octets under way above which the sender waits: less than a reader cuts from one window, so that its windows are never all lent. */
const IN_FLIGHT = 1024 * 1024;

/** A file for a lane. */
export interface LaneFile {
  readonly path: string;
  /** Seconds since the epoch. */
  readonly seconds: number;
  readonly parts: readonly Uint8Array[];
  /** Called when the octets are no longer needed. */
  readonly release: () => void;
}

/** A job that the thread has not answered yet. */
interface SentJob {
  readonly size: number;
  readonly files: readonly LaneFile[];
  readonly arena: SharedArrayBuffer | undefined;
}

/** True when this machine has a second core, and the code runs as it was built. */
export function hasLanes(): boolean {
  return availableParallelism() >= 2 && import.meta.url.endsWith('.js');
}

/** A worker thread that creates files while the main thread reads on. Memory that is shared is not copied. */
export class Lane {
  readonly #worker: Worker;
  readonly #fsync: boolean;
  readonly #jobs = new Map<number, SentJob>();
  readonly #arenas: SharedArrayBuffer[] = [];
  #files: LaneFile[] = [];
  #size = 0;
  #inFlight = 0;
  #number = 0;
  #failure: unknown;
  #wake: () => void = () => {};

  constructor(fsync: boolean) {
    this.#fsync = fsync;
    this.#worker = new Worker(new URL('./lane-thread.js', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 },
    });
    this.#worker.unref();
    this.#worker.on('message', (answer: LaneAnswer) => this.#answered(answer));
    this.#worker.on('error', (error) => this.#fail(error));
  }

  /** Takes a file; errors of earlier ones are thrown here. */
  add(file: LaneFile): void {
    this.#throwFailure();
    this.#files.push(file);
    for (const part of file.parts) {
      this.#size += part.length;
    }
    if (this.#size >= JOB_SIZE || this.#files.length >= JOB_FILES) {
      this.#post();
    }
  }

  /** Sends what was collected, and waits while too much is under way. */
  async flush(): Promise<void> {
    this.#post();
    await this.#until(IN_FLIGHT);
  }

  /** Waits until every file is there. */
  async drain(): Promise<void> {
    this.#post();
    await this.#until(0);
  }

  async close(): Promise<void> {
    // An answer that comes now would let the process end before the worker has: nothing else may keep it alive.
    this.#worker.removeAllListeners('message');
    await this.#worker.terminate();
    for (const { files } of this.#jobs.values()) {
      releaseAll(files);
    }
    releaseAll(this.#files);
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
  }

  async #until(limit: number): Promise<void> {
    while (this.#failure === undefined && (this.#inFlight > limit || (limit === 0 && this.#jobs.size > 0))) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#throwFailure();
  }

  #post(): void {
    if (this.#files.length === 0) {
      return;
    }
    const files = this.#files;
    const size = this.#size;
    this.#files = [];
    this.#size = 0;
    this.#number += 1;
    const arena = this.#arenaFor(files);
    this.#jobs.set(this.#number, { size, files, arena });
    this.#inFlight += size;
    this.#worker.ref();
    this.#worker.postMessage(pack(this.#number, files, arena, this.#fsync));
  }

  /** Shared memory for octets that lie in memory of this thread alone; used again and again. */
  #arenaFor(files: readonly LaneFile[]): SharedArrayBuffer | undefined {
    const size = unsharedSize(files);
    if (size === 0) {
      return undefined;
    }
    const at = this.#arenas.findIndex((arena) => arena.byteLength >= size);
    return at < 0 ? new SharedArrayBuffer(Math.max(size, 2 * JOB_SIZE)) : this.#arenas.splice(at, 1)[0];
  }

  #answered(answer: LaneAnswer): void {
    const job = this.#jobs.get(answer.number);
    this.#jobs.delete(answer.number);
    this.#inFlight -= job?.size ?? 0;
    releaseAll(job?.files ?? []);
    if (job?.arena !== undefined) {
      this.#arenas.push(job.arena);
    }
    if (this.#jobs.size === 0) {
      this.#worker.unref();
    }
    if (answer.error !== undefined) {
      const { message, ...facts } = answer.error;
      this.#fail(Object.assign(new Error(message), facts));
    }
    this.#wake();
  }

  #fail(error: unknown): void {
    this.#failure ??= error ?? new InternalError('INTERNAL', 'a worker thread ended');
    this.#wake();
  }
}

function releaseAll(files: readonly LaneFile[]): void {
  for (const file of files) {
    file.release();
  }
}

function unsharedSize(files: readonly LaneFile[]): number {
  let size = 0;
  for (const { parts } of files) {
    for (const part of parts) {
      size += part.buffer instanceof SharedArrayBuffer ? 0 : part.length;
    }
  }
  return size;
}

function pack(number: number, files: readonly LaneFile[], arena: SharedArrayBuffer | undefined, fsync: boolean): LaneJob {
  const memories: SharedArrayBuffer[] = arena === undefined ? [] : [arena];
  const copies = new Uint8Array(arena ?? NOTHING);
  const numbers: number[] = [];
  let copied = 0;
  for (const file of files) {
    numbers.push(file.seconds, file.parts.length);
    for (const part of file.parts) {
      if (part.buffer instanceof SharedArrayBuffer) {
        numbers.push(numberOf(part.buffer, memories), part.byteOffset, part.length);
      } else {
        copies.set(part, copied);
        numbers.push(0, copied, part.length);
        copied += part.length;
      }
    }
  }
  return { number, paths: files.map((file) => file.path).join('\0'), numbers: Float64Array.from(numbers), memories, fsync };
}

const NOTHING = new ArrayBuffer(0);

function numberOf(memory: SharedArrayBuffer, memories: SharedArrayBuffer[]): number {
  const at = memories.lastIndexOf(memory);
  return at < 0 ? memories.push(memory) - 1 : at;
}
