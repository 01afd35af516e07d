// The WebAssembly kernel of quoted-printable (packages/core/kernel/mime-encoding.ts) with its memory, which grows to what the largest text needs.
import { MIME_ENCODING_WASM } from '../content/mime-encoding.generated.js';
import { room } from '../content/slab.js';

interface Kernel {
  quotedPrintable(source: number, length: number, target: number): number;
  measure(source: number, length: number, result: number): void;
}

/** What a text has in it. */
export interface TextMeasure {
  /** Octets above 127. */
  readonly high: number;
  /** Controls but TAB, LF and the CR before an LF. */
  readonly controls: number;
  /** Octets of the longest line without its end. */
  readonly longest: number;
}

const PAGE = 65_536;
const RESULT = 0;
const SOURCE = 64;
/** Vectors are read and written beyond the end. */
const SLACK = 64;

const memory = new WebAssembly.Memory({ initial: 1 });
const kernel = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(MIME_ENCODING_WASM, 'base64')), {
  env: { memory },
}).exports as unknown as Kernel;
let heap = Buffer.from(memory.buffer);

function reserve(size: number): void {
  if (size > heap.length) {
    memory.grow(Math.ceil((size - heap.length) / PAGE));
    heap = Buffer.from(memory.buffer);
  }
}

/** The octets of a text as quoted-printable, an own copy. */
export function quotedPrintableOctets(text: Uint8Array): Uint8Array {
  const target = (SOURCE + text.length + SLACK + 15) & ~15;
  // Three octets for one at most, and a soft break after each 73.
  reserve(target + 3 * text.length + 3 * Math.ceil((3 * text.length) / 73) + SLACK);
  heap.set(text, SOURCE);
  const size = kernel.quotedPrintable(SOURCE, text.length, target);
  const copy = room(size);
  copy.set(heap.subarray(target, target + size));
  return copy;
}

/** Looks through a text. */
export function measureText(text: Uint8Array): TextMeasure {
  reserve(SOURCE + text.length + SLACK);
  heap.set(text, SOURCE);
  kernel.measure(SOURCE, text.length, RESULT);
  return { high: heap.readUInt32LE(RESULT), controls: heap.readUInt32LE(RESULT + 4), longest: heap.readUInt32LE(RESULT + 8) };
}
