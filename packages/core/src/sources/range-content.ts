// Content that is ranges of an open file: views of a window while it lasts, else read again. Nothing is copied before somebody asks for a copy.
import { SourceError } from '../errors.js';
import { digestCrlf, digestCrlfAt } from '../formats/content/digest.js';
import { kernelMemory } from '../formats/content/kernel-memory.js';
import { crlfSize } from '../formats/content/line-ends.js';
import { LARGE_CONTENT, type PinnableContent, type PinnedContent } from '../model/content.js';
import type { CrlfDigest } from '../model/digest.js';
import type { WindowedFile } from './file-window.js';
import { WindowPin } from './window-pin.js';
import type { FileWindow } from './window-pool.js';

const CHUNK = 1024 * 1024;

/** Pairs of offset and length in a file. */
export type Ranges = readonly number[];

/** Octets that the ranges hold. */
function rangesSize(ranges: Ranges): number {
  let size = 0;
  for (let i = 1; i < ranges.length; i += 2) size += ranges[i] ?? 0;
  return size;
}

/** A deletion-only view of a stretch of a file. */
export class RangeContent implements PinnableContent {
  readonly size: number;
  readonly ranges: Ranges;
  readonly #file: WindowedFile;
  readonly #window: FileWindow | undefined;
  readonly #generation: number;
  #crlfSize: number | undefined;
  #digest: CrlfDigest | undefined;

  /** @param window the window that holds all ranges now, if one does */
  constructor(file: WindowedFile, ranges: Ranges, window: FileWindow | undefined) {
    this.#file = file;
    this.ranges = ranges;
    this.size = rangesSize(ranges);
    this.#window = window;
    this.#generation = window?.generation ?? -1;
  }

  get crlfSize(): number {
    this.#crlfSize ??= crlfSize(this.#parts());
    return this.#crlfSize;
  }

  /** SHA-256 and size of the CRLF form. */
  digest(): CrlfDigest {
    this.#digest ??= this.#digestInPlace() ?? digestCrlf(this.#read());
    this.#crlfSize = this.#digest.crlfSize;
    return this.#digest;
  }

  /** Takes the digest that somebody else computed. */
  settle(digest: CrlfDigest | undefined): void {
    this.#digest = digest;
    this.#crlfSize = digest?.crlfSize;
  }

  /** Where the octets lie in the memory of the kernels, as pairs of address and length; undefined when they lie elsewhere by now. */
  addresses(): { readonly ranges: readonly number[]; readonly window: FileWindow } | undefined {
    const window = this.#held();
    if (window === undefined || kernelMemory.addressOf(window.buffer) < 0) return undefined;
    return { ranges: this.#shifted(window), window };
  }

  bytes(): Uint8Array {
    const copy = new Uint8Array(this.size);
    let at = 0;
    for (const part of this.#parts()) {
      copy.set(part, at);
      at += part.length;
    }
    return copy;
  }

  chunks(): Iterable<Uint8Array> {
    return this.size <= LARGE_CONTENT ? [this.bytes()] : this.#read();
  }

  pin(): PinnedContent | undefined {
    const window = this.#held();
    return window === undefined ? undefined : new WindowPin(window, this.#shifted(window));
  }

  #held(): FileWindow | undefined {
    return this.#window?.generation === this.#generation ? this.#window : undefined;
  }

  #digestInPlace(): CrlfDigest | undefined {
    const window = this.#held();
    if (window === undefined) return undefined;
    return kernelMemory.addressOf(window.buffer) < 0 ? digestCrlf(this.#views(window)) : digestCrlfAt(this.#shifted(window));
  }

  /** Where the octets lie in the buffer below the window, as pairs of offset and length. */
  #shifted(window: FileWindow): readonly number[] {
    const shift = window.buffer.byteOffset - window.start;
    const { ranges } = this;
    const first = (ranges[0] ?? 0) + shift;
    if (ranges.length === 2) return [first, ranges[1] ?? 0];
    if (ranges.length === 4) return [first, ranges[1] ?? 0, (ranges[2] ?? 0) + shift, ranges[3] ?? 0];
    return ranges.map((value, i) => (i % 2 === 0 ? value + shift : value));
  }

  #views(window: FileWindow): Uint8Array[] {
    const views: Uint8Array[] = [];
    for (let i = 0; i < this.ranges.length; i += 2) {
      const from = (this.ranges[i] ?? 0) - window.start;
      views.push(window.buffer.subarray(from, from + (this.ranges[i + 1] ?? 0)));
    }
    return views;
  }

  #parts(): Iterable<Uint8Array> {
    const window = this.#held();
    return window === undefined ? this.#read() : this.#views(window);
  }

  /** Reads the ranges from the file; a chunk is valid until the next one. */
  *#read(): Generator<Uint8Array> {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(this.#reach(), 1)));
    const { ranges } = this;
    for (let i = 0; i < ranges.length; i += 2) {
      const end = (ranges[i] ?? 0) + (ranges[i + 1] ?? 0);
      for (let offset = ranges[i] ?? 0; offset < end; ) {
        const view = buffer.subarray(0, Math.min(buffer.length, end - offset));
        const octets = this.#file.readInto(view, offset);
        if (octets < view.length) throw this.#shrunk(offset + octets);
        yield view;
        offset += octets;
      }
    }
  }

  #reach(): number {
    let longest = 0;
    for (let i = 1; i < this.ranges.length; i += 2) longest = Math.max(longest, this.ranges[i] ?? 0);
    return longest;
  }

  #shrunk(offset: number): Error {
    return new SourceError('SOURCE_CHANGED', 'the file became shorter while it was read', { where: { path: this.#file.path, offset } });
  }
}
