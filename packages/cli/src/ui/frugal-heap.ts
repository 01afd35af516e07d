import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Octets of both halves of V8's young generation from which on it grows no more: four times 1 MiB, twice. */
const ENOUGH_YOUNG = 8 * 1024 * 1024;
/** Octets of the process from which on V8 collects sooner. */
const ENOUGH_IN_ALL = 112 * 1024 * 1024;
/** The same for a source whose messages are composed here: more is alive at a time. A job of a batch may have 1 GiB by default. */
const ENOUGH_TO_COMPOSE = 384 * 1024 * 1024;
const LOOK_EVERY_MS = 20;
/** Asking the kernel for the size of the process costs more than a look at the heap. */
const ASK_EVERY_MS = 200;

/**
 * Keeps V8's heap small while messages flow. The young generation would grow to 32 MiB however little of it survives a collection, and the old one waits
 * for several times of what is alive in it; what a message leaves behind dies at once, so that little costs hardly more time.
 */
export class FrugalHeap implements Disposable {
  readonly #timer: NodeJS.Timeout = setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
  readonly #composes: boolean;
  #isSaving = false;
  #asked = 0;

  /** @param composes - messages are composed and not only read: the young generation may grow */
  constructor(composes: boolean = false) {
    this.#composes = composes;
  }

  #look(): void {
    if (!this.#composes) holdYoung();
    this.#asked += LOOK_EVERY_MS;
    if (this.#isSaving || this.#asked < ASK_EVERY_MS) return;
    this.#asked = 0;
    if (process.memoryUsage.rss() < (this.#composes ? ENOUGH_TO_COMPOSE : ENOUGH_IN_ALL)) return;
    // Read behind each collection, when V8 decides how far the heap may grow until the next one.
    setFlagsFromString('--optimize-for-size');
    this.#isSaving = true;
    if (this.#composes) clearInterval(this.#timer);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** True while V8 was told not to grow it. */
let isHeld = false;

/**
 * Lets the young generation be as large as it is, or grow where it is smaller: V8 shrinks it now and then. The factor is read each time that it is to grow, and
 * a thread that starts puts it back to 2 for the whole process (`Heap::ConfigureHeap`), so it is said again and again.
 */
function holdYoung(): void {
  const isEnough = youngSize() >= ENOUGH_YOUNG;
  if (isEnough || isHeld) setFlagsFromString(`--semi-space-growth-factor=${isEnough ? 1 : 2}`);
  isHeld = isEnough;
}

function youngSize(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0;
}
