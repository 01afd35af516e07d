import { BlockTable } from './block-table.js';
import type { DamageSink } from './damage.js';
import type { Layout } from './layout.js';
import { NodeTable } from './node-table.js';
import { u16, u32, uWord } from './octets.js';
import { isTrustworthyLeaf, PAGE_TYPE, type PageType, readTreePage, type TreePage } from './page.js';
import type { RandomAccess } from './random-access.js';

/** Keys that a damaged page hides: from `low`, below `high`. */
interface Gap {
  readonly low: number;
  readonly high: number;
}

/** A page still to be read. */
interface Visit extends Gap {
  readonly offset: number;
  /** The level that the parent promises; undefined for the root. */
  readonly level: number | undefined;
  /** The first key of the page, from a parent that is whole; undefined where nothing can be held against the page. */
  readonly promised: number | undefined;
}

type TakeLeaf = (page: TreePage, wanted: (key: number) => boolean) => void;

/** Loads the block B-tree ([MS-PST] 2.2.2.7.7.3) whole. */
export function loadBlockTable(file: RandomAccess, layout: Layout, root: number, damage: DamageSink): BlockTable {
  const table = new BlockTable();
  const take: TakeLeaf = (page, wanted) => addBlocks(table, page, layout, wanted);
  loadTree(file, layout, PAGE_TYPE.blocks, root, take, damage);
  return table;
}

/** Loads the node B-tree ([MS-PST] 2.2.2.7.7.4) whole. */
export function loadNodeTable(file: RandomAccess, layout: Layout, root: number, damage: DamageSink): NodeTable {
  const table = new NodeTable();
  const take: TakeLeaf = (page, wanted) => addNodes(table, page, layout, wanted);
  loadTree(file, layout, PAGE_TYPE.nodes, root, take, damage);
  return table;
}

/**
 * The blocks of a leaf.
 *
 * ```
 * ANSI     0 bid u32   4 ib u32    8 cb u16  10 cRef u16
 * Unicode  0 bid u64   8 ib u64   16 cb u16  18 cRef u16  20 padding
 * 4k       0 bid u64   8 ib u64   16 cb u16  18 cb before compression u16  20 cRef u16 …
 * ```
 */
function addBlocks(table: BlockTable, page: TreePage, layout: Layout, wanted: (key: number) => boolean): void {
  const { octets } = page;
  const word = layout.isAnsi ? 4 : 8;
  for (let i = 0; i < page.count; i += 1) {
    const at = i * page.entrySize;
    const bid = uWord(octets, at, layout.isAnsi);
    if (bid !== 0 && wanted(bid)) {
      const inflated = layout.variant === 'unicode4k' ? u16(octets, at + 2 * word + 2) : 0;
      table.add(bid, uWord(octets, at + word, layout.isAnsi), u16(octets, at + 2 * word), inflated);
    }
  }
}

/**
 * The nodes of a leaf.
 *
 * ```
 * ANSI     0 nid u32   4 bidData u32   8 bidSub u32  12 nidParent u32
 * Unicode  0 nid u32 (of 8)  8 bidData u64  16 bidSub u64  24 nidParent u32  28 padding
 * ```
 */
function addNodes(table: NodeTable, page: TreePage, layout: Layout, wanted: (key: number) => boolean): void {
  const { octets } = page;
  const word = layout.isAnsi ? 4 : 8;
  for (let i = 0; i < page.count; i += 1) {
    const at = i * page.entrySize;
    const nid = u32(octets, at);
    if (nid !== 0 && wanted(nid)) {
      const bidData = uWord(octets, at + word, layout.isAnsi);
      const bidSub = uWord(octets, at + 2 * word, layout.isAnsi);
      table.add({ nid, bidData, bidSub, parent: u32(octets, at + 3 * word) });
    }
  }
}

const EVERY_KEY = (): boolean => true;

/** Walks the tree from its root in the order of keys; what cannot be read is looked for in the whole file. */
function loadTree(file: RandomAccess, layout: Layout, type: PageType, root: number, take: TakeLeaf, damage: DamageSink): void {
  const gaps: Gap[] = [];
  const visited = new Set<number>();
  const stack: Visit[] = [{ offset: root, level: undefined, promised: undefined, low: 0, high: Number.POSITIVE_INFINITY }];
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    const page = visited.has(visit.offset) ? undefined : readExpected(file, layout, type, visit, damage);
    visited.add(visit.offset);
    if (page === undefined) {
      gaps.push(visit);
    } else if ((visit.level ?? page.level) === 0) {
      take(page, EVERY_KEY);
    } else {
      pushChildren(stack, page, layout, visit);
    }
  }
  if (gaps.length > 0) {
    salvageLeaves(file, layout, type, gaps, take, damage);
  }
}

/**
 * A page of the level and with the keys that its parent promised. Where they differ, the page is damaged, or whole and in the place
 * of another. A damaged page whose first key alone is not what was promised is the right one: the key is put back.
 */
