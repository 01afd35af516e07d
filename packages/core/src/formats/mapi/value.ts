// Property values by the type that a rule expects; a property of another type counts as absent.
// PtypString8 is decoded here, not by the reader, because only the message knows its code pages: PidTagMessageCodepage,
// checked strictly, then PidTagInternetCodepage, then the caller's.
import { codePageCharset, decodeByGuess } from '../mime/charset.js';
import type { ConversionContext } from './context.js';
import type { MapiObject, PropertyValue } from './object.js';
import { Pid } from './properties.js';

const DEFAULT_CODE_PAGE = 1252;

/** The number, undefined for other types. */
export function asNumber(value: PropertyValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** Outlook's "None": the end of August 4500, or later, where a program writes 4501. */
const NO_TIME: number = Date.UTC(4500, 7, 31);

/** A time in milliseconds since the epoch; undefined for other types and for the time that stands for none. */
export function asTime(value: PropertyValue | undefined): number | undefined {
  const ms = asNumber(value);
  return ms === undefined || ms >= NO_TIME ? undefined : ms;
}

/** The string without a final NUL; undefined for other types and for an empty string. */
export function asString(value: PropertyValue | undefined): string | undefined {
  if (typeof value !== 'string') return undefined;
  let end = value.length;
  while (end > 0 && value.charCodeAt(end - 1) === 0) end--;
  if (end === 0) return undefined;
  return end === value.length ? value : value.slice(0, end);
}

/** The octets, undefined for other types and for none. */
export function asBytes(value: PropertyValue | undefined): Uint8Array | undefined {
  return value instanceof Uint8Array && value.length > 0 ? value : undefined;
}

/** The strings of a PtypMultipleString, or the one of a PtypString. */
export function asStrings(value: PropertyValue | undefined): string[] {
  const values: readonly PropertyValue[] = Array.isArray(value) ? value : value === undefined ? [] : [value as PropertyValue];
  return values.map(asString).filter((text) => text !== undefined);
}

/** A number property. */
export function numberOf(object: MapiObject, id: number): number | undefined {
  return asNumber(object.property(id));
}

/** A binary property. */
export function bytesOf(object: MapiObject, id: number): Uint8Array | undefined {
  return asBytes(object.property(id));
}

/** A true PtypBoolean. */
export function isTrue(object: MapiObject, id: number): boolean {
  return object.property(id) === true;
}

/** The charsets to try for the 8-bit strings of a message, best first. */
export function stringCharsets(message: MapiObject, context: ConversionContext): string[] {
  const pages = [numberOf(message, Pid.PidTagMessageCodepage), numberOf(message, Pid.PidTagInternetCodepage), context.codePage];
  const charsets = [...pages, DEFAULT_CODE_PAGE].map((page) => (page ? codePageCharset(page) : undefined));
  return [...new Set(charsets.filter((charset) => charset !== undefined))];
}

/** Strings of a message and of its rows, by the code pages of the message. */
export class StringReader {
  readonly #message: MapiObject;
  readonly #context: ConversionContext;
  #charsets: readonly string[] | undefined;
  /** True once a string was valid in none of the charsets. */
  isGuessing = false;

  constructor(message: MapiObject, context: ConversionContext) {
    this.#message = message;
    this.#context = context;
  }

  /** The text of a string property without a final NUL; undefined when absent or empty. */
  text(object: MapiObject, id: number): string | undefined {
    const raw = object.rawString8(id);
    if (raw === undefined) return asString(object.property(id));
    this.#charsets ??= stringCharsets(this.#message, this.#context);
    const guess = decodeByGuess(raw, this.#charsets);
    if (!guess.isExact) this.isGuessing = true;
    return asString(guess.text);
  }
}
