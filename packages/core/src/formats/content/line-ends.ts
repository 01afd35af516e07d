// CRLF form: every bare LF becomes CR LF, CR LF stays, a CR alone is text (what Dovecot serves over IMAP, and what RFC822.SIZE counts).
// The work is done by a WebAssembly SIMD kernel (packages/core/kernel/line-ends.ts) on slices that fit the processor's cache.
import { LINE_ENDS_WASM } from './line-ends.generated.js';

interface Kernel {
  countBareLineFeeds(source: number, length: number): number;
  copyAsCrlf(source: number, length: number, target: number): number;
}

/** Octets of text that one kernel call takes: a slice that came from fewer is the last one. */
export const SLICE: number = 256 * 1024;
/** The octet before the text lies at SOURCE - 1. */
const SOURCE = 64;
const TARGET = SOURCE + SLICE + 64;

const memory = new WebAssembly.Memory({ initial: Math.ceil((TARGET + 2 * SLICE + 64) / 65_536) });
const heap = new Uint8Array(memory.buffer);
const kernel = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(LINE_ENDS_WASM, 'base64')), {
  env: { memory },
}).exports as unknown as Kernel;

/** Feeds parts to `take` in slices that lie in the kernel's memory, with the octet before each slice in place. */
function eachSlice(parts: Iterable<Uint8Array>, take: (length: number) => void): void {
  let before = 0;
  let filled = 0;
  const flush = () => {
    heap[SOURCE - 1] = before;
    take(filled);
    before = heap[SOURCE + filled - 1] ?? 0;
    filled = 0;
  };
  for (const part of parts) {
    for (let at = 0; at < part.length; ) {
      const octets = Math.min(part.length - at, SLICE - filled);
      heap.set(octets === part.length ? part : part.subarray(at, at + octets), SOURCE + filled);
      filled += octets;
      at += octets;
      if (filled === SLICE) flush();
    }
  }
  if (filled > 0) flush();
}

/** Octets of the text with every line end as CRLF. */
export function crlfSize(parts: Iterable<Uint8Array>): number {
  let size = 0;
  eachSlice(parts, (length) => {
    size += length + kernel.countBareLineFeeds(SOURCE, length);
  });
  return size;
}

/**
 * Hands the CRLF form of the text to `take`, slice by slice.
 * A slice is a view of the kernel's memory: use it before returning, keep no reference.
 */
export function eachCrlfSlice(parts: Iterable<Uint8Array>, take: (slice: Uint8Array) => void): void {
  eachSlice(parts, (length) => {
    take(heap.subarray(TARGET, TARGET + kernel.copyAsCrlf(SOURCE, length, TARGET)));
  });
}

/** The CRLF form of the text, an own copy. */
export function toCrlf(parts: readonly Uint8Array[]): Uint8Array {
  const slices: Uint8Array[] = [];
  eachCrlfSlice(parts, (slice) => slices.push(slice.slice()));
  return slices.length === 1 ? (slices[0] ?? new Uint8Array()) : new Uint8Array(Buffer.concat(slices));
}
