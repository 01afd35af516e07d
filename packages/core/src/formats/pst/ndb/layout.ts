/**
 * What differs between the three layouts of [MS-PST]: ANSI (wVer 14, 15), Unicode (23) and the 4k pages of
 * Outlook 2013 and later (36, 37; not in the specification: offsets were found in files and agree with libpff).
 */

/** The name of a layout. */
export type Variant = 'ansi' | 'unicode' | 'unicode4k';

/** Sizes and offsets of one layout, in octets. */
export interface Layout {
  readonly variant: Variant;
  /** 32-bit ids and offsets. */
  readonly isAnsi: boolean;
  readonly pageSize: number;
  /** Octets of a page before its trailer. */
  readonly pageBody: number;
  /** Where cEnt, cEntMax, cbEnt and cLevel lie in a page of a B-tree (2.2.2.7.7.1). */
  readonly pageCounts: number;
  /** The counts are of two octets each. */
  readonly hasWideCounts: boolean;
  readonly blockTrailer: number;
  /** Octets of data that a block has at most. */
  readonly blockMax: number;
  /** Blocks start at multiples of this. */
  readonly blockAlign: number;
  readonly branchEntry: number;
  readonly nodeEntry: number;
  readonly blockEntry: number;
  /** Bits of the index in a heap id (2.3.1.1); the rest above are the block. */
  readonly heapIndexBits: number;
  /** Where the root of the file lies in the header (2.2.2.6). */
  readonly headerRoot: number;
  readonly headerCrypt: number;
}

const ANSI: Layout = {
  variant: 'ansi',
  isAnsi: true,
  pageSize: 512,
  pageBody: 500,
  pageCounts: 496,
  hasWideCounts: false,
  blockTrailer: 12,
  blockMax: 8180,
  blockAlign: 64,
  branchEntry: 12,
  nodeEntry: 16,
  blockEntry: 12,
  heapIndexBits: 11,
  headerRoot: 0xa4,
  headerCrypt: 461,
};

const UNICODE: Layout = {
  variant: 'unicode',
  isAnsi: false,
  pageSize: 512,
  pageBody: 496,
  pageCounts: 488,
  hasWideCounts: false,
  blockTrailer: 16,
  blockMax: 8176,
  blockAlign: 64,
  branchEntry: 24,
  nodeEntry: 32,
  blockEntry: 24,
  heapIndexBits: 11,
  headerRoot: 0xb4,
  headerCrypt: 513,
};

const UNICODE_4K: Layout = {
  ...UNICODE,
  variant: 'unicode4k',
  pageSize: 4096,
  pageBody: 4072,
  pageCounts: 4056,
  hasWideCounts: true,
  blockTrailer: 24,
  blockMax: 65512,
  blockAlign: 512,
  heapIndexBits: 14,
};

/** All layouts, the most frequent first. */
export const LAYOUTS: readonly Layout[] = [UNICODE, UNICODE_4K, ANSI];

/** The layout that the version number in the header names; undefined for a number that no Outlook wrote. */
export function layoutOfVersion(version: number): Layout | undefined {
  if (version === 14 || version === 15) {
    return ANSI;
  }
  if (version >= 36 && version <= 39) {
    return UNICODE_4K;
  }
  return version >= 20 && version < 36 ? UNICODE : undefined;
}
