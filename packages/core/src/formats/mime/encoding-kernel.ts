// The WebAssembly kernel of transfer encodings (packages/core/kernel/mime-encoding.ts) with its memory, which grows to what the largest text needs.
import { MIME_ENCODING_WASM } from '../content/mime-encoding.generated.js';

interface Kernel {
  base64Lines(source: number, lines: number, target: number): void;
  quotedPrintable(source: number, length: number, target: number): number;
  measure(source: number, length: number, result: number): void;
}

/** What a text has in it. */
export interface TextMeasure {
  /** Octets above 127. */
  readonly high: number;
  /** Controls but TAB, CR and LF. */
  readonly controls: number;
  /** Octets of the longest line without its end. */
  readonly longest: number;
}

const PAGE = 65_536;
const RESULT = 0;
const SOURCE = 64;
/** Vectors are read and written beyond the end. */
const SLACK = 64;
const LINE_OCTETS = 57;
const LINE_SIZE = 78;
/** Lines of base64 that are made at a time: what goes in and out stays in the caches. */
const LINES_AT_ONCE = 512;
const BASE64_TARGET: number = SOURCE + LINES_AT_ONCE * LINE_OCTETS + SLACK;

const memory = new WebAssembly.Memory({ initial: Math.ceil((BASE64_TARGET + LINES_AT_ONCE * LINE_SIZE + SLACK) / PAGE) });
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

/** Octets of base64 in whole lines that `length` octets give. */
function wholeLines(length: number): number {
  return Math.floor(length / LINE_OCTETS);
}

/** Writes as many whole lines of base64 as the octets give into `out` at `at`; gives the position after them. */
export function writeBase64Lines(octets: Uint8Array, out: Uint8Array, at: number): number {
  const lines = wholeLines(octets.length);
  let to = at;
  for (let line = 0; line < lines; line += LINES_AT_ONCE) {
    const count = Math.min(LINES_AT_ONCE, lines - line);
    heap.set(octets.subarray(line * LINE_OCTETS, (line + count) * LINE_OCTETS), SOURCE);
    kernel.base64Lines(SOURCE, count, BASE64_TARGET);
    out.set(heap.subarray(BASE64_TARGET, BASE64_TARGET + count * LINE_SIZE), to);
    to += count * LINE_SIZE;
  }
  return to;
}

/** The octets of a text as quoted-printable, an own copy. */
export function quotedPrintableOctets(text: Uint8Array): Uint8Array {
  const target = (SOURCE + text.length + SLACK + 15) & ~15;
  // Three octets for one at most, and a soft break after each 73.
  reserve(target + 3 * text.length + 3 * Math.ceil((3 * text.length) / 73) + SLACK);
  heap.set(text, SOURCE);
  const size = kernel.quotedPrintable(SOURCE, text.length, target);
  return Uint8Array.prototype.slice.call(heap, target, target + size);
}

/** Looks through a text. */
export function measureText(text: Uint8Array): TextMeasure {
  reserve(SOURCE + text.length + SLACK);
  heap.set(text, SOURCE);
  kernel.measure(SOURCE, text.length, RESULT);
  return { high: heap.readUInt32LE(RESULT), controls: heap.readUInt32LE(RESULT + 4), longest: heap.readUInt32LE(RESULT + 8) };
}
