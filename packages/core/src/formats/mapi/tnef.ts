// TNEF ([MS-OXTNEF]): what a winmail.dat holds, as a MAPI message like any other, so that its bodies and attachments go the way of all. Only
// attributes that carry MAPI properties or attachments are read. What ends early gives what was there before.
import { OctetReader } from './calendar/octet-reader.js';
import { MAX_DEPTH } from './context.js';
import type { MapiAttachment, MapiMessage, MapiObject, MapiProperty, NamedProperty, PropertyValue } from './object.js';
import { Pid } from './properties.js';

const SIGNATURE = 0x223e9f78;
const ATTACHMENT_LEVEL = 2;
// Attribute ids ([MS-OXTNEF] 2.1.3.2)
const ATT_BODY = 0x800c;
const ATT_ATTACH_DATA = 0x800f;
const ATT_ATTACH_TITLE = 0x8010;
const ATT_ATTACH_REND_DATA = 0x9002;
const ATT_MSG_PROPS = 0x9003;
const ATT_ATTACHMENT = 0x9005;
const MULTIPLE = 0x1000;
const PTYP_OBJECT = 0x000d;
const PTYP_STRING8 = 0x001e;
const PTYP_STRING = 0x001f;
const PTYP_BINARY = 0x0102;
/** An interface identifier stands before the octets of an object. */
const IID_SIZE = 16;
const MAX_PROPERTIES = 10_000;
/** 100 ns from 1601 to 1970. */
const EPOCH = 116_444_736_000_000_000n;

class TnefObject implements MapiObject {
  readonly sourceId: string;
  readonly #properties: readonly MapiProperty[];

  constructor(sourceId: string, properties: readonly MapiProperty[]) {
    this.sourceId = sourceId;
    this.#properties = properties;
  }

  #find(id: number): MapiProperty | undefined {
    return this.#properties.find((property) => property.id === id && property.name === undefined);
  }

  property(id: number): PropertyValue | undefined {
    return this.#find(id)?.value;
  }

  propertyType(id: number): number | undefined {
    return this.#find(id)?.type;
  }

  rawString8(id: number): Uint8Array | undefined {
    const found = this.#find(id);
    return found?.type === PTYP_STRING8 && typeof found.value === 'string' ? Buffer.from(found.value, 'latin1') : undefined;
  }

  named(guid: string, id: number | string): PropertyValue | undefined {
    return this.#properties.find(({ name }) => name?.guid === guid && name.id === id)?.value;
  }

  properties(): Iterable<MapiProperty> {
    return this.#properties;
  }

  propertiesOf(guid: string): Iterable<MapiProperty> {
    return this.#properties.filter(({ name }) => name?.guid === guid);
  }
}

class TnefAttachment extends TnefObject implements MapiAttachment {
  readonly dataKind: MapiAttachment['dataKind'];
  readonly #octets: Uint8Array;
  readonly #depth: number;

  constructor(sourceId: string, properties: readonly MapiProperty[], octets: Uint8Array, kind: MapiAttachment['dataKind'], depth: number) {
    super(sourceId, properties);
    this.#octets = octets;
    this.#depth = depth;
    this.dataKind = kind;
  }

  get size(): number {
    return this.dataKind === 'message' ? 0 : this.#octets.length;
  }

