import type { PropertyValue } from '../../mapi/object.js';
import type { DecodeString8 } from './property-type.js';

/** Properties by id, from a property context or from a row of a table. */
export interface PropertyBag {
  /** The ids in ascending order. */
  ids(): Iterable<number>;
  /** The type as stored, undefined when absent. */
  type(id: number): number | undefined;
  /** The octets of a value that is not kept in the record itself; undefined when absent or unreadable. */
  octets(id: number): Uint8Array | undefined;
  /** The decoded value; undefined when absent or unreadable. */
  value(id: number, decodeString8: DecodeString8): PropertyValue | undefined;
}
