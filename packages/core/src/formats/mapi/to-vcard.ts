// Contacts and distribution lists ([MS-OXOCNTC]) as vCard 4.0 (RFC 6350) or 3.0 (RFC 2426).
import type { Issue } from '../../model/issue.js';
import { joined } from '../mime/builder.js';
import { isAddress } from '../mime/mailbox.js';
import { knownAddress } from './address.js';
import { attachmentName } from './attachments.js';
import { contactKeys } from './certificates.js';
import { type ConversionContext, IssueList } from './context.js';
import { entryIdAddress } from './entry-id.js';
import { subjectOf } from './headers.js';
import { itemKind } from './item-kind.js';
import { description, inventedUid, namedText, sensitivity } from './item-text.js';
import { type JParameters, type JProperty, jDate, jDateTime, jProperty, vcardText } from './jcal.js';
import type { MapiAttachment, MapiMessage, PropertyValue } from './object.js';
import { Pid, PropertySet } from './properties.js';
import { telephones } from './telephones.js';
import { userFieldProperties } from './user-fields.js';
import { asStrings, asTime, isTrue, numberOf, StringReader } from './value.js';

/** A vCard with what had to be guessed. */
export interface VcardText {
  readonly uid: string;
  readonly text: string;
  readonly issues: readonly Issue[];
}

type Version = 3 | 4;

// LIDs of PSETID_Address
const FILE_AS = 0x8005;
const WORK_STREET = 0x8045;
const WORK_CITY = 0x8046;
const WORK_STATE = 0x8047;
const WORK_POSTAL_CODE = 0x8048;
const WORK_COUNTRY = 0x8049;
const WORK_BOX = 0x804a;
const MEMBERS_ONE_OFF = 0x8054;
const MEMBERS = 0x8055;
const INSTANT_MESSAGING = 0x8062;
const BIRTHDAY_LOCAL = 0x80de;
const ANNIVERSARY_LOCAL = 0x80df;
const HTML = 0x802b;
/** Address type, address, original display name of the three e-mail addresses. */
const EMAILS: readonly (readonly [number, number, number])[] = [
  [0x8082, 0x8083, 0x8084],
  [0x8092, 0x8093, 0x8094],
  [0x80a2, 0x80a3, 0x80a4],
];

const HOME_ADDRESS = [
  Pid.PidTagHomeAddressPostOfficeBox,
  Pid.PidTagHomeAddressStreet,
  Pid.PidTagHomeAddressCity,
  Pid.PidTagHomeAddressStateOrProvince,
  Pid.PidTagHomeAddressPostalCode,
  Pid.PidTagHomeAddressCountry,
];
const OTHER_ADDRESS = [
  Pid.PidTagOtherAddressPostOfficeBox,
  Pid.PidTagOtherAddressStreet,
  Pid.PidTagOtherAddressCity,
  Pid.PidTagOtherAddressStateOrProvince,
  Pid.PidTagOtherAddressPostalCode,
  Pid.PidTagOtherAddressCountry,
];
const MAIN_ADDRESS = [
  Pid.PidTagPostOfficeBox,
  Pid.PidTagStreetAddress,
  Pid.PidTagLocality,
  Pid.PidTagStateOrProvince,
  Pid.PidTagPostalCode,
  Pid.PidTagCountry,
];
/** Ids of named properties begin here. */
const NAMED = 0x8000;
const FREE_BUSY_LOCATION = 0x80d8;
const OTHERS: readonly (readonly [number, string])[] = [
  [Pid.PidTagInitials, 'x-initials'],
  [Pid.PidTagOfficeLocation, 'x-office'],
  [Pid.PidTagAccount, 'x-account'],
  [Pid.PidTagCustomerId, 'x-customer-id'],
  [Pid.PidTagReferredByName, 'x-referred-by'],
  [Pid.PidTagTelexNumber, 'x-telex'],
  [Pid.PidTagLanguage, 'x-language'],
  [Pid.PidTagGovernmentIdNumber, 'x-government-id'],
  [Pid.PidTagComputerNetworkName, 'x-computer-network'],
  [0x802c, 'x-phonetic-first-name'],
  [0x802d, 'x-phonetic-last-name'],
  [0x802e, 'x-phonetic-org'],
  [0x804f, 'x-custom1'],
  [0x8050, 'x-custom2'],
  [0x8051, 'x-custom3'],
  [0x8052, 'x-custom4'],
];
const MAX_PHOTO: number = 1024 * 1024;

