// The ciphers of [MS-PST] 5: substitutions without a secret, there to keep text out of sight. PERMUTE maps each octet by one table;
// CYCLIC by three, with a key that is the id of the block. The work is done by a WebAssembly kernel (packages/core/kernel/pst-cipher.ts).
import { kernelMemory } from '../../content/kernel-memory.js';
import { PST_CIPHER_WASM } from '../../content/pst-cipher.generated.js';
import { room } from '../../content/slab.js';
import { CYCLIC_MIDDLE, PERMUTE_DECODE, PERMUTE_ENCODE } from './cipher-tables.js';

interface Kernel {
  decodePermute(source: number, length: number, target: number, pairs: number): void;
  decodeCyclic(source: number, length: number, target: number, tables: number, key: number): void;
}

/** Octets of a block at most; a longer text is decoded in slices of this. */
const SLICE = 64 * 1024;
const { heap } = kernelMemory;
const TABLES: number = kernelMemory.reserve(3 * 256);
const PAIRS: number = kernelMemory.reserve(2 * 65_536);
/** Where octets are copied to that lie elsewhere, and where they are decoded to when the result shall lie elsewhere. */
const SOURCE: number = kernelMemory.reserve(SLICE);
const TARGET: number = kernelMemory.reserve(SLICE);

const kernel = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(PST_CIPHER_WASM, 'base64')), {
  env: { memory: kernelMemory.memory },
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
  return eachSlice(octets, into, (source, length, target) => kernel.decodePermute(source, length, target, PAIRS));
}

/** Decodes CYCLIC ([MS-PST] 5.2), likewise. The key is the low 32 bits of the block's id; the same step encodes. */
export function decodeCyclic(octets: Uint8Array, key: number, into: Uint8Array = room(octets.length)): Uint8Array {
  // The key counts octets in 16 bits, so that a slice of 64 KiB begins where it began.
  return eachSlice(octets, into, (source, length, target) => kernel.decodeCyclic(source, length, target, TABLES, key));
}

/** A block of data as it was decoded last: where {@link eachSlice} puts what shall not be copied. */
export const DECODED: Uint8Array = heap.subarray(TARGET, TARGET + SLICE);

/** Decodes slice by slice, from where the kernel sees the octets, else from a copy; the kernel may write seven octets more. */
function eachSlice(octets: Uint8Array, into: Uint8Array, decode: (source: number, length: number, target: number) => void): Uint8Array {
  const address = kernelMemory.addressOf(octets);
  for (let at = 0; at < octets.length; at += SLICE) {
    const length = Math.min(SLICE, octets.length - at);
    if (address < 0) heap.set(length === octets.length ? octets : octets.subarray(at, at + length), SOURCE);
    decode(address < 0 ? SOURCE : address + at, length, TARGET);
    if (into !== DECODED) into.set(heap.subarray(TARGET, TARGET + length), at);
  }
  return into;
}
