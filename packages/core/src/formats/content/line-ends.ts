// CRLF form: every bare LF becomes CR LF, CR LF stays, a CR alone is text (what Dovecot serves over IMAP, and what RFC822.SIZE counts).
// The work is done by a WebAssembly SIMD kernel (packages/core/kernel/line-ends.ts), where the text lies if the kernel sees it, else on copies of
// slices that fit the processor's cache.
import { type KernelMemory, kernelMemory, SCRATCH } from './kernel-memory.js';
import { LINE_ENDS_WASM } from './line-ends.generated.js';

interface Kernel {
  countBareLineFeeds(source: number, length: number, before: number): number;
  copyAsCrlf(source: number, length: number, target: number, before: number): number;
}

const ROOM = 2 * SCRATCH + 64;

/** Takes a slice of a CRLF form, and whether it is the last. */
export type SliceTaker = (slice: Uint8Array, isLast: boolean) => void;

/** The kernel in one memory, for one thread. */
export class LineEnds {
  readonly #memory: KernelMemory;
  readonly #kernel: Kernel;
  /** Where text is copied to that lies elsewhere, and where its CRLF form goes. */
  readonly #source: number;
  readonly #target: number;

  constructor(memory: KernelMemory) {
    const module = new WebAssembly.Module(Buffer.from(LINE_ENDS_WASM, 'base64'));
    this.#memory = memory;
    this.#source = memory.reserve(SCRATCH);
    this.#target = memory.reserve(ROOM);
    this.#kernel = new WebAssembly.Instance(module, { env: { memory: memory.memory } }).exports as unknown as Kernel;
  }

  /** See {@link crlfSize}. */
  crlfSize(parts: Iterable<Uint8Array>): number {
    let size = 0;
    this.#eachPiece(parts, (source, length, before) => {
      size += length + this.#kernel.countBareLineFeeds(source, length, before);
    });
    return size;
  }

  /** See {@link eachCrlfSlice}. */
  eachCrlfSlice(parts: Iterable<Uint8Array>, take: SliceTaker): void {
    let filled = 0;
    this.#eachPiece(parts, (source, length, before) => {
      filled = this.#convert(source, length, before, filled, take);
    });
    if (filled > 0) take(this.#slice(filled), true);
  }

  /** The same for a text that lies in the kernel's memory, as pairs of address and length. */
  eachCrlfSliceAt(ranges: ArrayLike<number>, take: SliceTaker): void {
    const { heap } = this.#memory;
    let filled = 0;
    let before = 0;
    for (let i = 0; i < ranges.length; i += 2) {
      const end = (ranges[i] ?? 0) + (ranges[i + 1] ?? 0);
      for (let at = ranges[i] ?? 0; at < end; at += SCRATCH) {
        const length = Math.min(end - at, SCRATCH);
        filled = this.#convert(at, length, before, filled, take);
        before = heap[at + length - 1] ?? 0;
      }
    }
    if (filled > 0) take(this.#slice(filled), true);
  }

  /** Converts a piece behind what is there; tells how much is there now. */
  #convert(source: number, length: number, before: number, filled: number, take: SliceTaker): number {
    let at = filled;
    if (at + 2 * length > ROOM - 32) {
      take(this.#slice(at), false);
      at = 0;
    }
    return at + this.#kernel.copyAsCrlf(source, length, this.#target + at, before);
  }

  #slice(size: number): Uint8Array {
    return this.#memory.heap.subarray(this.#target, this.#target + size);
  }

  /** Feeds parts to `take` in pieces of at most {@link SCRATCH} octets that lie in the kernel's memory, with the octet before each. */
  #eachPiece(parts: Iterable<Uint8Array>, take: (source: number, length: number, before: number) => void): void {
    let before = 0;
    for (const part of parts) {
      const address = this.#memory.addressOf(part);
      for (let at = 0; at < part.length; at += SCRATCH) {
        const length = Math.min(part.length - at, SCRATCH);
        if (address < 0) this.#memory.heap.set(length === part.length ? part : part.subarray(at, at + length), this.#source);
        take(address < 0 ? this.#source : address + at, length, before);
        before = part[at + length - 1] ?? 0;
      }
    }
  }
}

/** The kernel of this thread. */
export const lineEnds: LineEnds = new LineEnds(kernelMemory);

/** Octets of the text with every line end as CRLF. */
export function crlfSize(parts: Iterable<Uint8Array>): number {
  return lineEnds.crlfSize(parts);
}

/**
 * Hands the CRLF form of the text to `take`, slice by slice, and says which is the last; there is none of an empty text.
 * A slice is a view of the kernel's memory: use it before returning, keep no reference.
 */
export function eachCrlfSlice(parts: Iterable<Uint8Array>, take: SliceTaker): void {
  lineEnds.eachCrlfSlice(parts, take);
}

/** The CRLF form of the text, an own copy. */
export function toCrlf(parts: readonly Uint8Array[]): Uint8Array {
  const slices: Uint8Array[] = [];
  eachCrlfSlice(parts, (slice) => slices.push(new Uint8Array(slice)));
  return slices.length === 1 ? (slices[0] ?? new Uint8Array()) : new Uint8Array(Buffer.concat(slices));
}
