// Buffers of one block each, used again: most heaps live for one message, and zeroing 8 KiB costs less than having it.

/** Lends zeroed buffers. */
export class BlockBuffers {
  readonly #size: number;
  readonly #free: Buffer[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  take(): Buffer {
    return this.#free.pop() ?? Buffer.alloc(this.#size);
  }

  /** Takes a buffer back of which the first `used` octets were written. */
  give(buffer: Buffer, used: number): void {
    buffer.fill(0, 0, used);
    this.#free.push(buffer);
  }
}
