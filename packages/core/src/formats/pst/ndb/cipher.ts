// The ciphers of [MS-PST] 5: substitutions without a secret, there to keep text out of sight. PERMUTE maps each octet by one table;
// CYCLIC by three, with a key that is the id of the block. The work is done by a WebAssembly kernel (packages/core/kernel/pst-cipher.ts).
import { PST_CIPHER_WASM } from '../../content/pst-cipher.generated.js';
import { CYCLIC_MIDDLE, PERMUTE_DECODE, PERMUTE_ENCODE } from './cipher-tables.js';

interface Kernel {
  decodePermute(source: number, length: number, target: number, pairs: number): void;
  decodeCyclic(source: number, length: number, target: number, tables: number, key: number): void;
}

/** Octets of a block at most; a longer text is decoded in slices of this. */
const SLICE = 64 * 1024;
const TABLES = 1024;
const PAIRS = 4096;
const SOURCE = PAIRS + 2 * 65_536;
const TARGET = SOURCE + SLICE;

const memory = new WebAssembly.Memory({ initial: Math.ceil((TARGET + SLICE + 8) / 65_536) });
const heap = new Uint8Array(memory.buffer);
const kernel = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(PST_CIPHER_WASM, 'base64')), {
  env: { memory },
}).exports as unknown as Kernel;

heap.set(PERMUTE_ENCODE, TABLES);
heap.set(CYCLIC_MIDDLE, TABLES + 256);
heap.set(PERMUTE_DECODE, TABLES + 512);
for (let high = 0; high < 256; high += 1) {
  for (let low = 0; low < 256; low += 1) {
    const at = PAIRS + 2 * (high * 256 + low);
    heap[at] = PERMUTE_DECODE[low] ?? 0;
    heap[at + 1] = PERMUTE_DECODE[high] ?? 0;
  }
}

/** Decodes PERMUTE ([MS-PST] 5.1) into an own copy, or to the beginning of `into`. */
export function decodePermute(octets: Uint8Array, into: Uint8Array = room(octets.length)): Uint8Array {
  for (let at = 0; at < octets.length; at += SLICE) {
    const length = load(octets, at);
    kernel.decodePermute(SOURCE, length, TARGET, PAIRS);
    into.set(heap.subarray(TARGET, TARGET + length), at);
  }
  return into;
}

/** Decodes CYCLIC ([MS-PST] 5.2), likewise. The key is the low 32 bits of the block's id; the same step encodes. */
export function decodeCyclic(octets: Uint8Array, key: number, into: Uint8Array = room(octets.length)): Uint8Array {
  for (let at = 0; at < octets.length; at += SLICE) {
    const length = load(octets, at);
    // The key counts octets in 16 bits, so that a slice of 64 KiB begins where it began.
    kernel.decodeCyclic(SOURCE, length, TARGET, TABLES, key);
    into.set(heap.subarray(TARGET, TARGET + length), at);
  }
  return into;
}

/** Brings a slice into the kernel's memory; gives its length. */
function load(octets: Uint8Array, at: number): number {
  const length = Math.min(SLICE, octets.length - at);
  heap.set(length === octets.length ? octets : octets.subarray(at, at + length), SOURCE);
  return length;
}

/** Small copies are cut from one piece of memory: an ArrayBuffer of its own costs more than the decoding of a small block. */
const SLAB = 64 * 1024;
let slab = new ArrayBuffer(SLAB);
let used = 0;

/** Memory that nobody else has. */
export function room(length: number): Uint8Array {
  if (length > SLAB / 4) return Buffer.allocUnsafeSlow(length);
  if (used + length > SLAB) {
    slab = new ArrayBuffer(SLAB);
    used = 0;
  }
  const own = new Uint8Array(slab, used, length);
  used += (length + 7) & ~7;
  return own;
}
