import { indexOfFrom } from '../formats/mbox/kernel.js';
import type { WindowedFile } from './file-window.js';

const LF = 0x0a;
const FROM = Buffer.from('\nFrom ');
const NUL_FROM = Buffer.from('\0From ');

/** Finds what may be a From_ line in the window of one file. */
export class FromLineSearch {
  readonly #file: WindowedFile;
  /** The next `From ` behind a line end and behind an octet 0, as far as the window reached when they were looked for. */
  #nextLine = -1;
  #nextNul = -1;
  #foundUntil = 0;

  constructor(file: WindowedFile) {
    this.#file = file;
  }

  /** Offset of the octet before the next `From ` that may start a message, at or behind `scanned`; before the window where there is none in it. */
  next(scanned: number): number {
    const { start, end } = this.#file.window;
    if (!this.#file.hasNul) return start + indexOfFrom(this.#file.view, scanned - start, LF);
    // A crash leaves octets of 0 where the last line end should be. What was found once is not looked for again.
    if (this.#foundUntil !== end) [this.#nextLine, this.#nextNul, this.#foundUntil] = [-1, -1, end];
    if (this.#nextLine < scanned) this.#nextLine = this.#find(FROM, scanned);
    if (this.#nextNul < scanned) this.#nextNul = this.#find(NUL_FROM, scanned);
    const next = Math.min(this.#nextLine, this.#nextNul);
    return Number.isFinite(next) ? next : start - 1;
  }

  /** Offset of the next occurrence in the window; infinite where there is none. */
  #find(needle: Buffer, scanned: number): number {
    const { start } = this.#file.window;
    const at = this.#file.view.indexOf(needle, scanned - start);
    return at < 0 ? Number.POSITIVE_INFINITY : start + at;
  }
}
