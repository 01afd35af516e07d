import { pstCrc } from './checksum.js';
import type { DamageSink } from './damage.js';
import type { Layout } from './layout.js';
import { u16, u32, uWord } from './octets.js';
import type { RandomAccess } from './random-access.js';

/** The two B-trees of a file by the type of their pages (ptype, [MS-PST] 2.2.2.7.1). */
export const PAGE_TYPE = { blocks: 0x80, nodes: 0x81 } as const;

/** Which of the two. */
export type PageType = (typeof PAGE_TYPE)[keyof typeof PAGE_TYPE];

/** A page of a B-tree; the octets are a view that is valid until the next read. */
export interface TreePage {
  readonly octets: Uint8Array;
  readonly count: number;
  readonly entrySize: number;
  /** 0 is a leaf. */
  readonly level: number;
  /** The checksum matches: what the page says is what was written. */
  readonly isWhole: boolean;
  readonly bid: number;
}

/** No tree of a real file is deeper: seven levels of 15 entries a page and more. */
const MAX_LEVEL = 8;

/**
 * Reads a page of a B-tree ([MS-PST] 2.2.2.7.7.1) and its trailer (2.2.2.7.1). A wrong trailer is no reason to leave the page; entries
 * that cannot be are.
 *
 * ```
 * ANSI     …entries  496 cEnt u8, cEntMax u8, cbEnt u8, cLevel u8   500 ptype u8, ptypeRepeat u8, wSig u16, bid u32, dwCRC u32
 * Unicode  …entries  488 cEnt u8, cEntMax u8, cbEnt u8, cLevel u8   496 ptype, ptypeRepeat, wSig u16, dwCRC u32, bid u64
 * 4k       …entries 4056 cEnt u16, cEntMax u16, cbEnt u8, cLevel u8 4072 as Unicode, then eight octets more
 * ```
 */
export function readTreePage(
  file: RandomAccess,
  layout: Layout,
  type: PageType,
  offset: number,
  damage: DamageSink | undefined,
): TreePage | undefined {
  const octets = file.readAt(offset, layout.pageSize);
  if (octets.length < layout.pageSize) {
    damage?.('PST_PAGE_DAMAGED', 'a page of the index lies beyond the end of the file', offset);
    return undefined;
  }
  const page = decodeTreePage(octets, layout, type);
  const isTyped = octets[layout.pageBody] === type || octets[layout.pageBody + 1] === type;
  if (page === undefined || !(isTyped || page.isWhole)) {
    damage?.('PST_PAGE_DAMAGED', 'a page of the index is no page of an index', offset);
    return undefined;
  }
  if (!page.isWhole) {
    damage?.('PST_PAGE_CRC', 'the checksum of a page of the index does not match', offset);
  }
  return page;
}

/** The page in the octets, or undefined when its counts cannot be. */
function decodeTreePage(octets: Uint8Array, layout: Layout, type: PageType): TreePage | undefined {
  const counts = layout.pageCounts;
  const count = layout.hasWideCounts ? u16(octets, counts) : (octets[counts] ?? 0);
  const stored = octets[counts + (layout.hasWideCounts ? 4 : 2)] ?? 0;
  const level = octets[counts + (layout.hasWideCounts ? 5 : 3)] ?? 0;
  const least = level > 0 ? layout.branchEntry : type === PAGE_TYPE.nodes ? layout.nodeEntry : layout.blockEntry;
  const entrySize = stored >= least && stored <= 2 * layout.nodeEntry ? stored : least;
  if (level > MAX_LEVEL || count === 0 || count * entrySize > counts) {
    return undefined;
  }
  const trailer = layout.pageBody;
  const crc = u32(octets, trailer + (layout.isAnsi ? 8 : 4));
  const bid = uWord(octets, trailer + (layout.isAnsi ? 4 : 8), layout.isAnsi);
  return { octets, count, entrySize, level, bid, isWhole: crc === pstCrc(octets.subarray(0, layout.pageBody)) };
}

/** True when the trailer names the type twice and the checksum holds: a page that a scan may trust. */
export function isTrustworthyLeaf(octets: Uint8Array, layout: Layout, type: PageType): TreePage | undefined {
  if (octets[layout.pageBody] !== type || octets[layout.pageBody + 1] !== type) {
    return undefined;
  }
  const page = decodeTreePage(octets, layout, type);
  return page?.level === 0 && page.isWhole ? page : undefined;
}
