// Base64 in lines of 76 characters (RFC 2045 §6.8) as a WebAssembly SIMD kernel (packages/core/kernel/base64.ts). What goes in is gathered in the memory
// of the kernels; what comes out is written where it shall be if the kernel sees that place, else copied there.
import { BASE64_WASM } from '../content/base64.generated.js';
import { kernelMemory } from '../content/kernel-memory.js';

interface Kernel {
  base64Lines(source: number, lines: number, target: number): void;
}

/** Octets that make one line. */
const LINE_OCTETS = 57;
const LINE_CHARS = 76;
const LINE_SIZE: number = LINE_CHARS + 2;
/** Lines that are made at a time: what goes in and out stays in the caches. */
const LINES_AT_ONCE = 512;
const CAPACITY: number = LINES_AT_ONCE * LINE_OCTETS;
/** Vectors are read and written beyond the end. */
const SLACK = 64;

const { heap } = kernelMemory;
const SOURCE: number = kernelMemory.reserve(CAPACITY + SLACK);
const TARGET: number = kernelMemory.reserve(LINES_AT_ONCE * LINE_SIZE + SLACK);
const kernel = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(BASE64_WASM, 'base64')), {
  env: { memory: kernelMemory.memory },
}).exports as unknown as Kernel;

/** Octets of a base64 body with its line ends, for `size` octets of data. */
export function base64Size(size: number): number {
  const full = Math.floor(size / LINE_OCTETS);
  const rest = size % LINE_OCTETS;
  return full * LINE_SIZE + (rest === 0 ? 0 : Math.ceil(rest / 3) * 4 + 2);
}

/** Encodes lines that lie in the memory of the kernel: as many as it has room for, by default those that were gathered there. */
function encodeLines(lines: number, out: Uint8Array, to: number, source: number = SOURCE): number {
  const size = lines * LINE_SIZE;
  const base = kernelMemory.addressOf(out);
  // The kernel writes a little beyond the last line: never beyond the place that it was given.
  if (base >= 0 && to + size + SLACK <= out.length) {
    kernel.base64Lines(source, lines, base + to);
  } else {
    kernel.base64Lines(source, lines, TARGET);
    out.set(heap.subarray(TARGET, TARGET + size), to);
  }
  return to + size;
}

const EQUALS = 0x3d;
const CR = 0x0d;
const LF = 0x0a;

/** Encodes all that was gathered, the last line as short as it is. */
function encodeRest(filled: number, out: Uint8Array, to: number): number {
  const lines = Math.floor(filled / LINE_OCTETS);
  const end = lines === 0 ? to : encodeLines(lines, out, to);
  const rest = filled - lines * LINE_OCTETS;
  if (rest === 0) return end;
  // A whole line of which only the beginning counts: the last group is padded with octets of 0, and its letters with "=".
  const chars = Math.ceil(rest / 3) * 4;
  heap.fill(0, SOURCE + filled, SOURCE + filled + 2);
  kernel.base64Lines(SOURCE + lines * LINE_OCTETS, 1, TARGET);
  if (rest % 3 !== 0) heap[TARGET + chars - 1] = EQUALS;
  if (rest % 3 === 1) heap[TARGET + chars - 2] = EQUALS;
  heap[TARGET + chars] = CR;
  heap[TARGET + chars + 1] = LF;
  out.set(heap.subarray(TARGET, TARGET + chars + 2), end);
  return end + chars + 2;
}

/** How many octets at the beginning of a piece make whole lines together with those that were gathered before. */
function inWholeLines(filled: number, length: number): number {
  return length - ((filled + length) % LINE_OCTETS);
}

/** Encodes what was gathered, and so many octets at an address: whole lines are taken where they are, since a copy costs as much as their encoding. */
function encodeInPlace(address: number, length: number, filled: number, out: Uint8Array, to: number): number {
  let from = (LINE_OCTETS - (filled % LINE_OCTETS)) % LINE_OCTETS;
  heap.copyWithin(SOURCE + filled, address, address + from);
  let end = encodeLines((filled + from) / LINE_OCTETS, out, to);
  while (from < length) {
    const lines = Math.min(LINES_AT_ONCE, (length - from) / LINE_OCTETS);
    end = encodeLines(lines, out, end, address + from);
    from += lines * LINE_OCTETS;
  }
  return end;
}

/**
 * Writes data as base64 into `out` at `at`, each line with CRLF; gives the position after it. A piece is used before the next one is asked for; `pieces`
 * encodes nothing itself.
 */
export function writeBase64(pieces: Iterable<Uint8Array>, out: Uint8Array, at: number): number {
  let filled = 0;
  let to = at;
  for (const piece of pieces) {
    let from = 0;
    const address = kernelMemory.addressOf(piece);
    if (address >= 0 && piece.length >= 2 * LINE_OCTETS) {
      from = inWholeLines(filled, piece.length);
      to = encodeInPlace(address, from, filled, out, to);
      filled = 0;
    }
    while (from < piece.length) {
      const length = Math.min(CAPACITY - filled, piece.length - from);
      heap.set(length === piece.length ? piece : piece.subarray(from, from + length), SOURCE + filled);
      filled += length;
      from += length;
      if (filled === CAPACITY) {
        to = encodeLines(LINES_AT_ONCE, out, to);
        filled = 0;
      }
    }
  }
  return encodeRest(filled, out, to);
}

/** Octets of one chunk at most. */
const CHUNK: number = 16 * LINES_AT_ONCE * LINE_SIZE;
/** Memory of a chunk that nobody uses: a fresh piece of that size costs more than what is done with it. */
let spare: Buffer | undefined;

/** The same, chunk by chunk; each is valid until the next one is asked for. */
export function* base64Chunks(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  const out = spare ?? Buffer.allocUnsafeSlow(CHUNK);
  spare = undefined;
  let filled = 0;
  let to = 0;
  try {
    for (const lent of pieces) {
      for (let piece = lent; piece.length > 0; ) {
        const length = Math.min(CAPACITY - filled, piece.length);
        heap.set(piece.subarray(0, length), SOURCE + filled);
        filled += length;
        piece = piece.subarray(length);
        if (filled < CAPACITY) continue;
        to = encodeLines(LINES_AT_ONCE, out, to);
        filled = 0;
        if (to < CHUNK) continue;
        // Nothing is left where others encode, too, and what was lent may be gone when the consumer of a chunk comes back.
        piece = Buffer.from(piece);
        yield out;
        to = 0;
      }
    }
    to = encodeRest(filled, out, to);
    if (to > 0) yield out.subarray(0, to);
  } finally {
    spare = out;
  }
}
