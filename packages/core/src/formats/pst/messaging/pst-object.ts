import type { MapiObject, MapiProperty, NamedProperty, PropertyValue } from '../../mapi/object.js';
import type { PropertyBag } from '../ltp/property-bag.js';
import { type DecodeString8, PROPERTY_TYPE, withoutFinalNul } from '../ltp/property-type.js';
import type { NamedProperties } from './named-properties.js';

/** A property bag seen as a MAPI object. */
export class PstObject implements MapiObject {
  readonly sourceId: string;
  protected readonly bag: PropertyBag;
  readonly #names: NamedProperties;
  readonly #decodeString8: DecodeString8;

  constructor(sourceId: string, bag: PropertyBag, names: NamedProperties, decodeString8: DecodeString8) {
    this.sourceId = sourceId;
    this.bag = bag;
    this.#names = names;
    this.#decodeString8 = decodeString8;
  }

  property(id: number): PropertyValue | undefined {
    return this.bag.value(id, this.#decodeString8);
  }

  propertyType(id: number): number | undefined {
    return this.bag.type(id);
  }

  rawString8(id: number): Uint8Array | undefined {
    const octets = this.bag.type(id) === PROPERTY_TYPE.string8 ? this.bag.octets(id) : undefined;
    return octets === undefined ? undefined : withoutFinalNul(octets);
  }

  named(guid: string, id: number | string): PropertyValue | undefined {
    const own = this.#names.idOf(guid, id);
    return own === undefined ? undefined : this.property(own);
  }

  *properties(): Iterable<MapiProperty> {
    for (const id of this.bag.ids()) {
      const type = this.bag.type(id);
      if (type !== undefined && !this.isStreamed(id)) {
        yield new ListedProperty(id, type, this.#names.nameOf(id), this);
      }
    }
  }

  *propertiesOf(guid: string): Iterable<MapiProperty> {
    for (const [id, name] of this.#names.idsOf(guid)) {
      const type = this.bag.type(id);
      if (type !== undefined && !this.isStreamed(id)) {
        yield new ListedProperty(id, type, name, this);
      }
    }
  }

  /** True for what has an access of its own and no place among the properties. */
  protected isStreamed(_id: number): boolean {
    return false;
  }
}

/** A property of a list: its value is read when it is asked for, since most lists are read for a few names. */
class ListedProperty implements MapiProperty {
  readonly id: number;
  readonly type: number;
  declare readonly name?: NamedProperty;
  readonly #object: MapiObject;

  constructor(id: number, type: number, name: NamedProperty | undefined, object: MapiObject) {
    this.id = id;
    this.type = type;
    this.#object = object;
    if (name !== undefined) {
      this.name = name;
    }
  }

  get value(): PropertyValue | undefined {
    return this.#object.property(this.id);
  }
}
