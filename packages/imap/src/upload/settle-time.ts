const SETTLE_MS = 2000;
const LONGEST_MS = 30_000;

/** How long to wait, after a cut, for a server that may still be storing: longer, the slower it has been. */
export class SettleTime {
  readonly #least: number;
  #slowest = 0;

  constructor(leastMs: number = SETTLE_MS) {
    this.#least = leastMs;
  }

  /** A command was answered after `ms`; long ago counts less. */
  answered(ms: number): void {
    this.#slowest = Math.max(ms, this.#slowest * 0.9);
  }

  /** Milliseconds between two readings that have to be equal, when one reading takes `scanMs`. */
  waitMs(scanMs: number): number {
    return Math.max(this.#least, Math.min(LONGEST_MS, Math.max(2 * this.#slowest, 10 * scanMs)));
  }
}
