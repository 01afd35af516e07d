// The BBT and the NBT, built bottom up from sorted entries, [MS-PST] 2.2.2.7.7.
import type { Allocator } from './allocator.js';
import { sealPage } from './page.js';
import type { SequentialOutput } from './sequential-output.js';
import { idSize, putId, type Variant } from './variant.js';

export const PTYPE_BBT = 0x80;
export const PTYPE_NBT = 0x81;

/** Where pages go. */
export interface PageSink {
  readonly variant: Variant;
  readonly allocator: Allocator;
  readonly output: SequentialOutput;
  nextPageBid(): number;
}

/** A BREF, [MS-PST] 2.2.2.4: the BID and the offset of a page or block. */
export interface BlockReference {
  readonly bid: number;
  readonly offset: number;
}

/** The leaves of a tree: `count` entries of `size` octets, ascending by key. */
export interface Leaves {
  readonly count: number;
  readonly size: number;
  keyOf(index: number): number;
  put(index: number, buffer: Buffer, at: number): void;
}

interface Child extends BlockReference {
  readonly key: number;
}

/** Writes the pages of a tree and returns its root. A tree without entries is one empty leaf. */
export function writeBTree(sink: PageSink, type: number, leaves: Leaves): BlockReference {
  let level = writeLevel(sink, type, 0, leaves);
  for (let depth = 1; level.length > 1; depth++) {
    level = writeLevel(sink, type, depth, branches(sink.variant, level));
  }
  return level[0] as Child;
}

/** BTENTRY, [MS-PST] 2.2.2.7.7.2: key, BID, offset. */
function branches(variant: Variant, children: readonly Child[]): Leaves {
  const width = idSize(variant);
  return {
    count: children.length,
    size: 3 * width,
    keyOf: (index) => (children[index] as Child).key,
    put: (index, buffer, at) => {
      const child = children[index] as Child;
      putId(variant, buffer, at, child.key);
      putId(variant, buffer, at + width, child.bid);
      putId(variant, buffer, at + 2 * width, child.offset);
    },
  };
}

function writeLevel(sink: PageSink, type: number, depth: number, entries: Leaves): Child[] {
  const { variant } = sink;
  const perPage = Math.floor(entriesArea(variant) / entries.size);
  const pages: Child[] = [];
  for (let first = 0; first === 0 || first < entries.count; first += perPage) {
    const count = Math.min(perPage, entries.count - first);
    const offset = sink.allocator.allocate(variant.pageSize, variant.pageSize === 4096 ? 4096 : 512);
    const page = sink.output.reserve(offset, variant.pageSize);
    for (let i = 0; i < count; i++) {
      entries.put(first + i, page, i * entries.size);
    }
    putCounts(variant, page, count, perPage, entries.size, depth);
    const bid = sink.nextPageBid();
    sealPage(variant, page, type, offset, bid, false);
    pages.push({ key: count === 0 ? 0 : entries.keyOf(first), bid, offset });
  }
  return pages;
}

/** 64-bit: 488 octets of entries; 32-bit: 496; 4 KiB pages: 4056. */
function entriesArea(variant: Variant): number {
  if (variant.pageSize === 4096) {
    return 4056;
  }
  return variant.isWide ? 488 : 496;
}

/** cEnt(1) cEntMax(1) cbEnt(1) cLevel(1) behind the entries; with 4 KiB pages the first two have two octets. */
function putCounts(variant: Variant, page: Buffer, count: number, max: number, size: number, depth: number): void {
  const at = entriesArea(variant);
  if (variant.pageSize === 4096) {
    page.writeUInt16LE(count, at);
    page.writeUInt16LE(max, at + 2);
    page.writeUInt8(size, at + 4);
    page.writeUInt8(depth, at + 5);
  } else {
    page.writeUInt8(count, at);
    page.writeUInt8(max, at + 1);
    page.writeUInt8(size, at + 2);
    page.writeUInt8(depth, at + 3);
  }
}
