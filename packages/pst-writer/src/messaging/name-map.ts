// The name-to-id map, [MS-PST] 2.4.7: names of properties with ids from 0x8000, in a PC at NID 0x61.

import type { Property } from '../ltp/property.js';
import { weakCrc } from '../ndb/checksum.js';
import { encodeGuid, PROPERTY_SETS, type PropertySetName } from './guid.js';

const BUCKETS = 251;
const FIRST_ID = 0x8000;
const FIRST_GUID = 3;
const WELL_KNOWN: ReadonlyMap<string, number> = new Map([
  [PROPERTY_SETS.PS_MAPI, 1],
  [PROPERTY_SETS.PS_PUBLIC_STRINGS, 2],
]);

const PidTagNameidBucketCount = 0x00010003;
const PidTagNameidStreamGuid = 0x00020102;
const PidTagNameidStreamEntry = 0x00030102;
const PidTagNameidStreamString = 0x00040102;
const PidTagNameidBucketBase = 0x1000;

/** Gives ids to names in the order of their first use. */
export class NameMap {
  readonly #ids: Map<string, number> = new Map();
  readonly #guids: string[] = [];
  readonly #entries: Buffer[] = [];
  readonly #strings: Buffer[] = [];
  #stringSize = 0;
  readonly #buckets: Map<number, Buffer[]> = new Map();

  /** The property id of a name: a set (by name or as a GUID) and a number (LID) or a string in it. */
  idOf(set: PropertySetName | string, name: number | string): number {
    const guid = PROPERTY_SETS[set as PropertySetName] ?? set.toLowerCase();
    const key = `${guid} ${typeof name} ${name}`;
    const known = this.#ids.get(key);
    if (known !== undefined) {
      return known;
    }
    const index = this.#ids.size;
    this.#ids.set(key, FIRST_ID + index);
    this.#add(this.#guidIndex(guid), name, index);
    return FIRST_ID + index;
  }

  /** The properties of the PC at NID 0x61. */
  properties(): Property[] {
    const buckets = [...this.#buckets].map(
      ([bucket, entries]): Property => [(PidTagNameidBucketBase + bucket) * 0x10000 + 0x0102, Buffer.concat(entries)],
    );
    return [
      [PidTagNameidBucketCount, BUCKETS],
      [PidTagNameidStreamGuid, Buffer.concat(this.#guids.map(encodeGuid))],
      [PidTagNameidStreamEntry, Buffer.concat(this.#entries)],
      [PidTagNameidStreamString, Buffer.concat(this.#strings)],
      ...buckets,
    ];
  }

  #guidIndex(guid: string): number {
    const wellKnown = WELL_KNOWN.get(guid);
    if (wellKnown !== undefined) {
      return wellKnown;
    }
    const known = this.#guids.indexOf(guid);
    return FIRST_GUID + (known === -1 ? this.#guids.push(guid) - 1 : known);
  }

  /** The entry stream has string offsets, the hash buckets have the CRC of the string instead, [MS-PST] 2.4.7.5. */
  #add(guidIndex: number, name: number | string, index: number): void {
    if (typeof name === 'number') {
      const entry = nameId(name, guidIndex * 2, index);
      this.#entries.push(entry);
      this.#bucket(name, guidIndex * 2, entry);
      return;
    }
    const text = Buffer.from(name, 'utf16le');
    const kind = guidIndex * 2 + 1;
    this.#entries.push(nameId(this.#stringSize, kind, index));
    const hash = weakCrc(text);
    this.#bucket(hash, kind, nameId(hash, kind, index));
    this.#addString(text);
  }

  #bucket(hash: number, kind: number, entry: Buffer): void {
    const bucket = ((hash ^ kind) >>> 0) % BUCKETS;
    this.#buckets.set(bucket, [...(this.#buckets.get(bucket) ?? []), entry]);
  }

  /** Length(4), UTF-16 without a terminator, zeros up to a multiple of 4. */
  #addString(text: Buffer): void {
    const entry = Buffer.alloc(Math.ceil((4 + text.length) / 4) * 4);
    entry.writeUInt32LE(text.length, 0);
    entry.set(text, 4);
    this.#strings.push(entry);
    this.#stringSize += entry.length;
  }
}

/** NAMEID, [MS-PST] 2.4.7.1: dwPropertyID(4), N and wGuid(2), wPropIdx(2). */
function nameId(id: number, kind: number, index: number): Buffer {
  const entry = Buffer.alloc(8);
  entry.writeUInt32LE(id >>> 0, 0);
  entry.writeUInt16LE(kind, 4);
  entry.writeUInt16LE(index, 6);
  return entry;
}
