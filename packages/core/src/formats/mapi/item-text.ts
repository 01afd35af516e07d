// What items of all kinds share: their UID, their description, their categories.
import { hash } from 'node:crypto';
import { birthmarkHex } from './birthmark.js';
import { messageBody } from './body.js';
import type { Conversion } from './context.js';
import { type JProperty, jDateTime, jProperty } from './jcal.js';
import type { MapiMessage } from './object.js';
import { Pid, PropertySet } from './properties.js';
import { userFieldProperties } from './user-fields.js';
import { asBytes, asString, asStrings, numberOf, type StringReader } from './value.js';

// PidLidGlobalObjectId, PidLidCleanGlobalObjectId ([MS-OXOCAL] 2.2.1.27)
const GLOBAL_OBJECT_ID = 0x3;
const CLEAN_GLOBAL_OBJECT_ID = 0x23;
/** Where the UID of a foreign calendar starts, after its mark. */
const VCAL_UID = 40;
// PidLidContacts ([MS-OXCMSG] 2.2.1.57.2): names of people that an item is linked to
const CONTACTS = 0x8586;
const VCAL_MARK = 'vCal-Uid';

/** A UID that is the same in every run, for an item that never had one. */
export function inventedUid(message: MapiMessage, conversion: Pick<Conversion, 'context'>): string {
  const digits = hash('sha256', `${conversion.context.idSeed}\0${message.sourceId}\0${birthmarkHex(message)}\0uid`, 'hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-5${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}

// GlobalObjectId: 16 octets of class id, year u16, month, day of the occurrence, created 8, reserved 8, size u32, then
// `vCal-Uid` 01 00 00 00 and the UID for appointments that came from elsewhere.
/** The UID of an appointment as Outlook writes it ([MS-OXCICAL] 2.1.3.1.1.20.26). */
export function appointmentUid(message: MapiMessage, conversion: Conversion): string {
  const octets =
    asBytes(message.named(PropertySet.PSETID_Meeting, CLEAN_GLOBAL_OBJECT_ID)) ??
    asBytes(message.named(PropertySet.PSETID_Meeting, GLOBAL_OBJECT_ID));
  if (!octets || octets.length < VCAL_UID) return inventedUid(message, conversion);
  const bytes = Buffer.from(octets);
  if (bytes.toString('latin1', VCAL_UID, VCAL_UID + 8) === VCAL_MARK) {
    const uid = bytes.toString('utf8', VCAL_UID + 12).replace(/\0[\s\S]*$/, '');
    if (/^[^\p{Cc}]{1,500}$/u.test(uid)) return uid;
  }
  bytes.fill(0, 16, 20);
  return bytes.toString('hex').toUpperCase();
}

/** The day of the occurrence that PidLidGlobalObjectId is about, as midnight of local time; undefined where it is about no single one. */
export function occurrenceDay(message: MapiMessage): number | undefined {
  const octets = asBytes(message.named(PropertySet.PSETID_Meeting, GLOBAL_OBJECT_ID));
  if (!octets || octets.length < VCAL_UID) return undefined;
  const [high = 0, low = 0, month = 0, day = 0] = octets.subarray(16, 20);
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= 31;
  return isDay ? Date.UTC(high * 256 + low, month - 1, day) : undefined;
}

/** The text of an item as one description with LF line ends; undefined when it has none. */
export function description(message: MapiMessage, strings: StringReader, conversion: Conversion): string | undefined {
  const text = messageBody(message, strings, conversion).text?.replace(/\r\n/g, '\n').trimEnd();
  return text === undefined || text === '' ? undefined : text;
}

/** CATEGORIES, CONTACT, CREATED, LAST-MODIFIED and DTSTAMP, which must not change from run to run, and fields of the user's own. */
export function stampProperties(message: MapiMessage): JProperty[] {
  const created = numberOf(message, Pid.PidTagCreationTime);
  const modified = numberOf(message, Pid.PidTagLastModificationTime);
  const categories = asStrings(message.named(PropertySet.PS_PUBLIC_STRINGS, 'Keywords'));
  const contacts = asStrings(message.named(PropertySet.PSETID_Common, CONTACTS));
  const properties: JProperty[] = [['dtstamp', {}, 'date-time', jDateTime(modified ?? created ?? 0, true)]];
  if (created !== undefined) properties.push(['created', {}, 'date-time', jDateTime(created, true)]);
  if (modified !== undefined) properties.push(['last-modified', {}, 'date-time', jDateTime(modified, true)]);
  if (categories.length > 0) properties.push(['categories', {}, 'text', ...categories]);
  for (const contact of contacts) properties.push(['contact', {}, 'text', contact]);
  properties.push(...userFieldProperties(message));
  return properties;
}

const CLASSES: Readonly<Record<number, string>> = { 1: 'PRIVATE', 2: 'PRIVATE', 3: 'CONFIDENTIAL' };
const PRIORITIES: Readonly<Record<number, number>> = { 0: 9, 2: 1 };

/** CLASS by PidTagSensitivity; undefined where it is open to all. */
export function sensitivity(message: MapiMessage): string | undefined {
  return CLASSES[numberOf(message, Pid.PidTagSensitivity) ?? 0];
}

/** CLASS and PRIORITY by PidTagSensitivity and PidTagImportance. */
export function classProperties(message: MapiMessage): JProperty[] {
  return [
    ...jProperty('class', 'text', sensitivity(message)),
    ...jProperty('priority', 'integer', PRIORITIES[numberOf(message, Pid.PidTagImportance) ?? 1]),
  ];
}

/** A named number, boolean, string or binary of an item. */
export function namedText(message: MapiMessage, set: string, id: number): string | undefined {
  return asString(message.named(set, id))?.trim() || undefined;
}
