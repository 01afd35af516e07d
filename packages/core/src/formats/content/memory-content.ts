import type { Content, PinnableContent, PinnedContent } from '../../model/content.js';
import { crlfSize } from './line-ends.js';

/** A content that lies in memory: what a converter made, or a small file that was read whole. */
export class MemoryContent implements PinnableContent {
  readonly #bytes: Uint8Array;
  #crlfSize: number | undefined;

  /** Takes over `bytes`: the caller changes them no more. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get size(): number {
    return this.#bytes.length;
  }

  get crlfSize(): number {
    this.#crlfSize ??= crlfSize([this.#bytes]);
    return this.#crlfSize;
  }

  bytes(): Uint8Array {
    return this.#bytes.slice();
  }

  chunks(): Iterable<Uint8Array> {
    return [this.#bytes];
  }

  pin(): PinnedContent {
    const { buffer, byteOffset, length } = this.#bytes;
    return { buffer, ranges: [byteOffset, length], parts: [this.#bytes], release: () => {} };
  }
}

/** The content of a message that could not be read. */
export const NO_CONTENT: Content = new MemoryContent(new Uint8Array());
