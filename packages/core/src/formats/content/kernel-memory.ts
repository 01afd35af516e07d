// The memory that the kernels see. It is shared, and most of it is slots that readers fill: what lies in a slot is hashed, searched and written
// where it is, by any thread. Pages that nobody touches cost nothing.

/** Octets of text that are taken at once from memory that a kernel does not see. */
export const SCRATCH: number = 256 * 1024;
/** Octets of one slot. */
export const SLOT_SIZE: number = 2 * 1024 * 1024;
const SLOT_COUNT = 12;
/** Before and behind every piece: a kernel may read a little of what is beside a text. */
const GAP = 64;
/** What kernels reserve for themselves lies below the slots. */
const SLOTS = 2 * 1024 * 1024;
const PAGE = 65_536;

const pages = Math.ceil((SLOTS + SLOT_COUNT * (SLOT_SIZE + GAP)) / PAGE);
/** For the instances of kernels. */
export const memory: WebAssembly.Memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
/** All of it. */
export const heap: Buffer = Buffer.from(memory.buffer);
const octets = heap.buffer;

let reserved = 0;

/** Address of that many octets for a kernel's own use, for ever. */
export function reserve(size: number): number {
  const address = reserved + GAP;
  reserved = address + Math.ceil(size / GAP) * GAP;
  if (reserved + GAP > SLOTS) throw new RangeError('the kernels reserve more than there is');
  return address;
}

/** Where the octets of a view lie in this memory; -1 when they lie elsewhere. */
export function addressOf(view: Uint8Array): number {
  return view.buffer === octets ? view.byteOffset : -1;
}

/** A slot, from 0; undefined when there are no more. Who fills which is the readers' business. */
export function slot(index: number): Buffer | undefined {
  const address = SLOTS + index * (SLOT_SIZE + GAP);
  return index < SLOT_COUNT ? heap.subarray(address, address + SLOT_SIZE) : undefined;
}
