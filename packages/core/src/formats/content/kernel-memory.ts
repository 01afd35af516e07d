// The memory that the kernels see. It is shared, and most of it is slots that readers fill: what lies in a slot is hashed, searched and written
// where it is, by any thread. Pages that nobody touches cost nothing.
//
//   0        where text that lies elsewhere is copied to, SCRATCH octets and 64 around them
//   TARGET   what a kernel makes of it, at most twice as much
//   SLOTS    SLOT_COUNT slots of SLOT_SIZE octets, each with 64 octets before it

/** Octets of text that are taken at once from memory that a kernel does not see. */
export const SCRATCH: number = 256 * 1024;
/** Octets of one slot. */
export const SLOT_SIZE: number = 2 * 1024 * 1024;
const SLOT_COUNT = 12;
const GAP = 64;
const PAGE = 65_536;

/** Where the text is copied to. */
export const SOURCE: number = GAP;
/** Where results go, and how many octets there is room for. */
export const TARGET: number = SOURCE + SCRATCH + GAP;
export const TARGET_SIZE: number = 2 * SCRATCH + GAP;
const SLOTS = TARGET + TARGET_SIZE + GAP;

const pages = Math.ceil((SLOTS + SLOT_COUNT * (SLOT_SIZE + GAP)) / PAGE);
/** For the instances of kernels. */
export const memory: WebAssembly.Memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
const octets: SharedArrayBuffer = memory.buffer as unknown as SharedArrayBuffer;
/** All of it. */
export const heap: Uint8Array = new Uint8Array(octets);

/** Where the octets of a view lie in this memory; -1 when they lie elsewhere. */
export function addressOf(view: Uint8Array): number {
  return view.buffer === octets ? view.byteOffset : -1;
}

/** A slot, from 0; undefined when there are no more. Who fills which is the readers' business. */
export function slot(index: number): Buffer | undefined {
  return index < SLOT_COUNT ? Buffer.from(octets, SLOTS + GAP + index * (SLOT_SIZE + GAP), SLOT_SIZE) : undefined;
}
