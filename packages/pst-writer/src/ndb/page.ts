// The trailer of each page, [MS-PST] 2.2.2.7.1.
import { signature, weakCrc } from './checksum.js';
import { putId, type Variant } from './variant.js';

/**
 * Fills in the trailer of a page whose body is complete.
 *
 * 64-bit: type(1) type(1) sig(2) crc(4) bid(8); 32-bit: type(1) type(1) sig(2) bid(4) crc(4); 4 KiB pages: as 64-bit,
 * and eight octets more, a 1 in all files seen. The CRC is over everything before the trailer.
 */
export function sealPage(variant: Variant, page: Buffer, type: number, offset: number, bid: number, isMap: boolean): void {
  const at = variant.pageSize - variant.pageTrailerSize;
  page.writeUInt8(type, at);
  page.writeUInt8(type, at + 1);
  page.writeUInt16LE(isMap ? 0 : signature(offset, bid), at + 2);
  const crc = weakCrc(page.subarray(0, at));
  if (variant.isWide) {
    page.writeUInt32LE(crc, at + 4);
    putId(variant, page, at + 8, bid);
  } else {
    putId(variant, page, at + 4, bid);
    page.writeUInt32LE(crc, at + 8);
  }
  if (variant.pageSize === 4096) {
    page.writeUInt32LE(1, at + 16);
  }
}