/** Reads one contact. */
class ContactReader {
  readonly message: MapiMessage;
  readonly strings: StringReader;
  readonly context: ConversionContext;
  readonly version: Version;

  constructor(message: MapiMessage, strings: StringReader, context: ConversionContext, version: Version) {
    this.message = message;
    this.strings = strings;
    this.context = context;
    this.version = version;
  }

  text(id: number): string | undefined {
    return this.strings.text(this.message, id)?.trim() || undefined;
  }

  named(id: number): string | undefined {
    return namedText(this.message, PropertySet.PSETID_Address, id);
  }

  /** One structured or plain text property for each value that is there. */
  plain(name: string, id: number, parameters: JParameters = {}): JProperty[] {
    return jProperty(name, 'text', this.text(id), parameters);
  }

  /** A property of vCard 4, or its X- name in vCard 3. */
  newer(name: string, type: string, value: string | undefined, parameters: JParameters = {}): JProperty[] {
    return this.version === 4 ? jProperty(name, type, value, parameters) : jProperty(`x-${name}`, 'text', value);
  }
}

function emailOf(contact: ContactReader, [typeId, addressId, originalId]: readonly [number, number, number]): string | undefined {
  const found = [contact.named(addressId), contact.named(originalId)].map((text) => text?.replace(/^smtp:/i, ''));
  const smtp = found.find((text) => text !== undefined && isAddress(text));
  if (smtp !== undefined) return smtp;
  const known = found[0] === undefined ? undefined : knownAddress(found[0], contact.context);
  if (known !== undefined) return known;
  // An Exchange name is better than nothing, as text; a fax number is no address.
  return contact.named(typeId)?.toUpperCase() === 'FAX' ? undefined : found[0];
}

function fullName(contact: ContactReader): string {
  const parts = [Pid.PidTagDisplayNamePrefix, Pid.PidTagGivenName, Pid.PidTagMiddleName, Pid.PidTagSurname, Pid.PidTagGeneration];
  const made = parts
    .map((id) => contact.text(id))
    .filter((part) => part !== undefined)
    .join(' ');
  const candidates = [contact.text(Pid.PidTagDisplayName), made, contact.named(FILE_AS), contact.text(Pid.PidTagCompanyName)];
  const emails = EMAILS.map((ids) => emailOf(contact, ids));
  return (
    [...candidates, subjectOf(contact.message, contact.strings), ...emails].find((name) => name !== undefined && name !== '') ?? 'Unnamed'
  );
}

function nameProperties(contact: ContactReader): JProperty[] {
  const parts = [Pid.PidTagSurname, Pid.PidTagGivenName, Pid.PidTagMiddleName, Pid.PidTagDisplayNamePrefix, Pid.PidTagGeneration];
  return [
    ['fn', {}, 'text', fullName(contact)],
    ['n', {}, 'text', parts.map((id) => contact.text(id) ?? '')],
    ...contact.plain('nickname', Pid.PidTagNickname),
    // How the address book of Outlook shows and sorts it.
    ...jProperty(contact.version === 3 ? 'sort-string' : 'x-file-as', 'text', contact.named(FILE_AS)),
  ];
}

function emailProperties(contact: ContactReader): JProperty[] {
  const emails = EMAILS.map((ids) => emailOf(contact, ids)).filter((email) => email !== undefined);
  return [...new Set(emails)].map((email) => ['email', contact.version === 3 ? { type: 'internet' } : {}, 'text', email]);
}

