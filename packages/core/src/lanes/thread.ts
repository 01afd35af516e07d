import { Worker } from 'node:worker_threads';
import { InternalError } from '../errors.js';
import { kernelMemory, type LentMemory } from '../formats/content/kernel-memory.js';
import type {
  ClosePstJob,
  DigestAnswer,
  DigestJob,
  FilesAnswer,
  FilesJob,
  LaneJob,
  LaneStart,
  MailsJob,
  Numbered,
  OpenPstJob,
  PstAnswer,
} from './job.js';

/** What the worker thread runs: a file of its own, started by its place. */
export const THREAD_FILE: URL = new URL('./lane-thread.js', import.meta.url);

type AnyAnswer = FilesAnswer & DigestAnswer & PstAnswer;

interface Waiting {
  readonly done: (answer: AnyAnswer) => void;
  readonly failed: (error: unknown) => void;
}

/** The one worker thread of the process: shared by all who have work for it, so that it does in turn what any of them asks. */
export class LaneThread {
  static #shared: LaneThread | undefined;
  /** Lent once: the thread that ended gives it to the next. */
  static #memory: LentMemory | undefined;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #users = 0;
  #composers = 0;
  #number = 0;
  #failure: unknown;

  /**
   * The thread, started by the first who needs it. To be given back by {@link LaneThread.release}.
   * @param composes - what it will do leaves much behind that dies young
   */
  static take(composes: boolean = false): LaneThread {
    LaneThread.#shared ??= new LaneThread(composes ? 16 : 2);
    LaneThread.#shared.#users += 1;
    if (composes) LaneThread.#shared.#composers += 1;
    return LaneThread.#shared;
  }

  /** True while the thread composes for somebody: then it has the most to do, and lighter work is better done by who has it. */
  static get composes(): boolean {
    return LaneThread.#shared !== undefined && LaneThread.#shared.#composers > 0;
  }

  private constructor(maxYoungGenerationSizeMb: number) {
    LaneThread.#memory ??= kernelMemory.lend();
    const workerData: LaneStart = { memory: LaneThread.#memory };
    this.#worker = new Worker(THREAD_FILE, {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb },
    });
    this.#worker.unref();
    this.#worker.on('message', (answer: Numbered<AnyAnswer>) => this.#answered(answer));
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(new InternalError('INTERNAL', 'a worker thread ended')));
  }

  /** Sends a job; jobs are done in the order of sending. */
  ask(job: FilesJob): Promise<FilesAnswer>;
  ask(job: DigestJob): Promise<DigestAnswer>;
  ask(job: OpenPstJob | MailsJob | ClosePstJob): Promise<PstAnswer>;
  ask(job: LaneJob): Promise<FilesAnswer | DigestAnswer | PstAnswer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    this.#number += 1;
    const number = this.#number;
    this.#worker.ref();
    this.#worker.postMessage({ number, what: job });
    return new Promise((done, failed) => {
      this.#waiting.set(number, { done, failed });
    });
  }

  /** The last who gives it back ends it. */
  async release(composes: boolean = false): Promise<void> {
    this.#users -= 1;
    if (composes) this.#composers -= 1;
    if (this.#users > 0) return;
    if (LaneThread.#shared === this) LaneThread.#shared = undefined;
    // An answer that comes now would let the process end before the worker has: nothing else may keep it alive.
    this.#worker.removeAllListeners('message');
    await this.#worker.terminate();
  }

  #answered({ number, what }: Numbered<AnyAnswer>): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (this.#waiting.size === 0) this.#worker.unref();
    waiting?.done(what);
  }

  #end(error: unknown): void {
    this.#failure ??= error;
    if (LaneThread.#shared === this) LaneThread.#shared = undefined;
    for (const { failed } of this.#waiting.values()) failed(this.#failure);
    this.#waiting.clear();
  }
}
