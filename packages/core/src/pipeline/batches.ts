import { unreadable } from '../errors.js';
import type { Message } from '../model/message.js';
import type { FolderSelection, MailStore } from '../model/store.js';

/** Messages in one batch when the store gives them one by one. */
const BATCH = 256;

/** The messages of a store, many at a time, whether or not the store has that ability. */
export async function* batchesOf(store: MailStore, selection?: FolderSelection): AsyncGenerator<readonly Message[]> {
  const batches = gathered(store, selection)[Symbol.asyncIterator]();
  let done = false;
  try {
    for (;;) {
      const next = await batches.next().catch((error: unknown) => {
        throw unreadable({ path: store.location }, error);
      });
      done = next.done === true;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    if (!done) await batches.return?.(undefined);
  }
}

async function* gathered(store: MailStore, selection?: FolderSelection): AsyncGenerator<readonly Message[]> {
  if (store.batches !== undefined) {
    yield* store.batches(selection);
    return;
  }
  let batch: Message[] = [];
  for await (const message of store.messages(selection)) {
    batch.push(message);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
