// What tells whether the start of a file is what it was: a checksum of each piece of 1 MiB, and SHA-256 over these. Reading costs more than that. A change within one word
// (a rewritten Status) is never missed; it is no defence against somebody who forges the file, which `--thorough` is.
//   words      the octets of a piece as numbers of 32 bits, least significant octet first, the last block of 64 octets filled with zeros
//   checksum   sixteen numbers, 0 at first; number i takes the words i, i + 16, i + 32 … by the round of XXH32:
//              s := rotate_left(s + word × 0x85ebca77, 13) × 0x9e3779b1
import { createHash } from 'node:crypto';
import { CHECKSUM_WASM } from './checksum.generated.js';
import { kernelMemory } from './kernel-memory.js';

interface Kernel {
  mix(source: number, blocks: number, state: number): void;
}

const PIECE = 1024 * 1024;
const BLOCK = 64;
/** Octets that are copied at once from memory that the kernel does not see. */
const COPY = 64 * 1024;
/** Hexadecimal digits. */
const LENGTH = 32;

const { heap } = kernelMemory;
const { mix } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(CHECKSUM_WASM, 'base64')), {
  env: { memory: kernelMemory.memory },
}).exports as unknown as Kernel;
const scratch = kernelMemory.reserve(COPY);
const stateAt = kernelMemory.reserve(BLOCK);
const lanes = heap.subarray(stateAt, stateAt + BLOCK);

/** The hash of the octets so far. */
export class GrowingHash {
  readonly #pieces = createHash('sha256');
  readonly #state = Buffer.alloc(BLOCK);
  /** Octets of a block that is not whole yet. */
  readonly #rest = Buffer.alloc(BLOCK);
  /** Octets so far. */
  size = 0;

  update(octets: Uint8Array): void {
    lanes.set(this.#state);
    for (let at = 0; at < octets.length; ) {
      at += this.#take(octets, at, Math.min(octets.length - at, PIECE - (this.size % PIECE)));
      if (this.size % PIECE > 0) continue;
      this.#pieces.update(lanes);
      lanes.fill(0);
    }
    this.#state.set(lanes);
  }

  /** Takes at most `length` octets of one piece: whole blocks where they lie, others by way of {@link GrowingHash.#rest}. */
  #take(octets: Uint8Array, at: number, length: number): number {
    const filled = this.size % BLOCK;
    const isWhole = filled === 0 && length >= BLOCK;
    const taken = isWhole ? length - (length % BLOCK) : Math.min(length, BLOCK - filled);
    if (isWhole) mixBlocks(octets, at, taken);
    else {
      this.#rest.set(octets.subarray(at, at + taken), filled);
      if (filled + taken === BLOCK) mixBlocks(this.#rest, 0, BLOCK);
    }
    this.size += taken;
    return taken;
  }

  /** The hash of the octets so far; more may follow. */
  digest(): string {
    const pieces = this.#pieces.copy();
    const filled = this.size % BLOCK;
    lanes.set(this.#state);
    if (filled > 0) mixBlocks(Buffer.concat([this.#rest.subarray(0, filled)], BLOCK), 0, BLOCK);
    if (this.size % PIECE > 0) pieces.update(lanes);
    return pieces.digest('hex').slice(0, LENGTH);
  }
}

function mixBlocks(octets: Uint8Array, from: number, length: number): void {
  const address = kernelMemory.addressOf(octets);
  if (address >= 0) {
    mix(address + from, length / BLOCK, stateAt);
    return;
  }
  for (let at = from; at < from + length; at += COPY) {
    const size = Math.min(COPY, from + length - at);
    heap.set(octets.subarray(at, at + size), scratch);
    mix(scratch, size / BLOCK, stateAt);
  }
}
