// The file header, [MS-PST] 2.2.2.6, and the ROOT in it, 2.2.2.5.
import type { BlockReference } from './btree.js';
import { weakCrc } from './checksum.js';
import type { Variant } from './variant.js';
import { idSize, putId } from './variant.js';

/** What the header says about the file. */
export interface HeaderFields {
  readonly variant: Variant;
  /** `bCryptMethod`. */
  readonly cipherNumber: number;
  /** `wMagicClient` is "SO" instead of "SM". */
  readonly isOst: boolean;
  readonly nextPageBid: number;
  readonly nextBlockBid: number;
  /** `rgnid`: the next index of each of the 32 NID types. */
  readonly nextNidIndexes: readonly number[];
  readonly fileEnd: number;
  readonly lastAMap: number;
  readonly freeBytes: number;
  readonly nbt: BlockReference;
  readonly bbt: BlockReference;
}

const HEADER_SIZE = 564;

/**
 * The header's octets.
 *
 * 0 "!BDN", 4 dwCRCPartial, 8 wMagicClient, 10 wVer, 12 wVerClient, 14 bPlatformCreate, 15 bPlatformAccess; then
 * 64-bit: 32 bidNextP(8), 40 dwUnique, 44 rgnid[32], 180 ROOT, 256 rgbFM, 384 rgbFP, 512 bSentinel, 513 bCryptMethod,
 * 516 bidNextB(8), 524 dwCRCFull; 32-bit: 24 bidNextB(4), 28 bidNextP(4), 32 dwUnique, 36 rgnid[32], 164 ROOT,
 * 204 rgbFM, 332 rgbFP, 460 bSentinel, 461 bCryptMethod.
 */
export function encodeHeader(fields: HeaderFields): Buffer {
  const { variant } = fields;
  const header = Buffer.alloc(variant.isWide ? HEADER_SIZE : 512);
  header.write('!BDN', 0, 'latin1');
  header.write(fields.isOst ? 'SO' : 'SM', 8, 'latin1');
  header.writeUInt16LE(variant.version, 10);
  header.writeUInt16LE(fields.isOst ? 12 : 19, 12);
  header.writeUInt8(1, 14);
  header.writeUInt8(1, 15);
  const base = variant.isWide ? putWide(header, fields) : putNarrow(header, fields);
  for (const [type, next] of fields.nextNidIndexes.entries()) {
    header.writeUInt32LE(next, base + type * 4);
  }
  header.writeUInt32LE(weakCrc(header.subarray(8, 8 + 471)), 4);
  if (variant.isWide) {
    header.writeUInt32LE(weakCrc(header.subarray(8, 8 + 516)), 524);
  }
  return header;
}

/** Fills the 64-bit layout; returns where rgnid is. */
function putWide(header: Buffer, fields: HeaderFields): number {
  const { variant } = fields;
  putId(variant, header, 32, fields.nextPageBid);
  header.writeUInt32LE(1, 40);
  putRoot(header, 180, fields);
  header.fill(variant.pageSize === 4096 ? 0 : 0xff, 256, 512);
  header.writeUInt8(0x80, 512);
  header.writeUInt8(fields.cipherNumber, 513);
  putId(variant, header, 516, fields.nextBlockBid);
  return 44;
}

/** Fills the 32-bit layout; returns where rgnid is. */
function putNarrow(header: Buffer, fields: HeaderFields): number {
  putId(fields.variant, header, 24, fields.nextBlockBid);
  putId(fields.variant, header, 28, fields.nextPageBid);
  header.writeUInt32LE(1, 32);
  putRoot(header, 164, fields);
  header.fill(0xff, 204, 460);
  header.writeUInt8(0x80, 460);
  header.writeUInt8(fields.cipherNumber, 461);
  return 36;
}

/** dwReserved(4), ibFileEof, ibAMapLast, cbAMapFree, cbPMapFree, BREFNBT, BREFBBT (ids of the variant's width), fAMapValid(1). */
function putRoot(header: Buffer, at: number, fields: HeaderFields): void {
  const width = idSize(fields.variant);
  const values = [
    fields.fileEnd,
    fields.lastAMap,
    fields.freeBytes,
    0,
    fields.nbt.bid,
    fields.nbt.offset,
    fields.bbt.bid,
    fields.bbt.offset,
  ];
  for (const [index, value] of values.entries()) {
    putId(fields.variant, header, at + 4 + index * width, value);
  }
  header.writeUInt8(2, at + 4 + values.length * width);
}
