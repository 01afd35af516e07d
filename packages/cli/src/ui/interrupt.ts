import { setImmediate } from 'node:timers/promises';
import { EXIT } from '../exit-codes.js';
import { onHangUp } from './hang-up.js';
import type { Output } from './output.js';

/** Seconds of work after which timers and signals get their turn. */
const BREATH = 0.04;

/** Ctrl-C and `kill`: the first one asks to stop after the message in flight, the second one stops at once; before anything is in flight the first one does. */
export class Interrupt implements Disposable {
  readonly #controller: AbortController = new AbortController();
  readonly #output: Output;
  readonly #onInt = (): void => this.#stop(EXIT.interrupted);
  readonly #onTerm = (): void => this.#stop(EXIT.terminated);
  readonly #endHangUp: () => void;
  #status: number | undefined;
  /** Seconds since this process began: `performance` would load a module of Node's for it. */
  #breathed: number = process.uptime();

  #isBegun: boolean;

  /** @param isBegun - false while the ends are still opened: a server may not answer for minutes */
  constructor(output: Output, isBegun = true) {
    this.#output = output;
    this.#isBegun = isBegun;
    process.on('SIGINT', this.#onInt);
    process.on('SIGTERM', this.#onTerm);
    this.#endHangUp = onHangUp(this.#onTerm);
  }

  /** From now on there is something to finish. */
  begin(): void {
    this.#isBegun = true;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The exit status once a signal came, or undefined. */
  get status(): number | undefined {
    return this.#status;
  }

  /** Lets the process see its timers and signals, now and then: the engines read and write files synchronously. */
  readonly breathe = async (): Promise<void> => {
    if (process.uptime() - this.#breathed < BREATH) return;
    await setImmediate();
    this.#breathed = process.uptime();
  };

  [Symbol.dispose](): void {
    process.off('SIGINT', this.#onInt);
    process.off('SIGTERM', this.#onTerm);
    this.#endHangUp();
  }

  #stop(status: number): void {
    if (this.#status !== undefined || !this.#isBegun) {
      this.#output.close();
      process.exit(status);
    }
    this.#status = status;
    this.#output.say('stopping after the message in flight; once more stops at once');
    this.#controller.abort();
  }
}
