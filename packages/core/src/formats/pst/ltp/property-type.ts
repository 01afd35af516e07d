import type { PropertyValue } from '../../mapi/object.js';
import { u16, u32 } from '../ndb/octets.js';

/** Property types ([MS-OXCDATA] 2.11.1). */
export const PROPERTY_TYPE = {
  integer16: 0x0002,
  integer32: 0x0003,
  floating32: 0x0004,
  floating64: 0x0005,
  currency: 0x0006,
  floatingTime: 0x0007,
  errorCode: 0x000a,
  boolean: 0x000b,
  object: 0x000d,
  integer64: 0x0014,
  string8: 0x001e,
  string: 0x001f,
  time: 0x0040,
  guid: 0x0048,
  binary: 0x0102,
} as const;

/** Set in the type of a property with many values. */
const MULTIPLE = 0x1000;

/** Turns the octets of a PtypString8 to text. */
export type DecodeString8 = (octets: Uint8Array) => string;

/** Octets of the types that have a fixed size. */
const FIXED_SIZES: Readonly<Record<number, number>> = {
  [PROPERTY_TYPE.integer16]: 2,
  [PROPERTY_TYPE.integer32]: 4,
  [PROPERTY_TYPE.floating32]: 4,
  [PROPERTY_TYPE.floating64]: 8,
  [PROPERTY_TYPE.currency]: 8,
  [PROPERTY_TYPE.floatingTime]: 8,
  [PROPERTY_TYPE.errorCode]: 4,
  [PROPERTY_TYPE.boolean]: 1,
  [PROPERTY_TYPE.integer64]: 8,
  [PROPERTY_TYPE.time]: 8,
  [PROPERTY_TYPE.guid]: 16,
};

const VARIABLE: ReadonlySet<number> = new Set([
  PROPERTY_TYPE.string8,
  PROPERTY_TYPE.string,
  PROPERTY_TYPE.binary,
  PROPERTY_TYPE.object,
  0x00fb,
  0x00fd,
  0x00fe,
]);

/** Octets of a value of that type, undefined when they vary. */
export function fixedSize(type: number): number | undefined {
  return FIXED_SIZES[type];
}

/** False for a type that no specification names. */
export function isKnownType(type: number): boolean {
  const single = type & ~MULTIPLE;
  return FIXED_SIZES[single] !== undefined || VARIABLE.has(single);
}

const DECODERS: Readonly<Record<number, (octets: Uint8Array, at: number) => PropertyValue | undefined>> = {
  [PROPERTY_TYPE.integer16]: (octets, at) => (u16(octets, at) << 16) >> 16,
  [PROPERTY_TYPE.integer32]: (octets, at) => u32(octets, at) | 0,
  [PROPERTY_TYPE.floating32]: (octets, at) => view(octets).getFloat32(at, true),
  [PROPERTY_TYPE.floating64]: (octets, at) => view(octets).getFloat64(at, true),
  [PROPERTY_TYPE.currency]: (octets, at) => view(octets).getBigInt64(at, true),
  [PROPERTY_TYPE.floatingTime]: (octets, at) => floatingTime(view(octets).getFloat64(at, true)),
  [PROPERTY_TYPE.errorCode]: (octets, at) => u32(octets, at),
  [PROPERTY_TYPE.boolean]: (octets, at) => octets[at] !== 0,
  [PROPERTY_TYPE.integer64]: (octets, at) => view(octets).getBigInt64(at, true),
  [PROPERTY_TYPE.time]: fileTime,
  [PROPERTY_TYPE.guid]: guidText,
};

/** One value of a fixed size; undefined when octets are missing or it means nothing. */
export function decodeFixed(type: number, octets: Uint8Array, at: number): PropertyValue | undefined {
  const size = FIXED_SIZES[type];
  return size === undefined || at + size > octets.length ? undefined : DECODERS[type]?.(octets, at);
}

/** A whole value from its octets: text, a view of octets, or many values. */
export function decodeValue(type: number, octets: Uint8Array, decodeString8: DecodeString8): PropertyValue | undefined {
  if ((type & MULTIPLE) !== 0 && isKnownType(type)) {
    return decodeMultiple(type & ~MULTIPLE, octets, decodeString8);
  }
  if (type === PROPERTY_TYPE.string) {
    return utf16Text(octets);
  }
  if (type === PROPERTY_TYPE.string8) {
    return decodeString8(withoutFinalNul(octets));
  }
  return FIXED_SIZES[type] === undefined ? octets : decodeFixed(type, octets, 0);
}

/**
 * Many values ([MS-PST] 2.3.3.4).
 *
 * ```
 * fixed size      value, value …
 * variable size   ulCount u32, rgulDataOffsets u32 × ulCount, values; each ends where the next one begins
 * ```
 */
function decodeMultiple(type: number, octets: Uint8Array, decodeString8: DecodeString8): PropertyValue {
  const size = FIXED_SIZES[type];
  const values: PropertyValue[] = [];
  if (size !== undefined) {
    for (let at = 0; at + size <= octets.length; at += size) {
      values.push(decodeFixed(type, octets, at) ?? 0);
    }
    return values;
  }
  const count = Math.min(u32(octets, 0), Math.floor((octets.length - 4) / 4));
  for (let i = 0; i < count; i += 1) {
    const start = u32(octets, 4 + 4 * i);
    const end = i + 1 < count ? u32(octets, 8 + 4 * i) : octets.length;
    values.push(decodeValue(type, octets.subarray(start, Math.max(start, end)), decodeString8) ?? '');
  }
  return values;
}

/** UTF-16LE without the NULs that some writers end it with. */
export function utf16Text(octets: Uint8Array): string {
  const text = Buffer.from(octets.buffer, octets.byteOffset, octets.length & ~1).toString('utf16le');
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) {
    end -= 1;
  }
  return end === text.length ? text : text.slice(0, end);
}

/** The octets without NULs at their end. */
export function withoutFinalNul(octets: Uint8Array): Uint8Array {
  let end = octets.length;
  while (end > 0 && octets[end - 1] === 0) {
    end -= 1;
  }
  return octets.subarray(0, end);
}

/** Milliseconds between 1601-01-01, where FILETIME begins, and 1970-01-01. */
const FILETIME_EPOCH_MS = 11_644_473_600_000;
const MAX_DATE_MS = 8.64e15;

/** PtypTime: 100 ns since 1601. 0 stands for no time. */
function fileTime(octets: Uint8Array, at: number): number | undefined {
  const low = u32(octets, at);
  const high = u32(octets, at + 4);
  if ((low === 0 && high === 0) || high >= 0x8000_0000) {
    return undefined;
  }
  const ms = Math.floor((high * 0x1_0000_0000) / 10_000 + low / 10_000) - FILETIME_EPOCH_MS;
  return ms > MAX_DATE_MS ? undefined : ms;
}

/** PtypFloatingTime: days since 1899-12-30. */
function floatingTime(days: number): number | undefined {
  const ms = Math.round((days - 25_569) * 86_400_000);
  return Math.abs(ms) <= MAX_DATE_MS ? ms : undefined;
}

/** A GUID in lower case without braces; its first three fields are little-endian. */
export function guidText(octets: Uint8Array, at: number): string {
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  const tail = Buffer.from(octets.subarray(at + 8, at + 16)).toString('hex');
  return `${hex(u32(octets, at), 8)}-${hex(u16(octets, at + 4), 4)}-${hex(u16(octets, at + 6), 4)}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}

function view(octets: Uint8Array): DataView {
  return new DataView(octets.buffer, octets.byteOffset, octets.length);
}
