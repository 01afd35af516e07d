// Walks the NBT and the BBT: trailers, CRCs, signatures, levels, order of keys, [MS-PST] 2.2.2.7.7.
import { type CheckedFile, type Extents, hex } from './checked-file.js';
import { expectedSignature, tableCrc } from './crc.js';
import { idAt, type Layout } from './layout.js';

/** A leaf entry: its octets. */
export type LeafEntry = Buffer;

/** What a page is expected to be. */
interface Expected {
  readonly type: number;
  readonly bid: number;
  readonly offset: number;
  readonly level: number | undefined;
  readonly firstKey: number | undefined;
}

/** The leaf entries of a tree in their order. */
export function walkTree(file: CheckedFile, extents: Extents, type: number, bid: number, offset: number): LeafEntry[] {
  const entries: LeafEntry[] = [];
  const seen = new Set<number>();
  const visit = (page: Expected): void => {
    file.expect(!seen.has(page.offset), `page ${hex(page.offset)}: more than one entry points here`);
    if (seen.has(page.offset)) {
      return;
    }
    seen.add(page.offset);
    const { rows, level } = readTreePage(file, extents, page);
    if (level === 0) {
      entries.push(...rows);
      return;
    }
    for (const row of rows) {
      visit(childOf(extents.layout, row, type, level - 1));
    }
  };
  visit({ type, bid, offset, level: undefined, firstKey: undefined });
  return entries;
}

function childOf(layout: Layout, row: Buffer, type: number, level: number): Expected {
  const { idSize } = layout;
  return { type, level, firstKey: idAt(layout, row, 0), bid: idAt(layout, row, idSize), offset: idAt(layout, row, 2 * idSize) };
}

function readTreePage(file: CheckedFile, extents: Extents, page: Expected): { rows: Buffer[]; level: number } {
  const { layout } = extents;
  const bytes = file.read(page.offset, layout.pageSize);
  extents.list.push([page.offset, layout.pageSize]);
  checkPageTrailer(file, layout, bytes, page.type, page.offset, page.bid, false);
  const isLarge = layout.pageSize === 4096;
  const at = layout.countsAt;
  const [count, max] = isLarge ? [bytes.readUInt16LE(at), bytes.readUInt16LE(at + 2)] : [bytes.readUInt8(at), bytes.readUInt8(at + 1)];
  const [size, level] = [bytes.readUInt8(at + (isLarge ? 4 : 2)), bytes.readUInt8(at + (isLarge ? 5 : 3))];
  file.expect(count <= max && max * size <= at, `page ${hex(page.offset)}: ${count} of ${max} entries of ${size} octets`);
  file.expect(page.level === undefined || page.level === level, `page ${hex(page.offset)}: level ${level} instead of ${page.level}`);
  const rows: Buffer[] = [];
  for (let i = 0; i < count && (i + 1) * size <= at; i++) {
    rows.push(bytes.subarray(i * size, (i + 1) * size));
  }
  checkKeys(file, layout, page, rows);
  return { rows, level: Math.min(level, page.level ?? level) };
}

function checkKeys(file: CheckedFile, layout: Layout, page: Expected, rows: readonly Buffer[]): void {
  let last = -1;
  for (const row of rows) {
    const key = idAt(layout, row, 0) % 2 ** 48;
    file.expect(key > last, `page ${hex(page.offset)}: key ${hex(key)} is not above the one before`);
    last = key;
  }
  const first = rows[0];
  if (first !== undefined && page.firstKey !== undefined) {
    file.expect(idAt(layout, first, 0) === page.firstKey, `page ${hex(page.offset)}: the first key differs from that of its parent`);
  }
}

/** The trailer of a page, [MS-PST] 2.2.2.7.1. */
export function checkPageTrailer(
  file: CheckedFile,
  layout: Layout,
  bytes: Buffer,
  type: number,
  offset: number,
  bid: number,
  isMap: boolean,
): void {
  const at = layout.pageSize - layout.trailerSize;
  const [crcAt, bidAt] = layout.idSize === 8 ? [at + 4, at + 8] : [at + 8, at + 4];
  const where = `page ${hex(offset)}`;
  file.expect(bytes[at] === type && bytes[at + 1] === type, `${where}: type ${bytes[at]} instead of ${type}`);
  file.expect(idAt(layout, bytes, bidAt) === bid, `${where}: BID ${hex(idAt(layout, bytes, bidAt))} instead of ${hex(bid)}`);
  const signature = isMap ? 0 : expectedSignature(offset, bid);
  file.expect(bytes.readUInt16LE(at + 2) === signature, `${where}: wrong signature`);
  file.expect(bytes.readUInt32LE(crcAt) === tableCrc(bytes.subarray(0, at)), `${where}: wrong CRC`);
}
