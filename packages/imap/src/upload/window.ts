const MEBI = 1 << 20;
const SMALLEST = MEBI;
const LARGEST = 8 * MEBI;

/** How much may be on the way to a server: grows while the rate rises, halves on trouble. */
export class SendWindow {
  #size = 2 * MEBI;
  #best = 0;
  #since = 0;
  #octets = 0;

  /** Octets. */
  get size(): number {
    return this.#size;
  }

  /** These octets were acknowledged at `now` (ms). */
  acknowledged(octets: number, now: number): void {
    if (this.#octets === 0 && this.#since === 0) this.#since = now;
    this.#octets += octets;
    if (this.#octets < 2 * this.#size) return;
    const rate = this.#octets / Math.max(1, now - this.#since);
    if (rate > this.#best * 1.02) {
      this.#best = rate;
      this.#size = Math.min(LARGEST, this.#size * 2);
    }
    this.#octets = 0;
    this.#since = now;
  }

  /** The server is in trouble. */
  halve(): void {
    this.#size = Math.max(SMALLEST, this.#size / 2);
    this.#best = Number.POSITIVE_INFINITY;
  }
}

/** Lets at most `rate` messages a second through. */
export class RateLimit {
  readonly #rate: number | undefined;
  #next = 0;

  constructor(rate: number | undefined) {
    this.#rate = rate;
  }

  /** Milliseconds to wait before the next `count` messages may leave at `now` (ms, of a clock that nobody sets). */
  delay(count: number, now: number): number {
    if (this.#rate === undefined) return 0;
    const start = Math.max(now, this.#next);
    this.#next = start + (count * 1000) / this.#rate;
    return start - now;
  }
}
