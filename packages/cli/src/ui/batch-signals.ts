import { EXIT } from '../exit-codes.js';
import { onHangUp } from './hang-up.js';
import type { Output } from './output.js';

/** Ctrl-C once: nobody begins any more; twice: who runs stops after the message in flight; three times: at once. `kill` begins with the second. */
export class BatchSignals implements Disposable {
  readonly #drain: AbortController = new AbortController();
  readonly #stop: AbortController = new AbortController();
  readonly #kill: AbortController = new AbortController();
  readonly #output: Output;
  readonly #onInt = (): void => this.#next(EXIT.interrupted, 0);
  readonly #onTerm = (): void => this.#next(EXIT.terminated, 1);
  readonly #endHangUp: () => void;
  #step = 0;
  #status: number | undefined;

  constructor(output: Output) {
    this.#output = output;
    process.on('SIGINT', this.#onInt);
    process.on('SIGTERM', this.#onTerm);
    this.#endHangUp = onHangUp(this.#onTerm);
  }

  get drain(): AbortSignal {
    return this.#drain.signal;
  }

  get stop(): AbortSignal {
    return this.#stop.signal;
  }

  /** Aborted when those who run are to end at once. */
  get kill(): AbortSignal {
    return this.#kill.signal;
  }

  /** The exit status once a signal came, or undefined. */
  get status(): number | undefined {
    return this.#status;
  }

  [Symbol.dispose](): void {
    process.off('SIGINT', this.#onInt);
    process.off('SIGTERM', this.#onTerm);
    this.#endHangUp();
  }

  #next(status: number, least: number): void {
    this.#status ??= status;
    const step = Math.max(least, this.#step);
    this.#step = step + 1;
    if (step === 0) {
      this.#output.say('nobody begins any more; who runs is finished. Once more stops them after the message in flight');
      this.#drain.abort();
    } else if (step === 1) {
      this.#output.say('stopping after the messages in flight; once more stops at once');
      this.#drain.abort();
      this.#stop.abort();
    } else this.#kill.abort();
  }
}
