// The searches of an mbox reader as a WebAssembly SIMD kernel (packages/core/kernel/mbox.ts). They work where the octets lie if the kernel sees them,
// else on a copy.
import { kernelMemory } from '../content/kernel-memory.js';
import { MBOX_WASM } from '../content/mbox.generated.js';

interface Kernel {
  findFroms(source: number, from: number, length: number, out: number, limit: number): number;
  copy(source: number, length: number, target: number): void;
  headerFields(source: number, at: number, length: number, names: number, count: number, out: number, limit: number): number;
  usualStart(source: number, length: number, names: number, count: number, out: number): number;
}

const { heap } = kernelMemory;
const kernel = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(MBOX_WASM, 'base64')), {
  env: { memory: kernelMemory.memory },
}).exports as unknown as Kernel;

/** Octets that are copied at once; no header is looked at beyond that. */
const COPY = 1024 * 1024;
const scratch = kernelMemory.reserve(COPY);
/** Fields that one call may find. */
const FIELDS = 64;
const NAME = 32;

/** What the last call found: where it stopped and why, then number, start, value and end of each field; or the date of a From_ line. */
export const results: Int32Array = new Int32Array(heap.buffer, kernelMemory.reserve(8 + 16 * FIELDS), 2 + 4 * FIELDS);

/** Places that one call may find. */
const PLACES = 512;
const places = new Int32Array(heap.buffer, kernelMemory.reserve(4 * PLACES), PLACES);
const LF = 0x0a;
const GT = 0x3e;

/**
 * Offsets of line feeds and `>` with `From ` behind them, from `from` on, in order. May end early: there may be more behind the last one, unless it
 * found none. Good until the next call.
 */
export function placesOfFrom(view: Buffer, from: number): Int32Array {
  const address = kernelMemory.addressOf(view);
  if (address >= 0) return places.subarray(0, kernel.findFroms(address, from, view.length, places.byteOffset, PLACES));
  const found: number[] = [];
  for (let at = view.indexOf('From ', from + 1, 'latin1'); at > 0 && found.length < PLACES; at = view.indexOf('From ', at + 1, 'latin1')) {
    if (view[at - 1] === LF || view[at - 1] === GT) found.push(at - 1);
  }
  return Int32Array.from(found);
}

/** Copies octets to the start of a view of other memory: what the kernel sees, many times faster than the engine copies shared memory. */
export function copyOctets(from: Uint8Array, to: Buffer): void {
  const source = kernelMemory.addressOf(from);
  const target = kernelMemory.addressOf(to);
  if (source >= 0 && target >= 0 && to.length >= from.length) kernel.copy(source, from.length, target);
  else to.set(from);
}

/** Names of header fields in lower case. */
export class NameTable {
  readonly address: number;
  readonly count: number;

  constructor(names: readonly string[]) {
    this.count = names.length;
    this.address = kernelMemory.reserve(NAME * names.length);
    for (const [number, name] of names.entries()) heap.write(name, this.address + number * NAME, 'latin1');
  }
}

/** The header block at `from`, of which at most 1 MiB is looked at, for {@link HeaderScan.next}. */
export class HeaderScan {
  readonly #address: number;
  readonly #length: number;
  readonly #names: NameTable;
  #at = 0;

  constructor(octets: Buffer, from: number, to: number, names: NameTable) {
    this.#length = Math.min(to - from, COPY);
    this.#names = names;
    const address = kernelMemory.addressOf(octets);
    this.#address = address < 0 ? scratch : address + from;
    if (address < 0) heap.set(octets.subarray(from, from + this.#length), scratch);
  }

  /** Finds fields with names of the table, which begin with c, s or x; how many there are in {@link results}. */
  next(): number {
    const { address, count } = this.#names;
    const found = kernel.headerFields(this.#address, this.#at, this.#length, address, count, results.byteOffset, FIELDS);
    this.#at = results[0] ?? 0;
    return found;
  }

  /** There are more fields than one call finds. */
  get hasMore(): boolean {
    return results[1] === 2;
  }
}

/**
 * True for a line `From … Thu Nov  9 22:33:52 2001` at `from` with two fields of the table behind it: then {@link results} begins with year, month,
 * day, hour, minute and second. Tells the octets of the line with its line end; 0 for whatever is not of this form.
 */
export function usualStart(octets: Buffer, from: number, to: number, names: NameTable): number {
  const address = kernelMemory.addressOf(octets);
  return address < 0 ? 0 : kernel.usualStart(address + from, to - from, names.address, names.count, results.byteOffset);
}
