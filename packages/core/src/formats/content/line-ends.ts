// CRLF form: every bare LF becomes CR LF, CR LF stays, a CR alone is text (what Dovecot serves over IMAP, and what RFC822.SIZE counts).
// The work is done by a WebAssembly SIMD kernel (packages/core/kernel/line-ends.ts), where the text lies if the kernel sees it, else on copies of
// slices that fit the processor's cache.
import { addressOf, heap, memory, reserve, SCRATCH } from './kernel-memory.js';
import { LINE_ENDS_WASM } from './line-ends.generated.js';

interface Kernel {
  countBareLineFeeds(source: number, length: number, before: number): number;
  copyAsCrlf(source: number, length: number, target: number, before: number): number;
}

/** Where text is copied to that lies elsewhere, and where its CRLF form goes. */
const SOURCE = reserve(SCRATCH);
const TARGET_SIZE = 2 * SCRATCH + 64;
const TARGET = reserve(TARGET_SIZE);

const kernel = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(LINE_ENDS_WASM, 'base64')), {
  env: { memory },
}).exports as unknown as Kernel;

/** Feeds parts to `take` in pieces of at most {@link SCRATCH} octets that lie in the kernel's memory, with the octet before each. */
function eachPiece(parts: Iterable<Uint8Array>, take: (source: number, length: number, before: number) => void): void {
  let before = 0;
  for (const part of parts) {
    const address = addressOf(part);
    for (let at = 0; at < part.length; at += SCRATCH) {
      const length = Math.min(part.length - at, SCRATCH);
      if (address < 0) heap.set(length === part.length ? part : part.subarray(at, at + length), SOURCE);
      take(address < 0 ? SOURCE : address + at, length, before);
      before = part[at + length - 1] ?? 0;
    }
  }
}

/** Octets of the text with every line end as CRLF. */
export function crlfSize(parts: Iterable<Uint8Array>): number {
  let size = 0;
  eachPiece(parts, (source, length, before) => {
    size += length + kernel.countBareLineFeeds(source, length, before);
  });
  return size;
}

/**
 * Hands the CRLF form of the text to `take`, slice by slice, and says which is the last; there is none of an empty text.
 * A slice is a view of the kernel's memory: use it before returning, keep no reference.
 */
export function eachCrlfSlice(parts: Iterable<Uint8Array>, take: (slice: Uint8Array, isLast: boolean) => void): void {
  let filled = 0;
  eachPiece(parts, (source, length, before) => {
    if (filled + 2 * length > TARGET_SIZE - 32) {
      take(heap.subarray(TARGET, TARGET + filled), false);
      filled = 0;
    }
    filled += kernel.copyAsCrlf(source, length, TARGET + filled, before);
  });
  if (filled > 0) take(heap.subarray(TARGET, TARGET + filled), true);
}

/** The CRLF form of the text, an own copy. */
export function toCrlf(parts: readonly Uint8Array[]): Uint8Array {
  const slices: Uint8Array[] = [];
  eachCrlfSlice(parts, (slice) => slices.push(new Uint8Array(slice)));
  return slices.length === 1 ? (slices[0] ?? new Uint8Array()) : new Uint8Array(Buffer.concat(slices));
}
