// Two cores: while one cuts the next batch of messages from the file, the other hashes the one before.
import { DigestLane } from '../lanes/digest-lane.js';
import type { CrlfDigest } from '../model/digest.js';
import type { MboxMessage } from './mbox-message.js';
import type { RangeContent } from './range-content.js';
import type { FileWindow } from './window-pool.js';

/** Octets after which a thread is worth its start. */
const WARM_UP = 4 * 1024 * 1024;

interface Waiting {
  readonly batch: readonly MboxMessage[];
  /** What lies in memory that the thread sees. */
  readonly contents: readonly RangeContent[];
  readonly digests: Promise<readonly CrlfDigest[]>;
  /** Windows that are held until the batch was taken. */
  readonly windows: ReadonlySet<FileWindow>;
}

/** Hashes ahead, for the files of one store. */
export class DigestAhead {
  #lane: DigestLane | undefined;
  #octets = 0;

  /** The same batches, each of them when its contents are hashed; before {@link WARM_UP} as they are. */
  async *of(batches: Iterable<readonly MboxMessage[]>): AsyncGenerator<readonly MboxMessage[]> {
    let before: Waiting | undefined;
    const iterator = batches[Symbol.iterator]();
    try {
      for (let isOver = false; !isOver; ) {
        const next = step(iterator);
        isOver = next.batch === undefined;
        const begun = next.batch === undefined ? undefined : this.#begin(next.batch);
        const ready = before;
        before = begun;
        if (ready !== undefined) yield* finish(ready);
        if (next.error !== undefined) throw next.error;
      }
    } finally {
      if (before !== undefined) letGo(before);
      iterator.return?.();
    }
  }

  async close(): Promise<void> {
    await this.#lane?.close();
    this.#lane = undefined;
  }

  #begin(batch: readonly MboxMessage[]): Waiting {
    for (const { content } of batch) this.#octets += content.size;
    const contents: RangeContent[] = [];
    const addresses: (readonly number[])[] = [];
    const windows = new Set<FileWindow>();
    if (this.#octets > WARM_UP) {
      for (const content of batch.flatMap((message) => message.toDigest())) {
        const found = content.addresses();
        if (found === undefined) continue;
        contents.push(content);
        addresses.push(found.ranges);
        windows.add(found.window);
      }
    }
    for (const window of windows) window.leases += 1;
    if (contents.length > 0) this.#lane ??= new DigestLane();
    const digests = this.#lane === undefined || contents.length === 0 ? Promise.resolve([]) : this.#lane.digest(addresses);
    // It is waited for later.
    digests.catch(() => undefined);
    return { batch, contents, digests, windows };
  }
}

/** The next batch, or the error that came instead: what was cut before it is delivered first. */
function step(iterator: Iterator<readonly MboxMessage[]>): { readonly batch?: readonly MboxMessage[]; readonly error?: unknown } {
  try {
    const { value, done } = iterator.next();
    return done === true ? {} : { batch: value };
  } catch (error) {
    return { error };
  }
}

async function* finish(waiting: Waiting): AsyncGenerator<readonly MboxMessage[]> {
  try {
    const digests = await waiting.digests;
    for (const [i, content] of waiting.contents.entries()) content.settle(digests[i]);
    yield waiting.batch;
  } finally {
    letGo(waiting);
  }
}

function letGo({ windows, digests }: Waiting): void {
  const release = () => {
    for (const window of windows) window.leases -= 1;
  };
  // The thread may still be reading.
  digests.then(release, release);
}
