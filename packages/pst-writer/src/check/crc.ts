// [MS-PST] 5.3 by the book: a table of the reflected polynomial, the register starting at 0, no inversion.
const TABLE: Uint32Array = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) {
    value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return value;
});

/** The CRC of some octets. */
export function tableCrc(bytes: Uint8Array): number {
  let crc = 0;
  for (let i = 0; i < bytes.length; i++) {
    crc = (TABLE[(crc ^ (bytes[i] as number)) & 0xff] as number) ^ (crc >>> 8);
  }
  return crc >>> 0;
}

/** wSig of a page or block, [MS-PST] 5.5. */
export function expectedSignature(offset: number, bid: number): number {
  const low = BigInt.asUintN(32, BigInt(offset) ^ BigInt(bid));
  return Number((low >> 16n) ^ (low & 0xffffn));
}