function readExpected(file: RandomAccess, layout: Layout, type: PageType, visit: Visit, damage: DamageSink): TreePage | undefined {
  const page = readTreePage(file, layout, type, visit.offset, damage);
  if (page === undefined || visit.level === undefined) {
    return page;
  }
  if (visit.level === page.level) {
    if (visit.promised === undefined || isBetween(keyAt(page, 0, layout, type), visit)) {
      return page;
    }
    if (!page.isWhole && hasKeyOf(page, layout, type, visit)) {
      return withFirstKey(page, visit.promised, layout, type);
    }
  }
  damage('PST_PAGE_DAMAGED', 'a page of the index is not the one that its parent means', visit.offset);
  return undefined;
}

function keyAt({ octets, entrySize }: TreePage, index: number, layout: Layout, type: PageType): number {
  return uWord(octets, index * entrySize, layout.isAnsi || type === PAGE_TYPE.nodes);
}

function isBetween(key: number, { low, high }: Gap): boolean {
  return key >= low && key < high;
}

function hasKeyOf(page: TreePage, layout: Layout, type: PageType, gap: Gap): boolean {
  for (let i = 1; i < page.count; i += 1) {
    if (isBetween(keyAt(page, i, layout, type), gap)) {
      return true;
    }
  }
  return false;
}

/** An own copy of the page with another key in its first entry. */
function withFirstKey(page: TreePage, key: number, layout: Layout, type: PageType): TreePage {
  const octets = Buffer.from(page.octets);
  octets.writeUInt32LE(key % 0x1_0000_0000, 0);
  if (!layout.isAnsi && type === PAGE_TYPE.blocks) {
    octets.writeUInt32LE(Math.floor(key / 0x1_0000_0000), 4);
  }
  return { ...page, octets };
}

/**
 * The children of a branch ([MS-PST] 2.2.2.7.7.2), the last one first: the stack turns them round.
 *
 * ```
 * ANSI     0 btkey u32   4 bid u32   8 ib u32
 * Unicode  0 btkey u64   8 bid u64  16 ib u64
 * ```
 */
function pushChildren(stack: Visit[], page: TreePage, layout: Layout, visit: Visit): void {
  const word = layout.isAnsi ? 4 : 8;
  const level = (visit.level ?? page.level) - 1;
  let high = visit.high;
  for (let i = page.count - 1; i >= 0; i -= 1) {
    const at = i * page.entrySize;
    const offset = uWord(page.octets, at + 2 * word, layout.isAnsi);
    // The keys of a page with a wrong checksum say nothing of what a lost child had.
    const promised = page.isWhole ? uWord(page.octets, at, layout.isAnsi) : undefined;
    const low = i === 0 ? visit.low : (promised ?? visit.low);
    stack.push({ offset, level, promised, low, high });
    high = promised === undefined ? visit.high : low;
  }
}

/** A leaf that a scan found. */
interface Leaf {
  readonly offset: number;
  readonly bid: number;
}

/** Reads the whole file once for leaves that hold keys of the gaps; the one written last (with the greatest bid) counts. */
function salvageLeaves(file: RandomAccess, layout: Layout, type: PageType, gaps: readonly Gap[], take: TakeLeaf, damage: DamageSink): void {
  const isHidden = hiddenIn(gaps);
  const leaves = findLeaves(file, layout, type).sort((a, b) => b.bid - a.bid);
  const taken = new Set<number>();
  for (const leaf of leaves) {
    const page = isTrustworthyLeaf(file.readAt(leaf.offset, layout.pageSize), layout, type);
    if (page !== undefined) {
      take(page, (key) => isHidden(key) && !taken.has(key) && taken.add(key) === taken);
    }
  }
  const what = type === PAGE_TYPE.nodes ? 'nodes' : 'blocks';
  damage('PST_INDEX_SALVAGED', `${taken.size} entries of the damaged index of ${what} were found in other pages`);
}

/** A test for keys in any of the gaps, which are put in order and joined first: both may be many. */
function hiddenIn(gaps: readonly Gap[]): (key: number) => boolean {
  const lows: number[] = [];
  const highs: number[] = [];
  for (const gap of [...gaps].sort((a, b) => a.low - b.low)) {
    const last = highs.length - 1;
    if (last >= 0 && gap.low <= (highs[last] ?? 0)) {
      highs[last] = Math.max(highs[last] ?? 0, gap.high);
    } else {
      lows.push(gap.low);
      highs.push(gap.high);
    }
  }
  return (key) => {
    let low = 0;
    let high = lows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((lows[middle] ?? 0) <= key) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low > 0 && key < (highs[low - 1] ?? 0);
  };
}

const SCAN_SIZE = 1024 * 1024;

function findLeaves(file: RandomAccess, layout: Layout, type: PageType): Leaf[] {
  const leaves: Leaf[] = [];
  for (let start = 0; start < file.size; start += SCAN_SIZE) {
    const octets = file.readAt(start, SCAN_SIZE);
    for (let at = 0; at + layout.pageSize <= octets.length; at += layout.pageSize) {
      if (octets[at + layout.pageBody] === type) {
        const page = isTrustworthyLeaf(octets.subarray(at, at + layout.pageSize), layout, type);
        if (page !== undefined) {
          leaves.push({ offset: start + at, bid: page.bid });
        }
      }
    }
  }
  return leaves;
}
