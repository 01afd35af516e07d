import { SLOT_SIZE, slotAddress } from '../formats/content/kernel-memory.js';
import { type MailsJob, type OpenPstJob, OUTPUT_SLOTS, type PstAnswer } from './job.js';
import { LaneThread } from './thread.js';

/** Jobs under way at a time: one is done while the next one waits. */
const UNDER_WAY = 2;

/** Converts messages of one PST in the worker thread while the main thread goes on. */
export class MailLane {
  static #stores = 0;
  /** Slots of each thread that no store uses. */
  static readonly #slots = new WeakMap<LaneThread, number[]>();
  readonly #thread: LaneThread = LaneThread.take(true);
  readonly #store: number;
  readonly #pending = new Set<Promise<unknown>>();
  #isReady = false;
  #memory: SharedArrayBuffer | undefined;

  /** Opens the PST in the thread, too; until it is open there {@link MailLane.isFree} is false. */
  constructor(start: Omit<OpenPstJob, 'kind' | 'store'>) {
    MailLane.#stores += 1;
    this.#store = MailLane.#stores;
    const opening = this.#thread.ask({ kind: 'openPst', store: this.#store, ...start }).then(
      ({ isOpen, memory }) => {
        this.#isReady = isOpen;
        this.#memory = memory;
      },
      () => undefined,
    );
    this.#track(opening);
  }

  /** True when a job would be begun soon. */
  get isFree(): boolean {
    return this.#isReady && this.#pending.size < UNDER_WAY;
  }

  /** A slot for a job, and how this thread sees it; to be given back by {@link MailLane.giveBack}. */
  takeSlot(): { readonly slot: number; readonly buffer: Buffer } | undefined {
    const slots = MailLane.#slots.get(this.#thread) ?? Array.from({ length: OUTPUT_SLOTS }, (_, i) => i);
    MailLane.#slots.set(this.#thread, slots);
    const slot = this.#memory === undefined ? undefined : slots.pop();
    return slot === undefined || this.#memory === undefined
      ? undefined
      : { slot, buffer: Buffer.from(this.#memory, slotAddress(slot), SLOT_SIZE) };
  }

  giveBack(slot: number): void {
    MailLane.#slots.get(this.#thread)?.push(slot);
  }

  /** Converts nodes; undefined when the thread cannot, and the caller has to. */
  async mails(job: Omit<MailsJob, 'kind' | 'store'>): Promise<PstAnswer | undefined> {
    const asked = this.#thread.ask({ kind: 'mails', store: this.#store, ...job }).then(
      (answer) => (answer.isOpen ? answer : undefined),
      () => {
        this.#isReady = false;
        return undefined;
      },
    );
    this.#track(asked);
    return await asked;
  }

  /** Waits for what is under way: then nobody reads the file any more. */
  async close(): Promise<void> {
    this.#isReady = false;
    while (this.#pending.size > 0) await Promise.all(this.#pending);
    await this.#thread.ask({ kind: 'closePst', store: this.#store }).catch(() => undefined);
    await this.#thread.release(true);
  }

  #track(job: Promise<unknown>): void {
    this.#pending.add(job);
    void job.finally(() => this.#pending.delete(job));
  }
}