function address(parts: readonly (string | undefined)[], type: string | undefined): JProperty[] {
  const [box = '', street = '', city = '', state = '', code = '', country = ''] = parts.map((part) => part?.replace(/\r\n/g, '\n'));
  if ([box, street, city, state, code, country].every((part) => part === '')) return [];
  return [['adr', type === undefined ? {} : { type }, 'text', [box, '', street, city, state, code, country]]];
}

function addressProperties(contact: ContactReader): JProperty[] {
  const work = [WORK_BOX, WORK_STREET, WORK_CITY, WORK_STATE, WORK_POSTAL_CODE, WORK_COUNTRY].map((id) => contact.named(id));
  const home = HOME_ADDRESS.map((id) => contact.text(id));
  const other = OTHER_ADDRESS.map((id) => contact.text(id));
  const main = MAIN_ADDRESS.map((id) => contact.text(id));
  const known = [work, home, other].map((parts) => parts.join('\0'));
  return [
    ...address(work, 'work'),
    ...address(home, 'home'),
    ...address(other, undefined),
    // The mailing address repeats one of the three.
    ...(known.includes(main.join('\0')) ? [] : address(main, undefined)),
  ];
}

function workProperties(contact: ContactReader): JProperty[] {
  const company = contact.text(Pid.PidTagCompanyName);
  const department = contact.text(Pid.PidTagDepartmentName);
  const organisation: JProperty[] =
    company === undefined && department === undefined
      ? []
      : [['org', {}, 'text', department === undefined ? [company ?? ''] : [company ?? '', department]]];
  return [...organisation, ...contact.plain('title', Pid.PidTagTitle), ...contact.plain('role', Pid.PidTagProfession)];
}

function dateProperty(contact: ContactReader, name: string, id: number, localId: number): JProperty[] {
  // The local one is midnight of the day itself ([MS-OXOCNTC] 2.2.1.5.2), which the other is only where it was written.
  const ms = asTime(contact.message.named(PropertySet.PSETID_Address, localId)) ?? asTime(contact.message.property(id));
  if (ms === undefined) return [];
  // Birthdays are stored as midnight somewhere or as noon: the nearest day is meant.
  const date = jDate(Math.floor((ms + 43_200_000) / 86_400_000) * 86_400_000);
  if (contact.version === 4) return [[name, {}, 'date-and-or-time', date]];
  return name === 'bday' ? [[name, {}, 'date', date]] : [[`x-${name}`, {}, 'text', date]];
}

function relatedProperties(contact: ContactReader): JProperty[] {
  const related = (name: string, id: number, type: string): JProperty[] =>
    contact.version === 4 ? jProperty('related', 'text', contact.text(id), { type }) : jProperty(name, 'text', contact.text(id));
  const children = asStrings(contact.message.property(Pid.PidTagChildrensNames));
  return [
    ...related('x-spouse', Pid.PidTagSpouseName, 'spouse'),
    ...related('x-manager', Pid.PidTagManagerName, 'co-worker'),
    ...related('x-assistant', Pid.PidTagAssistant, 'agent'),
    ...children.map(
      (child): JProperty => (contact.version === 4 ? ['related', { type: 'child' }, 'text', child] : ['x-child', {}, 'text', child]),
    ),
  ];
}

const GENDERS: Readonly<Record<number, string>> = { 1: 'F', 2: 'M' };

/** What vCard has other names for, or none: X- properties, which programs keep although they show few of them. */
function otherProperties(contact: ContactReader): JProperty[] {
  const gender = GENDERS[numberOf(contact.message, Pid.PidTagGender) ?? 0];
  const own = OTHERS.flatMap(([id, name]) => jProperty(name, 'text', id >= NAMED ? contact.named(id) : contact.text(id)));
  return [
    ...contact.newer('gender', 'text', gender),
    // The only word of vCard 3 for it left with vCard 4.
    ...jProperty(contact.version === 3 ? 'class' : 'x-class', 'text', sensitivity(contact.message)),
    ...contact.newer('hobby', 'text', contact.text(Pid.PidTagHobbies)),
    ...jProperty('fburl', 'uri', contact.named(FREE_BUSY_LOCATION)),
    ...own,
    ...userFieldProperties(contact.message),
  ];
}

