// [MS-PST] 5.3 (CRC) and 5.5 (block signature).
import { crc32 } from 'node:zlib';

/** The CRC of [MS-PST] 5.3: the polynomial of zlib, but the register starts at 0 and is not inverted at the end. */
export function weakCrc(data: Uint8Array): number {
  return (crc32(data, 0xffff_ffff) ^ 0xffff_ffff) >>> 0;
}

/** The signature of a page or block at file offset `offset`, [MS-PST] 5.5: both halves of the low 32 bits of offset XOR bid. */
export function signature(offset: number, bid: number): number {
  const mixed = ((offset % 0x1_0000_0000) ^ (bid % 0x1_0000_0000)) >>> 0;
  return ((mixed >>> 16) ^ mixed) & 0xffff;
}
