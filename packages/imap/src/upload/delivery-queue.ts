import type { Delivery } from '@mailferry/core';

/** Deliveries from many places, to be taken by one reader in the order they come. */
export class DeliveryQueue {
  #ready: Delivery[] = [];
  #end: { readonly error: unknown } | 'done' | undefined;
  #wake: (() => void) | undefined;

  push(delivery: Delivery): void {
    this.#ready.push(delivery);
    this.#wake?.();
  }

  /** No more will come. */
  end(): void {
    this.#end = 'done';
    this.#wake?.();
  }

  /** No more will come, for this reason. */
  fail(error: unknown): void {
    this.#end = { error };
    this.#wake?.();
  }

  /** As many at a time as there are. */
  async *read(): AsyncGenerator<readonly Delivery[]> {
    for (;;) {
      const ready = this.#ready;
      this.#ready = [];
      if (ready.length > 0) yield ready;
      if (this.#ready.length > 0) continue;
      if (this.#end === 'done') return;
      if (this.#end !== undefined) throw this.#end.error;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
