// Fields that a user or a custom form gave an item: named properties of PS_PUBLIC_STRINGS whose names PidLidPropertyDefinitionStream lists ([MS-OXOCFG] 2.2.9
// has its layout; each name stands in it in UTF-16). What else lies in that property set is the programs' own.
import { type JProperty, jDateTime } from './jcal.js';
import type { MapiMessage, MapiProperty, PropertyValue } from './object.js';
import { PropertySet } from './properties.js';
import { asBytes } from './value.js';

/** PidLidPropertyDefinitionStream of PSETID_Common. */
const DEFINITIONS = 0x8540;
const PtypCurrency = 0x0006;
const PtypFloatingTime = 0x0007;
const PtypTime = 0x0040;
const TEN_THOUSANDTHS = 10_000;

function textOf(type: number, value: PropertyValue | undefined): string {
  if (Array.isArray(value)) return value.map((each: PropertyValue) => textOf(type & 0xfff, each)).join(', ');
  if (value === undefined || value instanceof Uint8Array) return '';
  if (type === PtypCurrency) return String(Number(value) / TEN_THOUSANDTHS);
  if ((type === PtypTime || type === PtypFloatingTime) && typeof value === 'number') return jDateTime(value, true);
  return String(value);
}

function fieldOf({ name, type, value }: MapiProperty, definitions: Buffer): JProperty[] {
  if (typeof name?.id !== 'string' || name.id === '' || !isNamedIn(definitions, name.id)) return [];
  const text = textOf(type, value);
  return text === '' ? [] : [['x-outlook-field', { 'x-name': name.id.replace(/["\p{Cc}]/gu, ' ') }, 'text', text]];
}

/** Looks for octets and not for `utf16le`: a name may begin at an odd one, and there Node's search in UTF-16 does not come back. */
function isNamedIn(definitions: Buffer, name: string): boolean {
  return definitions.includes(Buffer.from(name, 'utf16le'));
}

/** `X-OUTLOOK-FIELD;X-NAME=Customer:4711` for each field of the user's own that has a value. */
export function userFieldProperties(message: MapiMessage): JProperty[] {
  const stream = asBytes(message.named(PropertySet.PSETID_Common, DEFINITIONS));
  if (stream === undefined) return [];
  const definitions = Buffer.from(stream.buffer, stream.byteOffset, stream.length);
  const fields = [...message.propertiesOf(PropertySet.PS_PUBLIC_STRINGS)].filter(({ name }) => name?.id !== 'Keywords');
  return fields.flatMap((property) => fieldOf(property, definitions));
}
