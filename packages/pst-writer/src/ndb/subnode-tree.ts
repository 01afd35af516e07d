// The subnodes of a node: an SLBLOCK, or SLBLOCKs below an SIBLOCK, [MS-PST] 2.2.2.8.3.3.
import type { NodeDatabase } from './node-database.js';
import { idSize, putId } from './variant.js';

/** NID type of data that has no structure of its own, [MS-PST] 2.2.2.1. */
export const NID_TYPE_LTP = 0x1f;

const BTYPE_SUBNODES = 0x02;
const FIRST_INDEX = 0x400;

interface Subnode {
  readonly nid: number;
  readonly bidData: number;
  readonly bidSub: number;
}

/** Collects the subnodes of one node. */
export class SubnodeTree {
  readonly #db: NodeDatabase;
  readonly #subnodes: Subnode[] = [];
  #nextIndex = FIRST_INDEX;

  constructor(db: NodeDatabase) {
    this.#db = db;
  }

  /** A NID that this node does not use yet. */
  nextNid(type: number): number {
    this.#nextIndex++;
    return this.#nextIndex * 32 + type;
  }

  add(nid: number, bidData: number, bidSub: number): void {
    this.#db.refer(bidData);
    this.#db.refer(bidSub);
    this.#subnodes.push({ nid, bidData, bidSub });
  }

  /** Writes the blocks; returns their BID, 0 where there are no subnodes. */
  write(): number {
    const subnodes = this.#subnodes.sort((a, b) => a.nid - b.nid);
    if (subnodes.length === 0) {
      return 0;
    }
    const { variant } = this.#db;
    const width = idSize(variant);
    const perLeaf = Math.floor((variant.maxBlockData - 2 * 4) / (3 * width));
    const leaves: [number, number][] = [];
    for (let first = 0; first < subnodes.length; first += perLeaf) {
      const part = subnodes.slice(first, first + perLeaf);
      const bid = this.#writeBlock(
        0,
        part.map(({ nid, bidData, bidSub }) => [nid, bidData, bidSub]),
      );
      leaves.push([(part[0] as Subnode).nid, bid]);
    }
    if (leaves.length === 1) {
      return (leaves[0] as [number, number])[1];
    }
    for (const [, bid] of leaves) {
      this.#db.refer(bid);
    }
    return this.#writeBlock(1, leaves);
  }

  /**
   * btype(1) cLevel(1) cEnt(2), with 64-bit ids 4 octets of padding, then SLENTRY (nid, bidData, bidSub) or SIENTRY
   * (nid, bid), every field in the width of the variant.
   */
  #writeBlock(level: number, rows: readonly (readonly number[])[]): number {
    const { variant } = this.#db;
    const width = idSize(variant);
    const start = variant.isWide ? 8 : 4;
    const columns = level === 0 ? 3 : 2;
    const block = Buffer.alloc(start + rows.length * columns * width);
    block.writeUInt8(BTYPE_SUBNODES, 0);
    block.writeUInt8(level, 1);
    block.writeUInt16LE(rows.length, 2);
    for (const [i, row] of rows.entries()) {
      for (const [j, value] of row.entries()) {
        putId(variant, block, start + (i * columns + j) * width, value);
      }
    }
    return this.#db.writeInternal(block);
  }
}
