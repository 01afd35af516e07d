import type { NamedProperty } from '../../mapi/object.js';
import type { PropertyContext } from '../ltp/property-context.js';
import { guidText, utf16Text } from '../ltp/property-type.js';
import { u16, u32 } from '../ndb/octets.js';

/** Properties of the node of the map ([MS-PST] 2.4.7). */
const PID_GUIDS = 0x0002;
const PID_ENTRIES = 0x0003;
const PID_STRINGS = 0x0004;

const PS_MAPI = '00020328-0000-0000-c000-000000000046';
const PS_PUBLIC_STRINGS = '00020329-0000-0000-c000-000000000046';
const NO_GUID = '00000000-0000-0000-0000-000000000000';

const FIRST_NAMED_ID = 0x8000;
const ENTRY_SIZE = 8;

/** Which id of this store stands for which named property, both ways. */
export class NamedProperties {
  readonly #names = new Map<number, NamedProperty>();
  readonly #ids = new Map<string, Map<number | string, number>>();
  readonly #sets = new Map<string, (readonly [number, NamedProperty])[]>();

  /**
   * Reads the name-to-id map of a store ([MS-PST] 2.4.7).
   *
   * ```
   * NAMEID   0 dwPropertyID u32: a LID, or where the name lies   4 bit 0: it is a name, bits 1-15: the property set   6 wPropIdx u16: id - 0x8000
   * set      1 PS_MAPI   2 PS_PUBLIC_STRINGS   n the GUID n - 3 of the stream
   * name     length in octets u32, UTF-16LE
   * ```
   */
  constructor(map: PropertyContext | undefined) {
    const guids = map?.octets(PID_GUIDS) ?? new Uint8Array(0);
    const entries = map?.octets(PID_ENTRIES) ?? new Uint8Array(0);
    const strings = map?.octets(PID_STRINGS) ?? new Uint8Array(0);
    for (let at = 0; at + ENTRY_SIZE <= entries.length; at += ENTRY_SIZE) {
      const set = u16(entries, at + 4);
      const value = u32(entries, at);
      const id = (set & 1) === 0 ? value : nameAt(strings, value);
      this.#add(FIRST_NAMED_ID + u16(entries, at + 6), { guid: propertySet(guids, set >>> 1), id });
    }
  }

  /** The name behind an id of 0x8000 and above. */
  nameOf(id: number): NamedProperty | undefined {
    return this.#names.get(id);
  }

  /** The id that a name has in this store. */
  idOf(guid: string, id: number | string): number | undefined {
    return this.#ids.get(guid)?.get(typeof id === 'number' ? id : id.toLowerCase());
  }

  /** The ids of a property set with their names, ascending. */
  idsOf(guid: string): readonly (readonly [number, NamedProperty])[] {
    let ids = this.#sets.get(guid);
    if (ids === undefined) {
      ids = [...this.#names].filter(([, name]) => name.guid === guid).sort(([a], [b]) => a - b);
      this.#sets.set(guid, ids);
    }
    return ids;
  }

  #add(id: number, name: NamedProperty): void {
    if (!this.#names.has(id)) {
      this.#names.set(id, name);
    }
    const key = typeof name.id === 'number' ? name.id : name.id.toLowerCase();
    const ids = this.#ids.get(name.guid) ?? new Map<number | string, number>();
    this.#ids.set(name.guid, ids);
    if (!ids.has(key)) {
      ids.set(key, id);
    }
  }
}

function propertySet(guids: Uint8Array, set: number): string {
  if (set < 3) {
    return [NO_GUID, PS_MAPI, PS_PUBLIC_STRINGS][set] ?? NO_GUID;
  }
  const at = (set - 3) * 16;
  return at + 16 <= guids.length ? guidText(guids, at) : NO_GUID;
}

function nameAt(strings: Uint8Array, at: number): string {
  return utf16Text(strings.subarray(at + 4, at + 4 + u32(strings, at)));
}
