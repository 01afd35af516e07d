import { crc32 } from 'node:zlib';

/** The CRC of [MS-PST] 5.3: the polynomial of zlib, started at 0 and not inverted at the end. */
export function pstCrc(octets: Uint8Array): number {
  return ~crc32(octets, 0xffff_ffff) >>> 0;
}

/** The signature of a block or page ([MS-PST] 5.5) from its offset and its id, of which the low 32 bits count. */
export function pstSignature(offset: number, bid: number): number {
  const mixed = ((offset % 0x1_0000_0000) ^ (bid % 0x1_0000_0000)) >>> 0;
  return (mixed >>> 16) ^ (mixed & 0xffff);
}
