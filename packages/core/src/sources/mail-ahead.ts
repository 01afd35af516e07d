// Two cores: what the main thread converts next, the worker thread may have converted already. Batches come out in the order of the file, whoever made
// them; the main thread never waits while there is something that it can convert itself.
import { setImmediate } from 'node:timers/promises';
import type { PlannedFolder } from '../formats/pst/messaging/reading-plan.js';
import type { PstAnswer } from '../lanes/job.js';
import type { MailLane } from '../lanes/mail-lane.js';
import type { Message } from '../model/message.js';
import type { FileWindow } from './window-pool.js';

/** Nodes of one folder that become one batch. */
export interface NodeRun {
  readonly folder: PlannedFolder;
  readonly nids: readonly number[];
}

/** Messages, and what to call when they were taken. */
export interface MadeBatch {
  readonly messages: readonly Message[];
  /** Nodes of the run that are done: a batch ends when it is large enough. */
  readonly done: number;
  readonly release: () => void;
}

/** Who turns runs into batches in this thread. */
export interface BatchMaker {
  /** Converts a run, or the beginning of it. */
  here(run: NodeRun): MadeBatch;
  /** Builds the batch of what the other thread made; the window holds the octets. */
  fromLane(run: NodeRun, answer: PstAnswer, window: FileWindow): MadeBatch;
  /** Exchange addresses, once this thread had to learn them. */
  directory(): ReadonlyMap<string, string> | undefined;
}

/** Runs that are looked at beyond the next one. */
const AHEAD = 8;

interface Pending {
  readonly run: NodeRun;
  batch?: MadeBatch;
  /** Set while the other thread has it, and until this one took what came. */
  sent?: {
    readonly window: FileWindow;
    readonly slot: number;
    readonly over: Promise<void>;
    answer?: PstAnswer | undefined;
    isOver: boolean;
  };
}

/** Shares the work between this thread and the lane. */
export class MailAhead {
  readonly #lane: MailLane;
  readonly #maker: BatchMaker;
  readonly #queue: Pending[] = [];
  /** Slots whose octets may still be read. */
  readonly #lent: { readonly window: FileWindow; readonly slot: number }[] = [];
  #hasDirectory = false;
  #needsDirectory = false;

  constructor(lane: MailLane, maker: BatchMaker) {
    this.#lane = lane;
    this.#maker = maker;
  }

  /** The batches of all runs, in order. */
  async *of(runs: Iterable<NodeRun>): AsyncGenerator<readonly Message[]> {
    const iterator = runs[Symbol.iterator]();
    try {
      for (;;) {
        this.#fill(iterator);
        this.#send();
        const [head] = this.#queue;
        if (head === undefined) return;
        if (!this.#isReady(head)) {
          await this.#meanwhile(head);
          continue;
        }
        this.#queue.shift();
        const { messages, release } = head.batch ?? this.#take(head);
        this.#send();
        try {
          if (messages.length > 0) yield messages;
        } finally {
          release();
        }
        // Lets the answers of the other thread in.
        await setImmediate();
      }
    } finally {
      iterator.return?.();
      for (const { batch, sent } of this.#queue) {
        await sent?.over;
        if (sent !== undefined) sent.window.leases -= 1;
        batch?.release();
      }
      this.#reclaim();
    }
  }

  #fill(iterator: Iterator<NodeRun>): void {
    while (this.#queue.length < AHEAD) {
      const next = iterator.next();
      if (next.done === true) return;
      this.#queue.push({ run: next.value });
    }
  }

  /** Gives the lane what lies farthest from its turn among the next few: what comes first is for this thread. */
  #send(): void {
    while (this.#lane.isFree) {
      const pending = this.#queue.find(({ batch, sent }, i) => i > 0 && batch === undefined && sent === undefined);
      this.#reclaim();
      const taken = pending === undefined ? undefined : this.#lane.takeSlot();
      if (pending === undefined || taken === undefined) return;
      const { folder, nids } = pending.run;
      const window = { buffer: taken.buffer, owner: this, start: 0, end: 0, generation: 0, leases: 1 };
      const directory = this.#needsDirectory && !this.#hasDirectory ? this.#maker.directory() : undefined;
      this.#hasDirectory ||= directory !== undefined;
      const over = this.#lane
        .mails({
          nids,
          slot: taken.slot,
          ...(folder.specialUse !== undefined && { specialUse: folder.specialUse }),
          ...(directory !== undefined && { directory: new Map(directory) }),
        })
        .then((answer) => {
          sent.answer = answer;
          sent.isOver = true;
          this.#needsDirectory ||= answer?.needsDirectory === true;
        });
      const sent: NonNullable<Pending['sent']> = { window, slot: taken.slot, over, isOver: false };
      pending.sent = sent;
      this.#lent.push({ window, slot: taken.slot });
    }
  }

  #isReady({ batch, sent }: Pending): boolean {
    return batch !== undefined || sent === undefined || sent.isOver;
  }

  /** The other thread has what comes next: this one converts what comes later, or waits. */
  async #meanwhile({ sent }: Pending): Promise<void> {
    const other = this.#queue.find((pending) => pending.batch === undefined && pending.sent === undefined);
    if (other === undefined) {
      await sent?.over;
    } else {
      other.batch = this.#here(other);
      await setImmediate();
    }
  }

  #take(pending: Pending): MadeBatch {
    const { run, sent } = pending;
    if (sent === undefined) return this.#here(pending);
    const release = () => {
      sent.window.leases -= 1;
    };
    if (sent.answer === undefined) {
      release();
      return this.#here(pending);
    }
    const made = this.#maker.fromLane(run, sent.answer, sent.window);
    return {
      ...made,
      release: () => {
        release();
        made.release();
      },
    };
  }

  /** Converts in this thread; what did not fit into the batch is the next one. */
  #here(pending: Pending): MadeBatch {
    const { folder, nids } = pending.run;
    const made = this.#maker.here(pending.run);
    if (made.done < nids.length) {
      // It was taken from the queue when its turn came, else what is left belongs behind it.
      this.#queue.splice(this.#queue.indexOf(pending) + 1, 0, { run: { folder, nids: nids.slice(made.done) } });
    }
    return made;
  }

  /** Slots whose octets nobody holds any more; a content that somebody kept is made again. */
  #reclaim(): void {
    for (let i = this.#lent.length - 1; i >= 0; i -= 1) {
      const lent = this.#lent[i];
      if (lent?.window.leases === 0) {
        lent.window.generation += 1;
        this.#lane.giveBack(lent.slot);
        this.#lent.splice(i, 1);
      }
    }
  }
}
