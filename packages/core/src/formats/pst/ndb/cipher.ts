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

/** Decodes PERMUTE ([MS-PST] 5.1) into an own copy. */
export function decodePermute(octets: Uint8Array): Uint8Array {
  return decodeSlices(octets, (length) => kernel.decodePermute(SOURCE, length, TARGET, PAIRS));
}

/** Decodes CYCLIC ([MS-PST] 5.2) into an own copy. The key is the low 32 bits of the block's id; the same step encodes. */
export function decodeCyclic(octets: Uint8Array, key: number): Uint8Array {
  // The key counts octets in 16 bits, so that a slice of 64 KiB begins where it began.
  return decodeSlices(octets, (length) => kernel.decodeCyclic(SOURCE, length, TARGET, TABLES, key));
}

function decodeSlices(octets: Uint8Array, decode: (length: number) => void): Uint8Array {
  if (octets.length <= SLICE) {
    heap.set(octets, SOURCE);
    decode(octets.length);
    const copy = Buffer.allocUnsafeSlow(octets.length);
    copy.set(heap.subarray(TARGET, TARGET + octets.length));
    return copy;
  }
  const decoded = new Uint8Array(octets.length);
  for (let at = 0; at < octets.length; at += SLICE) {
    const slice = octets.subarray(at, at + SLICE);
    heap.set(slice, SOURCE);
    decode(slice.length);
    decoded.set(heap.subarray(TARGET, TARGET + slice.length), at);
  }
  return decoded;
}
