import type { PropertyValue } from '../../mapi/object.js';
import { u16, u32 } from '../ndb/octets.js';
import { readBth } from './bth.js';
import { HEAP_CLIENT, Heap } from './heap.js';
import type { NodeHandle } from './node-handle.js';
import type { PropertyBag } from './property-bag.js';
import { type DecodeString8, decodeFixed, decodeValue, fixedSize, isKnownType } from './property-type.js';
import { formatId, storedValue } from './stored-value.js';

/** The properties of one object ([MS-PST] 2.3.3): a B-tree on a heap whose keys are property ids. */
export class PropertyContext implements PropertyBag {
  readonly node: NodeHandle;
  readonly #heap: Heap;
  /** id → where its record is: the leaf times 2^16, plus the offset; undefined where the records of one leaf are in order and are searched. */
  readonly #places: ReadonlyMap<number, number> | undefined;
  readonly #leaves: readonly Uint8Array[];

  private constructor(node: NodeHandle, heap: Heap, leaves: readonly Uint8Array[]) {
    this.node = node;
    this.#heap = heap;
    this.#leaves = leaves;
    this.#places = leaves.length === 1 && isInOrder(leaves[0] ?? NO_OCTETS) ? undefined : placesIn(leaves);
  }

  /**
   * Opens the properties of a node; undefined, with an issue, when there are none to be read.
   *
   * ```
   * record   0 wPropId u16   2 wPropType u16   4 dwValueHnid u32: the value where it has up to four octets, else where it is
   * ```
   */
  static open(node: NodeHandle): PropertyContext | undefined {
    const heap = Heap.open(node, HEAP_CLIENT.propertyContext);
    const records = heap === undefined ? undefined : readBth(heap, heap.userRoot, node.damage);
    if (heap === undefined || records === undefined) {
      return undefined;
    }
    return new PropertyContext(node, heap, records.leaves);
  }

  ids(): Iterable<number> {
    return this.#places?.keys() ?? idsIn(this.#leafOf(0));
  }

  type(id: number): number | undefined {
    const place = this.#find(id);
    return place === undefined ? undefined : u16(this.#leafOf(place), (place % LEAF_SPAN) + 2);
  }

  /** The last four octets of the record: a value, or where it is. */
  handle(id: number): number | undefined {
    const place = this.#find(id);
    return place === undefined ? undefined : u32(this.#leafOf(place), (place % LEAF_SPAN) + 4);
  }

  octets(id: number): Uint8Array | undefined {
    const handle = this.handle(id);
    return handle === undefined ? undefined : storedValue(handle, this.#heap, this.node, id);
  }

  value(id: number, decodeString8: DecodeString8): PropertyValue | undefined {
    const place = this.#find(id);
    if (place === undefined) {
      return undefined;
    }
    const leaf = this.#leafOf(place);
    const at = place % LEAF_SPAN;
    const type = u16(leaf, at + 2);
    const size = fixedSize(type);
    if (size !== undefined && size <= 4) {
      return decodeFixed(type, leaf, at + 4);
    }
    if (!isKnownType(type)) {
      return this.#unknown(id, type, leaf.subarray(at, at + RECORD_SIZE));
    }
    const octets = storedValue(u32(leaf, at + 4), this.#heap, this.node, id);
    return octets === undefined ? undefined : decodeValue(type, octets, decodeString8);
  }

  /** A value of a type that nobody knows: its octets if it has any outside the record, else the four in it. */
  #unknown(id: number, type: number, record: Uint8Array): PropertyValue {
    this.node.damage('PST_PROPERTY_TYPE_UNKNOWN', `the property ${formatId(id)} has the type ${formatId(type)}`);
    return this.#heap.item(u32(record, 4)) ?? record.subarray(4, RECORD_SIZE);
  }

  /** Where the record of a property is. */
  #find(id: number): number | undefined {
    if (this.#places !== undefined) {
      return this.#places.get(id);
    }
    const leaf = this.#leafOf(0);
    let low = 0;
    let high = Math.floor(leaf.length / RECORD_SIZE) - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = u16(leaf, middle * RECORD_SIZE);
      if (found === id) {
        return middle * RECORD_SIZE;
      }
      if (found < id) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return undefined;
  }

  #leafOf(place: number): Uint8Array {
    return this.#leaves[Math.floor(place / LEAF_SPAN)] ?? NO_OCTETS;
  }
}

const NO_OCTETS: Uint8Array = new Uint8Array(0);
const RECORD_SIZE = 8;
const LEAF_SPAN = 0x1_0000;

/** True for records whose ids ascend, as they do in a whole file. */
function isInOrder(leaf: Uint8Array): boolean {
  for (let at = RECORD_SIZE; at + RECORD_SIZE <= leaf.length; at += RECORD_SIZE) {
    if (u16(leaf, at) <= u16(leaf, at - RECORD_SIZE)) {
      return false;
    }
  }
  return true;
}

function* idsIn(leaf: Uint8Array): Iterable<number> {
  for (let at = 0; at + RECORD_SIZE <= leaf.length; at += RECORD_SIZE) {
    yield u16(leaf, at);
  }
}

/** Of two records with one id the first counts. */
function placesIn(leaves: readonly Uint8Array[]): ReadonlyMap<number, number> {
  const places = new Map<number, number>();
  leaves.forEach((leaf, index) => {
    for (let at = 0; at + RECORD_SIZE <= leaf.length; at += RECORD_SIZE) {
      const id = u16(leaf, at);
      if (!places.has(id)) {
        places.set(id, index * LEAF_SPAN + at);
      }
    }
  });
  return places;
}
