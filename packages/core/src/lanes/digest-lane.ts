import type { CrlfDigest } from '../model/digest.js';
import { LaneThread } from './thread.js';

/** Hexadecimal digits of a hash. */
const DIGITS = 64;

/** Hashes contents in the worker thread while the main thread goes on. */
export class DigestLane {
  readonly #thread: LaneThread = LaneThread.take();

  /** @param contents pairs of address in the memory of the kernels and length, of the parts of each; they stay as they are until the answer */
  async digest(contents: readonly (readonly number[])[]): Promise<readonly CrlfDigest[]> {
    const { hashes, crlfSizes } = await this.#thread.ask({ kind: 'digests', numbers: pack(contents) });
    return contents.map((_, i) => ({ sha256: hashes.slice(i * DIGITS, (i + 1) * DIGITS), crlfSize: crlfSizes[i] ?? 0 }));
  }

  async close(): Promise<void> {
    await this.#thread.release();
  }
}

/** See {@link DigestJob.numbers}. */
function pack(contents: readonly (readonly number[])[]): Int32Array {
  let size = contents.length;
  for (const parts of contents) size += parts.length;
  const numbers = new Int32Array(size);
  let at = 0;
  for (const parts of contents) {
    numbers[at] = parts.length / 2;
    numbers.set(parts, at + 1);
    at += 1 + parts.length;
  }
  return numbers;
}
