import type { NameOrder } from '../../formats/maildir/filename.js';
import { NEWEST } from './stored-form.js';

/** `T.M<n>` of new files: never below that of the file before, so that the order of names is the order of arrival even if the uidlist is lost. */
export class NameClock {
  #seconds = 1;
  #counter = 0;

  /** @param latest - of the files that are there; zeros where there are none */
  start(latest: NameOrder): void {
    this.#seconds = Math.min(Math.max(latest.seconds, 1), NEWEST);
    this.#counter = latest.seconds >= 1 ? latest.counter : 0;
  }

  /** @param seconds - the date of the message, since the epoch */
  next(seconds: number): NameOrder {
    const whole = Math.floor(seconds);
    this.#counter = whole > this.#seconds ? 0 : this.#counter + 1;
    this.#seconds = Math.max(this.#seconds, whole);
    return { seconds: this.#seconds, counter: this.#counter };
  }
}
