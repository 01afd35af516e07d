import { crc32 } from 'node:zlib';

/** The CRC of [MS-PST] 5.3: the polynomial of zlib, started at 0 and not inverted at the end. */
export function pstCrc(octets: Uint8Array): number {
  return ~crc32(octets, 0xffff_ffff) >>> 0;
}
