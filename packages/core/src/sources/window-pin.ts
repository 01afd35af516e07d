import type { PinnedContent } from '../model/content.js';
import type { FileWindow } from './window-pool.js';

/** Octets of a window that is held until they are released. */
export class WindowPin implements PinnedContent {
  readonly #window: FileWindow;
  readonly ranges: readonly number[];
  #isLent = true;

  /** @param ranges pairs of offset in the buffer below the window, and length */
  constructor(window: FileWindow, ranges: readonly number[]) {
    this.#window = window;
    this.ranges = ranges;
    window.leases += 1;
  }

  get buffer(): ArrayBufferLike {
    return this.#window.buffer.buffer;
  }

  get parts(): readonly Uint8Array[] {
    const parts: Uint8Array[] = [];
    const shift = this.#window.buffer.byteOffset;
    for (let i = 0; i < this.ranges.length; i += 2) {
      const from = (this.ranges[i] ?? 0) - shift;
      parts.push(this.#window.buffer.subarray(from, from + (this.ranges[i + 1] ?? 0)));
    }
    return parts;
  }

  release(): void {
    if (this.#isLent) this.#window.leases -= 1;
    this.#isLent = false;
  }
}
