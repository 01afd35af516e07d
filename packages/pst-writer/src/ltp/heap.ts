// Heap-on-node, [MS-PST] 2.3.1: items of at most 3580 octets in blocks, each with its page map at the end.
import { writeBlocks } from '../ndb/data-tree.js';
import type { NodeDatabase } from '../ndb/node-database.js';
import type { Variant } from '../ndb/variant.js';

/** The largest heap item, [MS-PST] 2.3.3.3; what is larger goes to a subnode. */
export const MAX_HEAP_ITEM = 3580;

/** `bClientSig`, [MS-PST] 2.3.1.2. */
export const CLIENT_TABLE = 0x7c;
export const CLIENT_PROPERTIES = 0xbc;

const HN_SIGNATURE = 0xec;
const FIRST_BITMAP_BLOCK = 8;
const BITMAP_EVERY = 128;

/** A heap item: its HID, and its octets, which may be filled in until the heap is written. */
export interface HeapItem {
  readonly hid: number;
  readonly bytes: Buffer;
}

interface HeapBlock {
  readonly buffer: Buffer;
  /** `rgibAlloc`: where each item starts, and where the next would. */
  readonly starts: number[];
}

/** Builds the blocks of one heap. */
export class Heap {
  readonly #db: NodeDatabase;
  readonly #variant: Variant;
  readonly #clientSignature: number;
  readonly #blocks: HeapBlock[] = [];
  #last: HeapBlock;

  constructor(db: NodeDatabase, clientSignature: number) {
    this.#db = db;
    this.#variant = db.variant;
    this.#clientSignature = clientSignature;
    this.#last = this.#open();
  }

  /** Takes room for `size` octets, zeroed. */
  allocate(size: number): HeapItem {
    if (size > MAX_HEAP_ITEM) {
      throw new RangeError(`a heap item has at most ${MAX_HEAP_ITEM} octets, not ${size}`);
    }
    if (!this.#fits(size)) {
      this.#last = this.#open();
    }
    const { starts, buffer } = this.#last;
    const at = starts[starts.length - 1] as number;
    starts.push(at + size);
    const bits = this.#variant.hidIndexBits;
    const hid = ((this.#blocks.length - 1) * 2 ** (5 + bits) + (starts.length - 1) * 32) >>> 0;
    return { hid, bytes: buffer.subarray(at, at + size) };
  }

  /** Copies octets into the heap; returns their HID, 0 for none. */
  add(bytes: Uint8Array): number {
    if (bytes.length === 0) {
      return 0;
    }
    const item = this.allocate(bytes.length);
    item.bytes.set(bytes);
    return item.hid;
  }

  /** Writes the heap with `rootHid` as its user root; returns the BID of its data. The heap is used up by that. */
  write(rootHid: number): number {
    const levels = this.#blocks.map((block, index) => this.#close(block, index));
    this.#putHeader(rootHid, levels);
    for (let index = FIRST_BITMAP_BLOCK; index < this.#blocks.length; index += BITMAP_EVERY) {
      putNibbles((this.#blocks[index] as HeapBlock).buffer, 2, levels.slice(index, index + BITMAP_EVERY));
    }
    const stored = this.#blocks.map((_, index) => this.#stored(index));
    const bid = writeBlocks(this.#db, stored.length, (index) => stored[index] as Uint8Array);
    for (const [index, block] of this.#blocks.entries()) {
      this.#db.buffers.give(block.buffer, (stored[index] as Uint8Array).length);
    }
    return bid;
  }

  #open(): HeapBlock {
    const block = { buffer: this.#db.buffers.take(), starts: [prefixSize(this.#blocks.length)] };
    this.#blocks.push(block);
    return block;
  }

  /** The page map takes 4 octets and 2 for each item and for the end; an odd end costs one more. */
  #fits(size: number): boolean {
    const { starts } = this.#last;
    const end = (starts[starts.length - 1] as number) + size;
    const isIndexFree = starts.length < 2 ** this.#variant.hidIndexBits - 1;
    return isIndexFree && end + (end & 1) + 4 + 2 * (starts.length + 1) <= this.#variant.maxBlockData;
  }

  /**
   * HNPAGEMAP, [MS-PST] 2.3.1.5: cAlloc(2) cFree(2) rgibAlloc. In the last block it follows the items, in a full block
   * it ends the block. Returns the fill level.
   */
  #close(block: HeapBlock, index: number): number {
    const end = block.starts[block.starts.length - 1] as number;
    const size = 4 + 2 * block.starts.length;
    const isLast = index === this.#blocks.length - 1;
    const at = isLast ? end + (end & 1) : Math.floor((this.#variant.maxBlockData - size) / 2) * 2;
    block.buffer.writeUInt16LE(at, 0);
    block.buffer.writeUInt16LE(block.starts.length - 1, at);
    for (const [i, start] of block.starts.entries()) {
      block.buffer.writeUInt16LE(start, at + 4 + 2 * i);
    }
    return fillLevel(this.#variant.maxBlockData - end - size);
  }

  #stored(index: number): Uint8Array {
    const { buffer } = this.#blocks[index] as HeapBlock;
    if (index < this.#blocks.length - 1) {
      return buffer;
    }
    const at = buffer.readUInt16LE(0);
    return buffer.subarray(0, at + 4 + 2 * (buffer.readUInt16LE(at) + 1));
  }

  /** HNHDR, [MS-PST] 2.3.1.2: ibHnpm(2) bSig(1) bClientSig(1) hidUserRoot(4) rgbFillLevel(4). */
  #putHeader(rootHid: number, levels: readonly number[]): void {
    const { buffer } = this.#blocks[0] as HeapBlock;
    buffer.writeUInt8(HN_SIGNATURE, 2);
    buffer.writeUInt8(this.#clientSignature, 3);
    buffer.writeUInt32LE(rootHid, 4);
    putNibbles(buffer, 8, levels.slice(0, FIRST_BITMAP_BLOCK));
  }
}

/** Octets before the first item: HNHDR, HNBITMAPHDR (block 8 and each 128th after it) or HNPAGEHDR. */
function prefixSize(index: number): number {
  if (index === 0) {
    return 12;
  }
  return index >= FIRST_BITMAP_BLOCK && (index - FIRST_BITMAP_BLOCK) % BITMAP_EVERY === 0 ? 66 : 2;
}

/** Fill levels are nibbles, the lower one first. */
function putNibbles(buffer: Buffer, at: number, levels: readonly number[]): void {
  for (const [index, level] of levels.entries()) {
    const octet = at + (index >> 1);
    buffer[octet] = (buffer[octet] as number) | (level << (4 * (index & 1)));
  }
}

/** The least free space of each level, [MS-PST] 2.3.1.2. */
const LEVELS = [3584, 2560, 2048, 1792, 1536, 1280, 1024, 768, 512, 256, 128, 64, 32, 16, 8];

function fillLevel(free: number): number {
  const level = LEVELS.findIndex((least) => free >= least);
  return level === -1 ? 15 : level;
}
