// Every block of the BBT: trailer, CRC, signature; what internal blocks refer to; and the reference counts.
import { inflateSync } from 'node:zlib';
import { type CheckedFile, type Extents, hex } from './checked-file.js';
import { expectedSignature, tableCrc } from './crc.js';
import { idAt, type Layout } from './layout.js';

/** A row of the BBT. */
export interface CheckedBlock {
  readonly bid: number;
  readonly offset: number;
  readonly size: number;
  readonly inflated: number;
  readonly references: number;
}

/** Reads a BBT leaf entry; bit 0 of a BID says nothing. */
export function decodeBlockEntry(layout: Layout, entry: Buffer): CheckedBlock {
  const at = 2 * layout.idSize;
  const size = entry.readUInt16LE(at);
  const is4k = layout.pageSize === 4096;
  return {
    bid: withoutBit0(idAt(layout, entry, 0)),
    offset: idAt(layout, entry, layout.idSize),
    size,
    inflated: is4k ? entry.readUInt16LE(at + 2) : size,
    references: entry.readUInt16LE(is4k ? at + 4 : at + 2),
  };
}

/** A BID without its reserved bit. */
export function withoutBit0(bid: number): number {
  return bid - (bid % 2);
}

/** Octets of data in each block or tree by BID, and how often each BID is referred to by internal blocks. */
export interface BlockFacts {
  readonly sizes: ReadonlyMap<number, number>;
  readonly references: Map<number, number>;
}

/** Checks all blocks. */
export function checkBlocks(file: CheckedFile, extents: Extents, blocks: readonly CheckedBlock[]): BlockFacts {
  const sizes = new Map(blocks.map((block) => [block.bid, block.inflated]));
  const references = new Map<number, number>();
  const internal: (readonly [CheckedBlock, Buffer])[] = [];
  for (const block of blocks) {
    const data = checkBlock(file, extents, block);
    if (block.bid & 2) {
      const plain = block.size === block.inflated ? data : inflateSync(data);
      internal.push([block, plain]);
      for (const bid of referencesOf(extents.layout, plain)) {
        references.set(bid, (references.get(bid) ?? 0) + 1);
      }
    }
  }
  // XBLOCKs before XXBLOCKs: the size of an XBLOCK, as seen from above, is that of its tree.
  for (const [block, data] of internal.sort(([, a], [, b]) => (a[1] as number) - (b[1] as number))) {
    checkInternal(file, extents.layout, block, data, sizes);
    sizes.set(block.bid, data.readUInt32LE(4));
  }
  return { sizes, references };
}

/** BLOCKTRAILER, [MS-PST] 2.2.2.8.1. */
function checkBlock(file: CheckedFile, extents: Extents, block: CheckedBlock): Buffer {
  const { layout } = extents;
  const total = Math.ceil((block.size + layout.trailerSize) / layout.unit) * layout.unit;
  const bytes = file.read(block.offset, total);
  extents.list.push([block.offset, total]);
  const where = `block ${hex(block.bid)} at ${hex(block.offset)}`;
  file.expect(block.offset % layout.unit === 0, `${where}: not aligned`);
  const at = total - layout.trailerSize;
  const [crcAt, bidAt] = layout.idSize === 8 ? [at + 4, at + 8] : [at + 8, at + 4];
  const bid = idAt(layout, bytes, bidAt);
  file.expect(bytes.readUInt16LE(at) === block.size, `${where}: size ${bytes.readUInt16LE(at)} instead of ${block.size}`);
  file.expect(withoutBit0(bid) === block.bid, `${where}: BID ${hex(bid)} in the trailer`);
  file.expect(bytes.readUInt16LE(at + 2) === expectedSignature(block.offset, bid), `${where}: wrong signature`);
  file.expect(bytes.readUInt32LE(crcAt) === tableCrc(bytes.subarray(0, block.size)), `${where}: wrong CRC`);
  return bytes.subarray(0, block.size);
}

/** BIDs in an XBLOCK, XXBLOCK, SLBLOCK or SIBLOCK, [MS-PST] 2.2.2.8.3. */
function referencesOf(layout: Layout, data: Buffer): number[] {
  const { idSize } = layout;
  const [type, level, count] = [data[0], data[1] as number, data.readUInt16LE(2)];
  const bids: number[] = [];
  if (type === 1) {
    for (let i = 0; i < count && 8 + (i + 1) * idSize <= data.length; i++) {
      bids.push(idAt(layout, data, 8 + i * idSize));
    }
  } else {
    for (const entry of subnodeEntries(layout, data, level, count)) {
      bids.push(...entry.slice(1));
    }
  }
  return bids.filter((bid) => bid > 1).map(withoutBit0);
}

function subnodeEntries(layout: Layout, data: Buffer, level: number, count: number): number[][] {
  const { idSize } = layout;
  const start = idSize === 8 ? 8 : 4;
  const columns = level === 0 ? 3 : 2;
  const entries: number[][] = [];
  for (let i = 0; i < count && start + (i + 1) * columns * idSize <= data.length; i++) {
    entries.push(Array.from({ length: columns }, (_, j) => idAt(layout, data, start + (i * columns + j) * idSize)));
  }
  return entries;
}

function checkInternal(file: CheckedFile, layout: Layout, block: CheckedBlock, data: Buffer, sizes: Map<number, number>): void {
  const where = `block ${hex(block.bid)}`;
  if (data[0] === 1) {
    const total = referencesOf(layout, data).reduce((sum, bid) => sum + (sizes.get(bid) ?? 0), 0);
    file.expect(total === data.readUInt32LE(4), `${where}: lcbTotal ${data.readUInt32LE(4)}, its blocks have ${total}`);
    return;
  }
  file.expect(data[0] === 2, `${where}: unknown type ${data[0]}`);
  const nids = subnodeEntries(layout, data, data[1] as number, data.readUInt16LE(2)).map(([nid = 0]) => nid % 2 ** 32);
  file.expect(nids.length === data.readUInt16LE(2), `${where}: shorter than its ${data.readUInt16LE(2)} entries`);
  file.expect(
    nids.every((nid, i) => i === 0 || nid > (nids[i - 1] as number)),
    `${where}: subnodes out of order`,
  );
}
