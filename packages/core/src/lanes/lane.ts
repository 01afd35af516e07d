import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { PinnedContent } from '../model/content.js';
import type { FilesAnswer, FilesJob } from './job.js';
import { LaneThread, THREAD_FILE } from './thread.js';

/** Octets of one job; a thread should neither wait for a large job nor be woken for a tiny one. */
const JOB_SIZE = 512 * 1024;
const JOB_FILES = 256;
/** Octets under way above which the sender waits: about one window of a reader, which has more of them. */
const IN_FLIGHT = 2 * 1024 * 1024;

/** A file for a lane. */
export interface LaneFile {
  readonly path: string;
  /** Seconds since the epoch. */
  readonly seconds: number;
  /** Released when the octets are no longer needed. */
  readonly content: PinnedContent;
}

/** True when this machine has a second core, and the thread's code lies where it was built: a bundler of others takes this module elsewhere without it. */
export function hasLanes(): boolean {
  return availableParallelism() >= 2 && existsSync(THREAD_FILE);
}

/** True while the thread has heavier work than files: what has to wait for it is slower than what is written at once. */
export function isLaneLaden(): boolean {
  return LaneThread.composes;
}

let lanes = 0;

/** Creates files in the worker thread while the main thread goes on. Memory that is shared is not copied. */
export class Lane {
  readonly #thread: LaneThread = LaneThread.take();
  readonly #number: number;
  readonly #fsync: boolean;
  readonly #arenas: SharedArrayBuffer[] = [];
  /** Jobs that were not answered yet. */
  readonly #sent = new Set<Promise<void>>();
  #files: LaneFile[] = [];
  #size = 0;
  #inFlight = 0;
  #failure: unknown;

  constructor(fsync: boolean) {
    lanes += 1;
    this.#number = lanes;
    this.#fsync = fsync;
  }

  /** Takes a file; errors of earlier ones are thrown here. */
  add(file: LaneFile): void {
    this.#throwFailure();
    this.#files.push(file);
    this.#size += sizeOf(file);
    if (this.#size >= JOB_SIZE || this.#files.length >= JOB_FILES) {
      this.#post();
    }
  }

  /** Sends what was collected, and waits while too much is under way. */
  async flush(): Promise<void> {
    this.#post();
    while (this.#inFlight > IN_FLIGHT) await this.#next();
    this.#throwFailure();
  }

  /** Waits until every file is there. */
  async drain(): Promise<void> {
    this.#post();
    while (this.#sent.size > 0) await this.#next();
    this.#throwFailure();
  }

  async close(): Promise<void> {
    while (this.#sent.size > 0) await this.#next();
    releaseAll(this.#files);
    await this.#thread.release();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
  }

  /** Waits for the job that was sent first. */
  async #next(): Promise<void> {
    for (const job of this.#sent) return await job;
  }

  #post(): void {
    if (this.#files.length === 0) {
      return;
    }
    const files = this.#files;
    const size = this.#size;
    this.#files = [];
    this.#size = 0;
    const arena = this.#arenaFor(files);
    this.#inFlight += size;
    const job = this.#thread
      .ask(pack(this.#number, files, arena, this.#fsync))
      .then((answer) => this.#note(answer))
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => {
        this.#inFlight -= size;
        this.#sent.delete(job);
        releaseAll(files);
        if (arena !== undefined) this.#arenas.push(arena);
      });
    this.#sent.add(job);
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

  #note({ error }: FilesAnswer): void {
    if (error === undefined) return;
    const { message, ...facts } = error;
    this.#failure ??= Object.assign(new Error(message), facts);
  }
}

function releaseAll(files: readonly LaneFile[]): void {
  for (const file of files) {
    file.content.release();
  }
}

function unsharedSize(files: readonly LaneFile[]): number {
  let size = 0;
  for (const file of files) size += file.content.buffer instanceof SharedArrayBuffer ? 0 : sizeOf(file);
  return size;
}

function sizeOf({ content: { ranges } }: LaneFile): number {
  let size = 0;
  for (let i = 1; i < ranges.length; i += 2) size += ranges[i] ?? 0;
  return size;
}

function pack(lane: number, files: readonly LaneFile[], arena: SharedArrayBuffer | undefined, fsync: boolean): FilesJob {
  const memories: SharedArrayBuffer[] = arena === undefined ? [] : [arena];
  const copies = new Uint8Array(arena ?? NOTHING);
  const numbers: number[] = [];
  let copied = 0;
  for (const { seconds, content } of files) {
    const { buffer, ranges } = content;
    numbers.push(seconds, ranges.length / 2);
    if (buffer instanceof SharedArrayBuffer) {
      const memory = numberOf(buffer, memories);
      for (let i = 0; i < ranges.length; i += 2) numbers.push(memory, ranges[i] ?? 0, ranges[i + 1] ?? 0);
      continue;
    }
    for (const part of content.parts) {
      copies.set(part, copied);
      numbers.push(0, copied, part.length);
      copied += part.length;
    }
  }
  return { kind: 'files', lane, paths: files.map((file) => file.path).join('\0'), numbers: new Float64Array(numbers), memories, fsync };
}

const NOTHING = new ArrayBuffer(0);

function numberOf(memory: SharedArrayBuffer, memories: SharedArrayBuffer[]): number {
  const at = memories.lastIndexOf(memory);
  return at < 0 ? memories.push(memory) - 1 : at;
}
