import { setFlagsFromString } from 'node:v8';
import type { TransferEvent } from '@mailferry/core';

/** Octets of a source up to which a run is short: some 6,000 messages, one or two seconds. */
const SHORT = 64 * 1024 * 1024;
/** Octets that were read when the worker thread runs: what is loaded behind a change of flags is compiled without what V8 kept of it. */
const STARTED = 8 * 1024 * 1024;
/** Octets of bytecode that a function runs before V8 optimizes it: four times what V8 begins with. */
const BUDGET = 528 * 1024;

/**
 * Has V8 wait longer before it optimizes, where a run is short: the optimized code would come too late to earn what it costs, an eighth to a quarter of the
 * processor time of 2,000 to 4,000 messages. A long run is faster as V8 is.
 */
export class ShortRun {
  #isOver: boolean;

  /** @param isLong - true where it is known that the code is worth it */
  constructor(isLong: boolean) {
    this.#isOver = isLong;
  }

  observe(event: TransferEvent): void {
    if (this.#isOver || event.type !== 'progress' || event.progress.bytesRead < STARTED) return;
    this.#isOver = true;
    if ((event.progress.bytesTotal ?? Number.POSITIVE_INFINITY) <= SHORT) setFlagsFromString(`--interrupt-budget=${BUDGET}`);
  }
}