/** IMPP is a URI (RFC 6350 §6.4.3, RFC 4770); what Outlook has is mostly a bare name or address (RFC 3860). */
function imUri(text: string | undefined): string | undefined {
  return text === undefined || /^[a-z][a-z\d+.-]*:[\x21-\x7e]+$/i.test(text)
    ? text
    : `im:${encodeURIComponent(text).replaceAll('%40', '@')}`;
}

function uriProperties(contact: ContactReader): JProperty[] {
  const ids = [Pid.PidTagBusinessHomePage, Pid.PidTagPersonalHomePage, Pid.PidTagFtpSite];
  const pages = [...ids.map((id) => contact.text(id)), contact.named(HTML)];
  const unique = [...new Set(pages.filter((page) => page !== undefined))];
  return [
    ...unique.map((page): JProperty => ['url', {}, 'uri', page]),
    ...jProperty('impp', 'uri', imUri(contact.named(INSTANT_MESSAGING))),
  ];
}

function photoOf({ message }: ContactReader): MapiAttachment | undefined {
  const photo = message.attachments.find((attachment) => isTrue(attachment, Pid.PidTagAttachmentContactPhoto));
  return photo?.dataKind === 'binary' && photo.size <= MAX_PHOTO ? photo : undefined;
}

function photoProperties(contact: ContactReader): JProperty[] {
  const photo = photoOf(contact);
  if (!photo || photo.size === 0) return [];
  const octets = Buffer.from(joined(photo.data(), photo.size));
  const type = octets[0] === 0x89 ? 'png' : octets[0] === 0x47 ? 'gif' : octets[0] === 0x42 ? 'bmp' : 'jpeg';
  const data = octets.toString('base64');
  if (contact.version === 4) return [['photo', {}, 'uri', `data:image/${type};base64,${data}`]];
  return [['photo', { encoding: 'b', type: type.toUpperCase() }, 'binary', data]];
}

/** KEY ([MS-OXVCARD] 2.1.3.7.6): what mail to this person is encrypted with. */
function keyProperties({ message, version }: ContactReader): JProperty[] {
  return contactKeys(message).map(({ type, octets }) => {
    const data = Buffer.from(octets).toString('base64');
    if (version === 4) return ['key', {}, 'uri', `data:${type};base64,${data}`];
    return ['key', { encoding: 'b', type: 'X509' }, 'binary', data];
  });
}

/** A vCard has no place for files but one photo: the names of the others. */
function filesLeft(contact: ContactReader): string[] {
  const photo = photoOf(contact);
  const others = contact.message.attachments.filter((attachment) => attachment !== photo);
  return others.map((attachment) => attachmentName(attachment, contact.strings) ?? 'attachment');
}

function entryIds(value: PropertyValue | undefined): Uint8Array[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((entry) => entry instanceof Uint8Array);
}

/** The vCard of a list of this store that is a member of another; empty for what is none. */
function listUri(entryId: Uint8Array | undefined, context: ConversionContext): string {
  const inner = entryId === undefined ? undefined : context.stored?.(entryId);
  if (inner === undefined || itemKind(inner) !== 'distributionList') return '';
  return `urn:uuid:${inventedUid(inner, { context })}`;
}

