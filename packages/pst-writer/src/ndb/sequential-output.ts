// Octets go to the file descriptor in the order of their offsets, through one buffer. What is skipped stays a hole.
import { writeSync } from 'node:fs';

const BUFFER_SIZE = 4 << 20;

/** Buffered positional output to a file descriptor. */
export class SequentialOutput {
  readonly #fd: number;
  readonly #buffer: Buffer = Buffer.alloc(BUFFER_SIZE);
  #start = 0;
  #used = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** A zeroed view of the octets `offset` to `offset + size`, to be filled before the next call; offsets never go back. */
  reserve(offset: number, size: number): Buffer {
    if (offset - this.#start + size > BUFFER_SIZE) {
      this.flush();
      this.#start = offset;
    }
    const at = offset - this.#start;
    this.#buffer.fill(0, this.#used, at + size);
    this.#used = at + size;
    return this.#buffer.subarray(at, at + size);
  }

  /** Writes what is buffered. */
  flush(): void {
    this.writeAt(this.#start, this.#buffer.subarray(0, this.#used));
    this.#start += this.#used;
    this.#used = 0;
  }

  /** Writes octets that were flushed or left out before. */
  writeAt(offset: number, bytes: Uint8Array): void {
    let done = 0;
    while (done < bytes.length) {
      done += writeSync(this.#fd, bytes, done, bytes.length - done, offset + done);
    }
  }
}
