/** Octets of a file at any offset. What the reader asks of the outside world, and all that it asks. */
export interface RandomAccess {
  /** Octets in all. */
  readonly size: number;
  /** The octets from `offset` on, fewer than `length` (or none) at the end. A view that is valid until the next call. */
  readAt(offset: number, length: number): Uint8Array;
}

/** Fills `into` from the file and says how many octets came. */
export type FillFromFile = (into: Uint8Array, offset: number) => number;

interface ReadWindow {
  start: number;
  /** Octets that are filled. */
  length: number;
  readonly buffer: Uint8Array;
}

/** A miss reads this much, in a file that is read in no order. */
const SMALL_WINDOW = 16 * 1024;
/** A miss that goes on where an earlier one ended reads this much. */
const LARGE_WINDOW = 256 * 1024;
const WINDOW_COUNT = 12;

/** A file read in windows that are used again: short reads next to each other cost one system call. */
export class ReadWindows implements RandomAccess {
  readonly size: number;
  readonly #fill: FillFromFile;
  readonly #buffers: Uint8Array[];
  /** The one used last comes first. */
  readonly #windows: ReadWindow[] = [];

  /** @param room memory for windows: where the kernels see it nothing need be copied for them; what is missing is allocated */
  constructor(size: number, fill: FillFromFile, room: readonly Uint8Array[] = []) {
    this.size = size;
    this.#fill = fill;
    this.#buffers = room.flatMap((piece) => {
      const count = Math.floor(piece.length / LARGE_WINDOW);
      return Array.from({ length: count }, (_, i) => piece.subarray(i * LARGE_WINDOW, (i + 1) * LARGE_WINDOW));
    });
  }

  readAt(offset: number, length: number): Uint8Array {
    if (!(offset >= 0 && offset < this.size && length > 0)) {
      return new Uint8Array(0);
    }
    const wanted = Math.min(length, this.size - offset);
    for (let i = 0; i < this.#windows.length; i += 1) {
      const window = this.#windows[i];
      if (window !== undefined && offset >= window.start && offset + wanted <= window.start + window.length) {
        this.#toFront(i, window);
        return window.buffer.subarray(offset - window.start, offset - window.start + wanted);
      }
    }
    return this.#load(offset, wanted);
  }

  #toFront(index: number, window: ReadWindow): void {
    if (index > 0) {
      this.#windows.copyWithin(1, 0, index);
      this.#windows[0] = window;
    }
  }

  #load(offset: number, wanted: number): Uint8Array {
    if (wanted > LARGE_WINDOW / 2) {
      const octets = new Uint8Array(wanted);
      return octets.subarray(0, this.#fill(octets, offset));
    }
    const isSequential = this.#windows.some((window) => offset >= window.start && offset <= window.start + window.length + SMALL_WINDOW);
    const start = offset - (offset % 512);
    const length = Math.max(isSequential ? LARGE_WINDOW : SMALL_WINDOW, offset - start + wanted);
    const window =
      this.#windows.length < WINDOW_COUNT
        ? { start: 0, length: 0, buffer: this.#buffers.pop() ?? new Uint8Array(LARGE_WINDOW) }
        : this.#windows.pop();
    if (window === undefined) {
      return new Uint8Array(0);
    }
    window.start = start;
    window.length = this.#fill(window.buffer.subarray(0, Math.min(length, this.size - start)), start);
    this.#windows.unshift(window);
    return window.buffer.subarray(offset - start, Math.min(window.length, offset - start + wanted));
  }
}
