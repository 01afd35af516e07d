import { placesOfFrom } from '../formats/mbox/kernel.js';
import type { QuotesSeen } from '../formats/mbox/quoting.js';
import type { WindowedFile } from './file-window.js';

const GT = 0x3e;
const NUL_FROM = Buffer.from('\0From ');
/** Octets that may be the start of a line end and `From ` whose rest is not read yet. */
const BEFORE_FRESH = 5;

/** Finds what may be a From_ line, and quoted ones, in one pass over what was read of a file. */
export class FromLineSearch {
  readonly #quotes: QuotesSeen;
  /** Offsets in the file of line feeds with `From ` behind them, and the first that was not passed yet. */
  #lines: number[] = [];
  #first = 0;
  /** The next `From ` behind an octet 0, as far as the window reached when it was looked for. */
  #nextNul = -1;
  #foundUntil = 0;

  constructor(quotes: QuotesSeen) {
    this.#quotes = quotes;
  }

  /** Takes a view that begins at `offset` of the file, of which the octets from `fresh` on are new. */
  see(view: Buffer, fresh: number, offset: number): void {
    this.#pass(offset);
    if (this.#first > 0) this.#lines = this.#lines.slice(this.#first);
    this.#first = 0;
    const marks: number[] = [];
    let found = placesOfFrom(view, Math.max(0, fresh - BEFORE_FRESH));
    while (found.length > 0) {
      for (const at of found) {
        if (view[at] === GT) marks.push(at);
        else this.#lines.push(offset + at);
      }
      found = placesOfFrom(view, (found.at(-1) ?? 0) + 1);
    }
    if (marks.length > 0) this.#quotes.see(view, marks, offset);
  }

  /** Offset of the octet before the next `From ` that may start a message, at or behind `scanned`; before the window where there is none in it. */
  next(file: WindowedFile, scanned: number): number {
    const { start, end } = file.window;
    this.#pass(scanned);
    const line = this.#lines[this.#first] ?? Number.POSITIVE_INFINITY;
    if (!file.hasNul) return Number.isFinite(line) ? line : start - 1;
    // A crash leaves octets of 0 where the last line end should be. What was found once is not looked for again.
    if (this.#foundUntil !== end) [this.#nextNul, this.#foundUntil] = [-1, end];
    if (this.#nextNul < scanned) {
      const at = file.view.indexOf(NUL_FROM, scanned - start);
      this.#nextNul = at < 0 ? Number.POSITIVE_INFINITY : start + at;
    }
    const next = Math.min(line, this.#nextNul);
    return Number.isFinite(next) ? next : start - 1;
  }

  #pass(offset: number): void {
    while ((this.#lines[this.#first] ?? Number.POSITIVE_INFINITY) < offset) this.#first += 1;
  }
}
