import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Octets of both halves of V8's young generation from which on it grows no more: four times 1 MiB, twice. */
const ENOUGH = 8 * 1024 * 1024;
const LOOK_EVERY_MS = 20;

/**
 * Keeps V8's young generation small while messages flow. It would grow to 32 MiB however little of it survives a collection, which is a third of what
 * a conversion needs; what a message leaves behind dies at once, so that a small one costs hardly more time.
 */
export class SmallYoungGeneration implements Disposable {
  readonly #timer: NodeJS.Timeout = setInterval(() => this.#look(), LOOK_EVERY_MS).unref();

  #look(): void {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if (young === undefined || young.space_size < ENOUGH) return;
    // The factor is read each time that the space is to grow.
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(this.#timer);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
