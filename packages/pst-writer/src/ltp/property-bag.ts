// The properties of one object by id; a later one replaces an earlier one of the same id.
import type { Variant } from '../ndb/variant.js';
import { MULTI_VALUE, type Property, type PropertyValue, PtypString, PtypString8 } from './property.js';

/** Type and value of a property. */
export interface TypedValue {
  readonly type: number;
  readonly value: PropertyValue;
}

/** Properties of one object. */
export class PropertyBag {
  readonly #values: Map<number, TypedValue> = new Map();
  readonly #isWide: boolean;

  /** A 32-bit file has no Unicode strings: there PtypString turns into PtypString8. */
  constructor(variant: Variant) {
    this.#isWide = variant.isWide;
  }

  set(tag: number, value: PropertyValue | undefined): this {
    if (value !== undefined) {
      this.#values.set(tag >>> 16, { type: storedType(tag & 0xffff, this.#isWide), value });
    }
    return this;
  }

  setAll(properties: Iterable<Property>): this {
    for (const [tag, value] of properties) {
      this.set(tag, value);
    }
    return this;
  }

  get(tag: number): TypedValue | undefined {
    return this.#values.get(tag >>> 16);
  }

  has(tag: number): boolean {
    return this.#values.has(tag >>> 16);
  }

  /** Ids and values, ascending. */
  sorted(): [number, TypedValue][] {
    return [...this.#values].sort(([a], [b]) => a - b);
  }
}

/** The type that a value of `type` has in a file. */
export function storedType(type: number, isWide: boolean): number {
  return !isWide && (type & ~MULTI_VALUE) === PtypString ? (type & MULTI_VALUE) | PtypString8 : type;
}
