// Data of any size as one block, an XBLOCK or an XXBLOCK over data blocks, [MS-PST] 2.2.2.8.3.2.
import type { NodeDatabase } from './node-database.js';
import { idSize, putId } from './variant.js';

const BTYPE_DATA_TREE = 0x01;
const TREE_HEADER = 8;

/** Writes octets and returns the BID of the block or tree; 0 (no block) for none. */
export function writeDataTree(db: NodeDatabase, data: Uint8Array): number {
  const max = db.variant.maxBlockData;
  return writeBlocks(db, Math.ceil(data.length / max), (i) => data.subarray(i * max, (i + 1) * max));
}

/** Writes blocks of the caller's making; every one but the last must be full, [MS-PST] 2.2.2.8.3.2.1. */
export function writeBlocks(db: NodeDatabase, count: number, blockAt: (index: number) => Uint8Array): number {
  if (count === 0) {
    return 0;
  }
  const bids: number[] = [];
  let total = 0;
  const sums: number[] = [];
  for (let i = 0; i < count; i++) {
    const block = blockAt(i);
    bids.push(db.writeData(block));
    total += block.length;
    sums.push(total);
  }
  if (count === 1) {
    return bids[0] as number;
  }
  const perBlock = Math.floor((db.variant.maxBlockData - TREE_HEADER) / idSize(db.variant));
  const upper: number[] = [];
  for (let first = 0; first < count; first += perBlock) {
    const last = Math.min(first + perBlock, count) - 1;
    const size = (sums[last] as number) - (first === 0 ? 0 : (sums[first - 1] as number));
    upper.push(writeTreeBlock(db, 1, bids.slice(first, last + 1), size));
  }
  return upper.length === 1 ? (upper[0] as number) : writeTreeBlock(db, 2, upper, total);
}

/** XBLOCK (level 1) and XXBLOCK (level 2): btype(1) cLevel(1) cEnt(2) lcbTotal(4) rgbid. */
function writeTreeBlock(db: NodeDatabase, level: number, bids: readonly number[], total: number): number {
  const width = idSize(db.variant);
  const block = Buffer.alloc(TREE_HEADER + bids.length * width);
  block.writeUInt8(BTYPE_DATA_TREE, 0);
  block.writeUInt8(level, 1);
  block.writeUInt16LE(bids.length, 2);
  block.writeUInt32LE(total % 0x1_0000_0000, 4);
  for (const [index, bid] of bids.entries()) {
    putId(db.variant, block, TREE_HEADER + index * width, bid);
    db.refer(bid);
  }
  return db.writeInternal(block);
}
