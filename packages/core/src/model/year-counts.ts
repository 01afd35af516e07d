/** How many moments fall into each year (UTC). */
export class YearCounts {
  readonly #counts = new Map<string, number>();
  #year = Number.NaN;
  #start = 0;
  #end = 0;
  #count = 0;

  /** @param ms - milliseconds since the epoch; NaN, and what is no date, counts as `?` */
  add(ms: number): void {
    // Neighbours are mostly of one year: a Date object for each message would be the dearest part of counting.
    if (!(ms >= this.#start && ms < this.#end)) {
      this.#settle();
      this.#year = new Date(ms).getUTCFullYear();
      this.#start = Date.UTC(this.#year, 0);
      this.#end = Date.UTC(this.#year + 1, 0);
    }
    this.#count += 1;
  }

  /** Counts by year. */
  counts(): Record<string, number> {
    this.#settle();
    return Object.fromEntries(this.#counts);
  }

  #settle(): void {
    const year = Number.isNaN(this.#year) ? '?' : String(this.#year);
    if (this.#count > 0) this.#counts.set(year, (this.#counts.get(year) ?? 0) + this.#count);
    this.#count = 0;
  }
}
