import type { Delivery, Issue, Message } from '@mailferry/core';
import type { DeliveryQueue } from './delivery-queue.js';
import type { WireBlocks } from './wire-blocks.js';

/** Messages that were taken and are not delivered yet. */
export class OpenMessages {
  readonly #open = new Set<Message>();
  readonly #queue: DeliveryQueue;

  readonly #wires: WireBlocks;

  constructor(queue: DeliveryQueue, wires: WireBlocks) {
    this.#queue = queue;
    this.#wires = wires;
  }

  add(message: Message): void {
    this.#open.add(message);
  }

  /** Delivers a message; one that was given up is not delivered again. */
  deliver(delivery: Delivery): void {
    this.#wires.release(delivery.message);
    if (this.#open.delete(delivery.message)) this.#queue.push(delivery);
  }

  /** Delivers all that are left as failed, for this reason. */
  fail(failure: Issue): void {
    for (const message of [...this.#open]) this.deliver({ message, status: 'failed', failure });
  }
}