/** The members of a distribution list that have an address, from the one-off entry ids beside the others. */
function members(message: MapiMessage, context: ConversionContext): { name: string; address: string; uri: string }[] {
  const oneOff = entryIds(message.named(PropertySet.PSETID_Address, MEMBERS_ONE_OFF));
  const own = entryIds(message.named(PropertySet.PSETID_Address, MEMBERS));
  const count = Math.max(oneOff.length, own.length);
  return Array.from({ length: count }, (_, i) => {
    const candidates = [oneOff[i], own[i]].map((entryId) => (entryId ? entryIdAddress(entryId) : undefined));
    const found =
      candidates.find((candidate) => candidate !== undefined && candidate.type !== 'FAX' && isAddress(candidate.address)) ??
      candidates.find((candidate) => candidate !== undefined);
    // A list inside a list has a name and no address; Outlook writes "Unknown" there.
    const stored = found === undefined || /^unknown$/i.test(found.address) ? '' : found.address;
    const address = knownAddress(stored, context) ?? stored;
    // The fax number of a person is a member, too, and looks like an address.
    const uri = found?.type !== 'FAX' && isAddress(address) ? `mailto:${address}` : listUri(own[i], context);
    return { name: found?.name ?? '', address, uri };
  }).filter((member) => member.name !== '' || member.address !== '');
}

/** KIND and MEMBER; names of members are in the note, where a person reads them. */
function groupProperties(contact: ContactReader): { properties: JProperty[]; note: string } {
  const list = members(contact.message, contact.context);
  const isNew = contact.version === 4;
  const properties: JProperty[] = [[isNew ? 'kind' : 'x-addressbookserver-kind', {}, isNew ? 'text' : 'unknown', 'group']];
  for (const { uri } of list) {
    if (uri !== '') properties.push([isNew ? 'member' : 'x-addressbookserver-member', {}, isNew ? 'uri' : 'unknown', uri]);
  }
  return {
    properties,
    note: list
      .map(({ name, address: member }) => [name, member === '' ? '' : `<${member}>`].filter((part) => part !== '').join(' '))
      .join('\n'),
  };
}

function contactProperties(contact: ContactReader): JProperty[] {
  return [
    ...workProperties(contact),
    ...emailProperties(contact),
    ...telephones((id) => contact.text(id), contact.version),
    ...addressProperties(contact),
    ...dateProperty(contact, 'bday', Pid.PidTagBirthday, BIRTHDAY_LOCAL),
    ...dateProperty(contact, 'anniversary', Pid.PidTagWeddingAnniversary, ANNIVERSARY_LOCAL),
    ...uriProperties(contact),
    ...relatedProperties(contact),
    ...photoProperties(contact),
    ...keyProperties(contact),
    ...otherProperties(contact),
  ];
}

/** A contact or a distribution list as a vCard. */
export function toVcard(message: MapiMessage, context: ConversionContext, version: Version): VcardText {
  const issues = new IssueList();
  const conversion = { context, issues, depth: 0, path: message.sourceId };
  const strings = new StringReader(message, context);
  const contact = new ContactReader(message, strings, context, version);
  const uid = inventedUid(message, conversion);
  const group = itemKind(message) === 'distributionList' ? groupProperties(contact) : undefined;
  for (const ids of EMAILS) {
    const email = emailOf(contact, ids);
    if (email !== undefined && !isAddress(email)) issues.add('MAPI_ADDRESS_UNRESOLVED', email);
  }
  for (const name of filesLeft(contact)) issues.add('MAPI_ITEM_ATTACHMENT_LEFT', name);
  const notes = [description(message, strings, conversion), group?.note].filter((note) => note !== undefined && note !== '');
  const modified = numberOf(message, Pid.PidTagLastModificationTime);
  const categories = asStrings(message.named(PropertySet.PS_PUBLIC_STRINGS, 'Keywords'));
  const properties: JProperty[] = [
    ['version', {}, 'text', version === 4 ? '4.0' : '3.0'],
    ['uid', {}, 'text', version === 4 ? `urn:uuid:${uid}` : uid],
    ...nameProperties(contact),
    ...(group ? group.properties : contactProperties(contact)),
    ...jProperty('note', 'text', notes.join('\n\n')),
    ...(categories.length === 0 ? [] : ([['categories', {}, 'text', ...categories]] satisfies JProperty[])),
    ...(modified === undefined ? [] : jProperty('rev', version === 4 ? 'timestamp' : 'date-time', jDateTime(modified, true))),
  ];
  return { uid, text: vcardText(['vcard', properties, []], version), issues: issues.list };
}
