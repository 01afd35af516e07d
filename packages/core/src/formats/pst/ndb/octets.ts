/** Little-endian numbers at an offset. Beyond the end they are 0: the callers check sizes where it matters. */

/** Two octets. */
export function u16(octets: Uint8Array, at: number): number {
  return (octets[at] ?? 0) | ((octets[at + 1] ?? 0) << 8);
}

/** Four octets. */
export function u32(octets: Uint8Array, at: number): number {
  return ((octets[at] ?? 0) | ((octets[at + 1] ?? 0) << 8) | ((octets[at + 2] ?? 0) << 16) | ((octets[at + 3] ?? 0) << 24)) >>> 0;
}

/** Eight octets as a number: exact below 2^53, which no id or offset of a whole file reaches. */
export function u64(octets: Uint8Array, at: number): number {
  return u32(octets, at + 4) * 0x1_0000_0000 + u32(octets, at);
}

/** An id or offset: four octets in ANSI files, eight in others. */
export function uWord(octets: Uint8Array, at: number, isAnsi: boolean): number {
  return isAnsi ? u32(octets, at) : u64(octets, at);
}
