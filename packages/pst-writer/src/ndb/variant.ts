// The three on-disk variants of [MS-PST] 2.2.2: 32-bit ("ANSI", wVer 14 and 15), 64-bit ("Unicode", 23), and the
// 64-bit one with 4 KiB pages of Outlook 2013+ OST files (36), which the specification does not describe: its sizes
// here were measured on real files.

/** Which layout a file has. */
export type VariantName = 'unicode' | 'ansi' | 'ost4k';

/** Sizes and places that differ between the variants; all in octets unless stated. */
export interface Variant {
  readonly name: VariantName;
  /** `wVer` of the header. */
  readonly version: number;
  /** Ids and file offsets take 8 octets instead of 4. */
  readonly isWide: boolean;
  readonly pageSize: number;
  readonly pageTrailerSize: number;
  readonly blockTrailerSize: number;
  /** Blocks start and end at multiples of this; one bit of the AMap stands for as much. */
  readonly blockAlign: number;
  /** The largest data of one block, without its trailer. */
  readonly maxBlockData: number;
  /** Offset of the first AMap page ([MS-PST] 2.2.2.7.2). */
  readonly firstAMap: number;
  /** Octets of bitmap in one AMap page. */
  readonly amapBytes: number;
  /** Where in its page the bitmap starts. */
  readonly amapStart: number;
  /** Bits of the item index in a HID ([MS-PST] 2.3.1.1). */
  readonly hidIndexBits: number;
}

const UNICODE: Variant = {
  name: 'unicode',
  version: 23,
  isWide: true,
  pageSize: 512,
  pageTrailerSize: 16,
  blockTrailerSize: 16,
  blockAlign: 64,
  maxBlockData: 8176,
  firstAMap: 0x4400,
  amapBytes: 496,
  amapStart: 0,
  hidIndexBits: 11,
};

const ANSI: Variant = {
  ...UNICODE,
  name: 'ansi',
  version: 14,
  isWide: false,
  pageTrailerSize: 12,
  blockTrailerSize: 12,
  maxBlockData: 8180,
  amapStart: 4,
};

const OST4K: Variant = {
  ...UNICODE,
  name: 'ost4k',
  version: 36,
  pageSize: 4096,
  pageTrailerSize: 24,
  blockTrailerSize: 24,
  blockAlign: 512,
  maxBlockData: 65_512,
  firstAMap: 0x22000,
  amapBytes: 4072,
  hidIndexBits: 14,
};

const VARIANTS: Readonly<Record<VariantName, Variant>> = { unicode: UNICODE, ansi: ANSI, ost4k: OST4K };

/** The sizes of a variant. */
export function variantOf(name: VariantName): Variant {
  return VARIANTS[name];
}

/** Octets of an id or an offset in this variant. */
export function idSize(variant: Variant): number {
  return variant.isWide ? 8 : 4;
}

/** Stores an id or an offset (a safe integer) at `at`, in the width of the variant, least significant octet first. */
export function putId(variant: Variant, buffer: Buffer, at: number, id: number): void {
  buffer.writeUInt32LE(id % 0x1_0000_0000, at);
  if (variant.isWide) {
    buffer.writeUInt32LE(Math.floor(id / 0x1_0000_0000), at + 4);
  }
}
