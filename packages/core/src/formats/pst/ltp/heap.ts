import type { DataTree } from '../ndb/data-tree.js';
import { u16, u32 } from '../ndb/octets.js';
import type { NodeHandle } from './node-handle.js';

/** What a heap holds (bClientSig, [MS-PST] 2.3.1.2). */
export const HEAP_CLIENT = { propertyContext: 0xbc, tableContext: 0x7c } as const;

const HEAP_SIGNATURE = 0xec;

/** A heap on a node: items of a few thousand octets in the blocks of a data tree ([MS-PST] 2.3.1). */
export class Heap {
  /** The id of the item to start with. */
  readonly userRoot: number;
  readonly client: number;
  readonly #data: DataTree;
  readonly #blocks: (Uint8Array | undefined)[] = [];
  readonly #indexBits: number;

  private constructor(data: DataTree, first: Uint8Array, indexBits: number) {
    this.#data = data;
    this.#indexBits = indexBits;
    this.#blocks[0] = first;
    this.client = first[3] ?? 0;
    this.userRoot = u32(first, 4);
  }

  /**
   * Opens the heap of a node ([MS-PST] 2.3.1.2); undefined, with an issue, when its data is none.
   *
   * ```
   * 0 ibHnpm u16   2 bSig u8 = 0xEC   3 bClientSig u8   4 hidUserRoot u32   8 rgbFillLevel
   * ```
   */
  static open(node: NodeHandle, client: number): Heap | undefined {
    const data = node.data();
    const first = data.block(0);
    if (first === undefined || first.length < 12 || (first[2] !== HEAP_SIGNATURE && first[3] !== client)) {
      node.damage('PST_HEAP_DAMAGED', `the block 0x${node.blocks.bidData.toString(16)} begins no heap`);
      return undefined;
    }
    return new Heap(data, first, node.database.layout.heapIndexBits);
  }

  /**
   * An item by its heap id, a view; undefined when there is none.
   *
   * ```
   * heap id    bits 0-4 hidType = 0   5-15 hidIndex from 1   16-31 hidBlockIndex      4k: hidIndex 5-18, hidBlockIndex 19-31
   * page map   at ibHnpm: cAlloc u16, cFree u16, rgibAlloc u16 × (cAlloc + 1)        ([MS-PST] 2.3.1.5)
   * ```
   */
  item(hid: number): Uint8Array | undefined {
    const index = (hid >>> 5) & ((1 << this.#indexBits) - 1);
    const octets = this.#block(hid >>> (5 + this.#indexBits));
    if (octets === undefined || index === 0 || (hid & 0x1f) !== 0) {
      return undefined;
    }
    const map = u16(octets, 0);
    if (index > u16(octets, map)) {
      return undefined;
    }
    const at = map + 4 + 2 * (index - 1);
    const start = u16(octets, at);
    const end = u16(octets, at + 2);
    return at + 4 <= octets.length && start <= end && end <= octets.length ? octets.subarray(start, end) : undefined;
  }

  #block(index: number): Uint8Array | undefined {
    if (index >= this.#data.blockCount) {
      return undefined;
    }
    if (!(index in this.#blocks)) {
      this.#blocks[index] = this.#data.block(index);
    }
    return this.#blocks[index];
  }
}
