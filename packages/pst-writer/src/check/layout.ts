// Sizes and places of the variants, once more and from the reader's side: the checker shares no code with the writer.

/** What the checker must know of a variant. */
export interface Layout {
  readonly version: number;
  readonly idSize: 4 | 8;
  readonly pageSize: number;
  readonly trailerSize: number;
  readonly unit: number;
  readonly firstAMap: number;
  readonly amapAt: number;
  readonly amapSize: number;
  /** Where in a B-tree page the counts are. */
  readonly countsAt: number;
  /** Places in the header: fileEof, lastAMap, amapFree, NBT (bid, offset) and BBT (bid, offset) follow each other. */
  readonly rootAt: number;
}

const WIDE = { idSize: 8, rootAt: 184, amapAt: 0 } as const;
const SMALL_PAGES = { pageSize: 512, unit: 64, firstAMap: 0x4400, amapSize: 496 } as const;

/** The layout of `wVer`, undefined for an unknown one. */
export function layoutFor(version: number): Layout | undefined {
  if (version === 14 || version === 15) {
    return { version, idSize: 4, rootAt: 168, amapAt: 4, ...SMALL_PAGES, trailerSize: 12, countsAt: 496 };
  }
  if (version === 23) {
    return { version, ...WIDE, ...SMALL_PAGES, trailerSize: 16, countsAt: 488 };
  }
  if (version === 36) {
    const pages = { pageSize: 4096, unit: 512, firstAMap: 0x22000, amapSize: 4072 } as const;
    return { version, ...WIDE, ...pages, trailerSize: 24, countsAt: 4056 };
  }
  return undefined;
}

/** An id or offset in the width of the variant. */
export function idAt(layout: Layout, bytes: Buffer, at: number): number {
  const low = bytes.readUInt32LE(at);
  return layout.idSize === 8 ? low + bytes.readUInt32LE(at + 4) * 2 ** 32 : low;
}
