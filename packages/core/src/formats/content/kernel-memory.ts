// The memory that the kernels see. It is shared, and most of it is slots that readers fill: what lies in a slot is hashed, searched and written
// where it is, by any thread. Pages that nobody touches cost nothing.

import { InternalError } from '../../errors.js';

/** Octets of text that are taken at once from memory that a kernel does not see. */
export const SCRATCH: number = 256 * 1024;
/** Octets of one slot. */
export const SLOT_SIZE: number = 1024 * 1024;
const SLOT_COUNT = 24;
/** Before and behind every piece: a kernel may read a little of what is beside a text. */
const GAP = 64;
/** What kernels reserve for themselves lies below the slots. */
const SLOTS = 4 * 1024 * 1024;
/** What another thread may reserve for its kernels. */
const THREAD = 1024 * 1024;
const PAGE = 65_536;

/** What stands for WebAssembly.Memory in declarations, so that who imports the library needs no types of a browser. */
interface LinearMemory {
  readonly buffer: ArrayBufferLike;
}

/** Where a slot begins. */
export function slotAddress(index: number): number {
  return SLOTS + index * (SLOT_SIZE + GAP);
}

/** V8 reserves some 10 GiB of addresses for such a memory, though it uses few of them: a limit of addresses refuses it. */
function allocate(pages: number): LinearMemory {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch (cause) {
    throw new InternalError('MEMORY_REFUSED', 'the system does not give this process the memory that it needs', {
      notes: [cause instanceof Error ? cause.message : String(cause)],
      help: 'do not limit the address space (ulimit -v); what limits memory that is used is fine: systemd-run -p MemoryMax=1G, or batch --job-memory',
      cause,
    });
  }
}

/** Shared memory of kernels, as one thread sees it. */
export class KernelMemory {
  /** For the instances of kernels. */
  readonly memory: LinearMemory;
  /** All of it. */
  readonly heap: Buffer;
  #reserved: number;
  readonly #limit: number;

  private constructor(memory: LinearMemory, from: number, limit: number) {
    this.memory = memory;
    this.heap = Buffer.from(memory.buffer);
    this.#reserved = from;
    this.#limit = limit;
  }

  static create(): KernelMemory {
    const pages = Math.ceil((SLOTS + SLOT_COUNT * (SLOT_SIZE + GAP)) / PAGE);
    return new KernelMemory(allocate(pages), 0, SLOTS);
  }

  /** The same memory for another thread, with a part of it to reserve from that {@link KernelMemory.lend} gave. */
  static borrow({ memory, from }: LentMemory): KernelMemory {
    return new KernelMemory(memory, from, from + THREAD);
  }

  /** Gives a part away. */
  lend(): LentMemory {
    return { memory: this.memory, from: this.reserve(THREAD) };
  }

  /** Address of that many octets for a kernel's own use, for ever. */
  reserve(size: number): number {
    const address = this.#reserved + GAP;
    this.#reserved = address + Math.ceil(size / GAP) * GAP;
    if (this.#reserved > this.#limit) throw new RangeError('the kernels reserve more than there is');
    return address;
  }

  /** Where the octets of a view lie in this memory; -1 when they lie elsewhere. */
  addressOf(view: Uint8Array): number {
    return view.buffer === this.heap.buffer ? view.byteOffset : -1;
  }

  /** A slot, from 0; undefined when there are no more. Who fills which is the readers' business. */
  slot(index: number): Buffer | undefined {
    const address = slotAddress(index);
    return index < SLOT_COUNT ? this.heap.subarray(address, address + SLOT_SIZE) : undefined;
  }
}

/** Memory for another thread. */
export interface LentMemory {
  readonly memory: LinearMemory;
  readonly from: number;
}

/** The memory of this process. */
export const kernelMemory: KernelMemory = KernelMemory.create();
