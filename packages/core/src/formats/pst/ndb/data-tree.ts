import { type BlockReader, isInternalBlock } from './block.js';
import type { DamageSink } from './damage.js';
import { u16, uWord } from './octets.js';

/** Values that are gathered to one chunk when a data tree is streamed, in octets. */
const CHUNK_SIZE = 1024 * 1024;
/** The first chunk is smaller: many callers look only at the beginning. */
const FIRST_CHUNK_SIZE = 24 * 1024;

/** The data of a node: one block, or the blocks that an XBLOCK or XXBLOCK lists ([MS-PST] 2.2.2.8.3). */
export class DataTree {
  /** Octets in all. */
  readonly size: number;
  readonly #reader: BlockReader;
  readonly #bids: readonly number[];
  readonly #sizes: readonly number[];
  readonly #damage: DamageSink;

  private constructor(reader: BlockReader, bids: readonly number[], damage: DamageSink) {
    this.#reader = reader;
    this.#bids = bids;
    this.#damage = damage;
    const { blockMax } = reader.layout;
    // A block that is lost keeps its place: what follows it would be at the wrong offset.
    this.#sizes = bids.map((bid, i) => reader.sizeOf(bid) ?? (i < bids.length - 1 ? blockMax : 0));
    this.size = this.#sizes.reduce((sum, size) => sum + size, 0);
  }

  /** The data that a bid stands for. Nothing but the lists of blocks is read yet. */
  static open(reader: BlockReader, bid: number, damage: DamageSink): DataTree {
    if (bid === 0) {
      return new DataTree(reader, [], damage);
    }
    return new DataTree(reader, isInternalBlock(bid) ? listBlocks(reader, bid, damage) : [bid], damage);
  }

  get blockCount(): number {
    return this.#bids.length;
  }

  /** Octets in a block. */
  blockSize(index: number): number {
    return this.#sizes[index] ?? 0;
  }

  /** A block of the data, an own copy; undefined when it cannot be read. */
  block(index: number): Uint8Array | undefined {
    const bid = this.#bids[index];
    return bid === undefined ? undefined : this.#reader.read(bid, this.#damage);
  }

  /** All octets in order, in chunks of about a mebibyte but for the first; a block that cannot be read is octets of 0. */
  *chunks(): Iterable<Uint8Array> {
    if (this.#bids.length === 1) {
      yield this.#filledBlock(0);
      return;
    }
    for (let first = 0; first < this.#bids.length; ) {
      let end = first;
      let length = 0;
      const most = first === 0 ? FIRST_CHUNK_SIZE : CHUNK_SIZE;
      while (end < this.#bids.length && (length === 0 || length + this.blockSize(end) <= most)) {
        length += this.blockSize(end);
        end += 1;
      }
      yield this.#gather(first, end, length);
      first = end;
    }
  }

  /** All octets as one. The caller has looked at {@link DataTree.size} before. */
  bytes(): Uint8Array {
    return this.#bids.length === 1 ? this.#filledBlock(0) : this.#gather(0, this.#bids.length, this.size);
  }

  /** All octets in order, block by block; a view is valid until the next one is asked for. A block that cannot be read is octets of 0. */
  *lent(): Iterable<Uint8Array> {
    for (let i = 0; i < this.#bids.length; i += 1) {
      yield this.#reader.lend(this.#bids[i] ?? 0, this.#damage) ?? new Uint8Array(this.blockSize(i));
    }
  }

  #gather(first: number, end: number, length: number): Uint8Array {
    const chunk = Buffer.allocUnsafeSlow(length);
    let at = 0;
    for (let i = first; i < end; i += 1) {
      const size = this.blockSize(i);
      const place = chunk.subarray(at, at + size);
      const octets = this.#reader.read(this.#bids[i] ?? 0, this.#damage, place);
      if (octets !== undefined && octets.buffer !== chunk.buffer) {
        place.set(octets.length > size ? octets.subarray(0, size) : octets);
      }
      place.fill(0, octets?.length ?? 0);
      at += size;
    }
    return chunk;
  }

  #filledBlock(index: number): Uint8Array {
    return this.block(index) ?? new Uint8Array(this.blockSize(index));
  }
}

/**
 * The blocks of data that an XBLOCK (cLevel 1) or an XXBLOCK (cLevel 2, whose entries are XBLOCKs) lists, each once: no real list repeats
 * a block, while a forged one could make a file of gigabytes out of one.
 *
 * ```
 * 0 btype u8 = 1   1 cLevel u8   2 cEnt u16   4 lcbTotal u32   8 bids, u32 in ANSI files, u64 in others
 * ```
 */
function listBlocks(reader: BlockReader, bid: number, damage: DamageSink): number[] {
  const root = reader.read(bid, damage);
  if (root?.[0] !== 1 || root[1] === 0) {
    damage('PST_BLOCK_MISSING', `the block 0x${bid.toString(16)} lists no blocks`);
    return [];
  }
  const bids = new Set<number>();
  for (const child of listed(reader, root)) {
    const blocks = root[1] === 1 ? [child] : listedIn(reader, child, damage);
    for (const block of blocks) {
      bids.add(block);
    }
  }
  return [...bids].filter((child) => !isInternalBlock(child));
}

/** The blocks of an XBLOCK inside an XXBLOCK. */
function listedIn(reader: BlockReader, bid: number, damage: DamageSink): Iterable<number> {
  const list = isInternalBlock(bid) ? reader.read(bid, damage) : undefined;
  return list?.[0] === 1 && list[1] === 1 ? listed(reader, list) : [];
}

function* listed(reader: BlockReader, list: Uint8Array): Iterable<number> {
  const { isAnsi } = reader.layout;
  const width = isAnsi ? 4 : 8;
  const count = Math.min(u16(list, 2), Math.floor((list.length - 8) / width));
  for (let i = 0; i < count; i += 1) {
    yield uWord(list, 8 + i * width, isAnsi);
  }
}
