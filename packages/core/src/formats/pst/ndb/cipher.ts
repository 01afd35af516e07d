import { CYCLIC_MIDDLE, PERMUTE_DECODE, PERMUTE_ENCODE } from './cipher-tables.js';

/** Decodes PERMUTE ([MS-PST] 5.1) into an own copy. */
export function decodePermute(octets: Uint8Array): Uint8Array {
  const decoded = new Uint8Array(octets.length);
  for (let i = 0; i < octets.length; i += 1) {
    decoded[i] = PERMUTE_DECODE[octets[i] ?? 0] ?? 0;
  }
  return decoded;
}

/** Decodes CYCLIC ([MS-PST] 5.2) into an own copy. The key is the low 32 bits of the block's id; the same step encodes. */
export function decodeCyclic(octets: Uint8Array, key: number): Uint8Array {
  const decoded = new Uint8Array(octets.length);
  let word = (key ^ (key >>> 16)) & 0xffff;
  for (let i = 0; i < octets.length; i += 1) {
    const low = word & 0xff;
    const high = word >>> 8;
    const first = PERMUTE_ENCODE[((octets[i] ?? 0) + low) & 0xff] ?? 0;
    const second = CYCLIC_MIDDLE[(first + high) & 0xff] ?? 0;
    decoded[i] = (PERMUTE_DECODE[(second - high) & 0xff] ?? 0) - low;
    word = (word + 1) & 0xffff;
  }
  return decoded;
}