  data(): Iterable<Uint8Array> {
    return this.dataKind === 'message' ? [] : [this.#octets];
  }

  embedded(): MapiMessage | undefined {
    return this.dataKind === 'message' ? readTnef(this.#octets, `${this.sourceId}/tnef`, this.#depth + 1) : undefined;
  }
}

class TnefMessage extends TnefObject implements MapiMessage {
  readonly recipients: readonly MapiObject[] = [];
  readonly issues: readonly never[] = [];
  readonly attachments: readonly MapiAttachment[];

  constructor(sourceId: string, properties: readonly MapiProperty[], attachments: readonly MapiAttachment[]) {
    super(sourceId, properties);
    this.attachments = attachments;
  }
}

function guidText(octets: Buffer): string {
  const hex = (from: number, to: number) => Buffer.from(octets.subarray(from, to)).reverse().toString('hex');
  return `${hex(0, 4)}-${hex(4, 6)}-${hex(6, 8)}-${octets.toString('hex', 8, 10)}-${octets.toString('hex', 10, 16)}`;
}

// A name: property set 16, kind u32, then a LID u32, or a length u32 and text padded to four octets.
function readName(reader: OctetReader): NamedProperty {
  const guid = guidText(reader.octets(16));
  if (reader.u32() === 0) return { guid, id: reader.u32() };
  return { guid, id: padded(reader).toString('utf16le').replace(/\0+$/, '') };
}

function padded(reader: OctetReader): Buffer {
  const size = reader.u32();
  const octets = reader.octets(size);
  reader.octets(Math.min((4 - (size % 4)) % 4, reader.left));
  return octets;
}

function fixedValue(type: number, reader: OctetReader): PropertyValue | undefined {
  if (type === 0x0002) return (reader.u32() << 16) >> 16;
  if (type === 0x000b) return (reader.u32() & 0xffff) !== 0;
  if (type === 0x0003 || type === 0x000a) return reader.i32();
  if (type === 0x0004) return new Float32Array(Uint32Array.of(reader.u32()).buffer)[0];
  if (type === 0x0048) return guidText(reader.octets(16));
  const octets = reader.octets(8);
  if (octets.length < 8) return undefined;
  if (type === 0x0040) return Number((octets.readBigUInt64LE() - EPOCH) / 10_000n);
  return type === 0x0005 || type === 0x0007 ? octets.readDoubleLE() : octets.readBigInt64LE();
}

function variableValue(type: number, reader: OctetReader): PropertyValue {
  const octets = padded(reader);
  if (type === PTYP_STRING) return octets.toString('utf16le').replace(/\0+$/, '');
  return type === PTYP_STRING8 ? octets.toString('latin1').replace(/\0+$/, '') : octets;
}

function readValue(type: number, reader: OctetReader): PropertyValue | undefined {
  const base = type & ~MULTIPLE;
  const isVariable = base === PTYP_STRING8 || base === PTYP_STRING || base === PTYP_BINARY || base === PTYP_OBJECT;
  if (!isVariable && base === type) return fixedValue(base, reader);
  const count = Math.min(reader.u32(), MAX_PROPERTIES);
  const values: PropertyValue[] = [];
  for (let i = 0; i < count && !reader.isPastEnd; i++) {
    const value = isVariable ? variableValue(base, reader) : fixedValue(base, reader);
    if (value !== undefined) values.push(value);
  }
  return base === type ? values[0] : values;
}

// MsgPropertyList: count u32, then type u16, id u16, a name for ids from 0x8000 on, and the value.
function readProperties(octets: Uint8Array): MapiProperty[] {
  const reader = new OctetReader(octets);
  const count = Math.min(reader.u32(), MAX_PROPERTIES);
  const properties: MapiProperty[] = [];
  for (let i = 0; i < count && !reader.isPastEnd; i++) {
    const type = reader.u16();
    const id = reader.u16();
    const name = id >= 0x8000 ? readName(reader) : undefined;
    const value = readValue(type, reader);
    if (!reader.isPastEnd) properties.push(name === undefined ? { id, type, value } : { id, type, value, name });
  }
  return properties;
}

/** What the attributes of one attachment said so far. */
interface AttachmentDraft {
  properties: MapiProperty[];
  data: Uint8Array | undefined;
  title: string | undefined;
}

/** IID_IStorage: an OLE object, as its storage. */
const IID_STORAGE = '0b00000000000000c000000000000046';

/** The data of an attachment, and what it is; an object begins with the id of its interface ([MS-OXTNEF] 2.1.3.5). */
function dataOf(draft: AttachmentDraft): { readonly kind: MapiAttachment['dataKind']; readonly octets: Uint8Array } {
  const found = draft.properties.find(({ id }) => id === Pid.PidTagAttachDataBinary);
  const stored = found?.value instanceof Uint8Array ? found.value : undefined;
  if (stored === undefined || found?.type !== PTYP_OBJECT) return { kind: 'binary', octets: draft.data ?? stored ?? new Uint8Array() };
  const inner = stored.subarray(IID_SIZE);
  if (new OctetReader(inner).u32() === SIGNATURE) return { kind: 'message', octets: inner };
  const isStorage = Buffer.from(stored.subarray(0, IID_SIZE)).toString('hex') === IID_STORAGE;
  return isStorage ? { kind: 'storage', octets: inner } : { kind: 'binary', octets: draft.data ?? inner };
}

function finish(draft: AttachmentDraft, sourceId: string, depth: number): TnefAttachment {
  const { kind, octets } = dataOf(draft);
  const hasName = draft.properties.some(({ id }) => id === Pid.PidTagAttachLongFilename);
  const title: MapiProperty[] =
    hasName || draft.title === undefined ? [] : [{ id: Pid.PidTagAttachLongFilename, type: PTYP_STRING8, value: draft.title }];
  return new TnefAttachment(sourceId, [...draft.properties, ...title], octets, kind, depth);
}

/** Collects the attributes of a TNEF stream. */
class TnefReader {
  readonly properties: MapiProperty[] = [];
  readonly drafts: AttachmentDraft[] = [];

  attribute(level: number, id: number, data: Buffer): void {
    if (level === ATTACHMENT_LEVEL) this.#attachmentAttribute(id, data);
    else if (id === ATT_MSG_PROPS) this.properties.push(...readProperties(data));
    else if (id === ATT_BODY)
      this.properties.push({ id: Pid.PidTagBody, type: PTYP_STRING8, value: data.toString('latin1').replace(/\0+$/, '') });
  }

  #attachmentAttribute(id: number, data: Buffer): void {
    if (id === ATT_ATTACH_REND_DATA || this.drafts.length === 0) this.drafts.push({ properties: [], data: undefined, title: undefined });
    const draft = this.drafts.at(-1);
    if (!draft) return;
    if (id === ATT_ATTACH_DATA) draft.data = data;
    else if (id === ATT_ATTACH_TITLE) draft.title = data.toString('latin1').replace(/\0+$/, '');
    else if (id === ATT_ATTACHMENT) draft.properties.push(...readProperties(data));
  }
}

// Signature u32, key u16, then attributes: level u8, id u16, type u16, length u32, data, checksum u16.
/** The message in a TNEF stream; undefined when it is none, or lies too deep. */
export function readTnef(octets: Uint8Array, sourceId: string, depth = 0): MapiMessage | undefined {
  const reader = new OctetReader(octets);
  if (reader.u32() !== SIGNATURE || depth > MAX_DEPTH) return undefined;
  reader.u16();
  const found = new TnefReader();
  while (reader.left >= 11) {
    const level = reader.u8();
    const id = reader.u16();
    reader.u16();
    const data = reader.octets(reader.u32());
    reader.u16();
    if (reader.isPastEnd) break;
    found.attribute(level, id, data);
  }
  if (found.properties.length === 0 && found.drafts.length === 0) return undefined;
  const attachments = found.drafts.map((draft, i) => finish(draft, `${sourceId}/attachment:${i}`, depth));
  return new TnefMessage(sourceId, found.properties, attachments);
}
