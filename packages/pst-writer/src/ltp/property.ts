// Property values as they stand in a PC or a TC: [MS-OXCDATA] 2.11.1 types, [MS-PST] 2.3.3.3 and 2.3.3.4 forms.
import { encodeString8 } from './string8.js';

/** Property types that the encoder knows, [MS-OXCDATA] 2.11.1. Any other type takes a number (inline) or octets. */
const PtypInteger16 = 0x0002;
const PtypInteger32 = 0x0003;
const PtypFloating32 = 0x0004;
const PtypFloating64 = 0x0005;
const PtypCurrency = 0x0006;
const PtypFloatingTime = 0x0007;
const PtypErrorCode = 0x000a;
const PtypBoolean = 0x000b;
export const PtypObject = 0x000d;
const PtypInteger64 = 0x0014;
export const PtypString8 = 0x001e;
export const PtypString = 0x001f;
const PtypTime = 0x0040;
const PtypGuid = 0x0048;
/** Set in the type of a property with several values. */
export const MULTI_VALUE = 0x1000;

/** One value. Octets are stored as they are for every type that does not stand inline. */
export type SingleValue = number | bigint | boolean | string | Date | Uint8Array;

/** The value of a property; an array for the types with MULTI_VALUE. */
export type PropertyValue = SingleValue | readonly SingleValue[];

/** A property: its tag (id in the upper half, type in the lower) and its value. */
export type Property = readonly [tag: number, value: PropertyValue];

/** The number of octets of a type with a fixed size; 0 for all others. */
export function fixedSize(type: number): number {
  return FIXED_SIZES.get(type) ?? 0;
}

const FIXED_SIZES: ReadonlyMap<number, number> = new Map([
  [PtypInteger16, 2],
  [PtypInteger32, 4],
  [PtypFloating32, 4],
  [PtypErrorCode, 4],
  [PtypBoolean, 1],
  [PtypFloating64, 8],
  [PtypCurrency, 8],
  [PtypFloatingTime, 8],
  [PtypInteger64, 8],
  [PtypTime, 8],
]);

/** Milliseconds from 1601-01-01 to 1970-01-01. */
const FILETIME_EPOCH_MS = 11_644_473_600_000n;

/** The octets of a value: of its fixed size, or as stored in the heap. */
export function encodeValue(type: number, value: PropertyValue): Uint8Array {
  if (value instanceof Uint8Array) {
    return value;
  }
  if (Array.isArray(value)) {
    return encodeMultiple(type & ~MULTI_VALUE, value);
  }
  return encodeSingle(type, value as SingleValue);
}

function encodeSingle(type: number, value: SingleValue): Uint8Array {
  if (value instanceof Uint8Array) {
    return value;
  }
  if (typeof value === 'string') {
    return type === PtypString8 ? encodeString8(value) : Buffer.from(value, 'utf16le');
  }
  if (value instanceof Date) {
    return encodeInteger64((BigInt(value.getTime()) + FILETIME_EPOCH_MS) * 10_000n);
  }
  return encodeNumber(type, value);
}

function encodeNumber(type: number, value: number | bigint | boolean): Uint8Array {
  if (typeof value === 'bigint') {
    return encodeInteger64(value);
  }
  const number = Number(value);
  const bytes = Buffer.alloc(fixedSize(type) || 4);
  if (type === PtypFloating64 || type === PtypFloatingTime) {
    bytes.writeDoubleLE(number);
  } else if (type === PtypFloating32) {
    bytes.writeFloatLE(number);
  } else if (bytes.length === 8) {
    return encodeInteger64(BigInt(number));
  } else {
    bytes.writeUIntLE(number >= 0 ? number : number + 2 ** (8 * bytes.length), 0, bytes.length);
  }
  return bytes;
}

function encodeInteger64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
  return bytes;
}

/** [MS-PST] 2.3.3.4: values of a fixed size one after another; else ulCount(4), ulCount offsets(4), the values. */
function encodeMultiple(type: number, values: readonly SingleValue[]): Uint8Array {
  const encoded = values.map((value) => encodeSingle(type, value));
  if (fixedSize(type) > 0 || type === PtypGuid) {
    return Buffer.concat(encoded);
  }
  const head = Buffer.alloc(4 + 4 * encoded.length);
  head.writeUInt32LE(encoded.length, 0);
  let offset = head.length;
  for (const [index, bytes] of encoded.entries()) {
    head.writeUInt32LE(offset, 4 + 4 * index);
    offset += bytes.length;
  }
  return Buffer.concat([head, ...encoded]);
}
