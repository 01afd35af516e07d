import type { Message } from '../model/message.js';

const MAX_MESSAGES = 256;
const MAX_OCTETS = 8 * 1024 * 1024;

/** Gathers messages that lie in memory, so that a batch costs little whatever their size. */
export function* gather(messages: Iterable<Message>): Generator<readonly Message[]> {
  let batch: Message[] = [];
  let octets = 0;
  for (const message of messages) {
    batch.push(message);
    octets += message.content.size;
    if (batch.length < MAX_MESSAGES && octets < MAX_OCTETS) continue;
    yield batch;
    batch = [];
    octets = 0;
  }
  if (batch.length > 0) yield batch;
}
