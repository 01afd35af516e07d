/** The first octets of every PST and OST: `!BDN` ([MS-PST] 2.2.2.6). */
const PST_MAGIC: Uint8Array = new Uint8Array([0x21, 0x42, 0x44, 0x4e]);

/** True when the octets start with the signature that PST, OST and address books (PAB) share. */
export function hasPstMagic(octets: Uint8Array): boolean {
  return PST_MAGIC.every((octet, i) => octets[i] === octet);
}

/** True when the octets start like a PST or an OST; an address book (PAB) is none. */
export function isPstHeader(octets: Uint8Array): boolean {
  return hasPstMagic(octets) && octets[8] === 0x53;
}
