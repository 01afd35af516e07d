// Attachments ([MS-OXCMSG] 2.2.2) as parts: data as base64 with its octets unchanged, messages as message/rfc822, what lies elsewhere as a
// note that a reader sees. Nothing is dropped but what another part already shows: the exceptions of a recurring appointment.
import { encodeBase64 } from '../mime/body.js';
import { dataEntity, type Entity, joined, messageEntity, multipartEntity, octetsOf, textEntity } from '../mime/builder.js';
import { formatParameters } from '../mime/parameter.js';
import { boundary } from './boundary.js';
import { type Conversion, MAX_DEPTH } from './context.js';
import { isMacBinary, readMacBinary } from './mac-binary.js';
import { mimeTypeOfName } from './mime-type.js';
import type { MapiAttachment, MapiMessage } from './object.js';
import { extractOle } from './ole.js';
import { Pid, PropertySet } from './properties.js';
import { asString, bytesOf, isTrue, numberOf, type StringReader } from './value.js';

/** One attachment, ready to be placed. */
export interface AttachmentPart {
  readonly entity: Entity;
  /** Belongs into multipart/related with the HTML. */
  readonly isInline: boolean;
}

/** What the conversion of attachments needs from that of messages. */
export type EmbeddedConverter = (message: MapiMessage, conversion: Conversion) => { readonly entity: Entity; readonly name: string };

// PidTagAttachMethod ([MS-OXCMSG] 2.2.2.9)
const BY_REFERENCE = [2, 3, 4];
const BY_WEB_REFERENCE = 7;
// PidTagAttachmentFlags ([MS-OXOCAL] 2.2.10.1.2): afException
const EXCEPTION = 0x2;
/** Octets of a message that was attached as a file and may be looked into. */
const MAX_INSPECTED: number = 1024 * 1024;
/** Octets of a file of a Macintosh that is taken apart. */
const MAX_MAC: number = 64 * MAX_INSPECTED;
/** Octets of an OLE object that is looked into. */
const MAX_OLE: number = 64 * MAX_INSPECTED;
/** What says MacBinary, and nothing of the file. */
const MAC_TYPE = /^(?:application\/(?:x-)?(?:mac-?binary|applefile)|multipart\/.*)$/;

/** True for the parts of a recurring appointment that hold its exceptions. */
export function isCalendarException(attachment: MapiAttachment): boolean {
  return isTrue(attachment, Pid.PidTagAttachmentHidden) && ((numberOf(attachment, Pid.PidTagAttachmentFlags) ?? 0) & EXCEPTION) !== 0;
}

function baseName(name: string): string {
  return name
    .slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
}

/** The name of a file without its directories; undefined when it has none. */
export function attachmentName(attachment: MapiAttachment, strings: StringReader): string | undefined {
  for (const id of [Pid.PidTagAttachLongFilename, Pid.PidTagAttachFilename, Pid.PidTagDisplayName]) {
    const name = baseName(strings.text(attachment, id) ?? '');
    if (name !== '') return name;
  }
  return undefined;
}

/** The media type that is stored, else the one of the name. */
export function mediaType(attachment: MapiAttachment, name: string): string {
  const stored = asString(attachment.property(Pid.PidTagAttachMimeTag))
    ?.replace(/\0[\s\S]*$/, '')
    .trim()
    .toLowerCase();
  const bare = stored?.split(';')[0]?.trim();
  if (bare !== undefined && /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/.test(bare)) return bare;
  return mimeTypeOfName(name);
}

/** The charset that a text came with (PidTagTextAttachmentCharset), or that its stored media type names; of other files none. */
function textCharset(attachment: MapiAttachment, type: string): string | undefined {
  if (!type.startsWith('text/')) return undefined;
  const stored = asString(attachment.property(Pid.PidTagTextAttachmentCharset)) ?? '';
  const named = /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(asString(attachment.property(Pid.PidTagAttachMimeTag)) ?? '')?.[1];
  return /^[\w.:-]{1,40}$/.test(stored) ? stored : named?.slice(0, 40);
}

/** What can stand in Content-ID. Outlook writes spaces in it, too, and mail programs find such a picture by nothing else. */
const PLAIN_ID = /^(?! )[\x20-\x3b\x3d\x3f-\x7e]{1,500}$/;

/** The identifier of an attachment without brackets. */
export function contentId(attachment: MapiAttachment): string | undefined {
  const id = asString(attachment.property(Pid.PidTagAttachContentId))?.trim().replace(/^<|>$/g, '');
  return id !== undefined && PLAIN_ID.test(id) ? id : undefined;
}

function contentLocation(attachment: MapiAttachment): string | undefined {
  const location = asString(attachment.property(Pid.PidTagAttachContentLocation))?.trim();
  return location !== undefined && /^[\x21-\x7e]{1,900}$/.test(location) ? location : undefined;
}

/** What an HTML body refers to. */
export class HtmlReferences {
  readonly #html: string;
  #lowered: string | undefined;
  /** In lower case → as the HTML writes them: mail programs compare letter by letter, Outlook does not. */
  readonly #ids = new Map<string, string>();
  readonly #taken = new Set<string>();
  readonly #given: ReadonlyMap<MapiAttachment, string>;

  /** @param given ids of attachments that have none of their own */
  constructor(html: string, given: ReadonlyMap<MapiAttachment, string> = new Map()) {
    this.#html = html;
    this.#given = given;
    for (const [, id = ''] of html.matchAll(/cid:([^"'\s<>)]{1,500})/gi)) this.#addId(decodeId(id));
  }

  #addId(id: string): void {
    if (PLAIN_ID.test(id) && !this.#ids.has(id.toLowerCase())) this.#ids.set(id.toLowerCase(), id);
  }

  /** The id as the HTML writes it; undefined where the HTML has it not, or another attachment is that. */
  take(id: string): string | undefined {
    const known = id.toLowerCase();
    if (!this.#hasId(id) || this.#taken.has(known)) return undefined;
    this.#taken.add(known);
    return this.#ids.get(known) ?? id;
  }

  #hasId(id: string): boolean {
    if (this.#ids.has(id.toLowerCase())) return true;
    if (!id.includes(' ')) return false;
    this.#lowered ??= this.#html.toLowerCase();
    return this.#lowered.includes(`cid:${id.toLowerCase()}`);
  }

  /** The id that an attachment was given. */
  idOf(attachment: MapiAttachment): string | undefined {
    return this.#given.get(attachment);
  }

  /** An ampersand in an address is written `&amp;` in HTML. */
  hasLocation(location: string): boolean {
    return this.#html.includes(location) || (location.includes('&') && this.#html.includes(location.replaceAll('&', '&amp;')));
  }

  /** The one id `NAME@…` that an image of this name must mean, when its own id was lost. */
  idOfName(name: string): string | undefined {
    const start = `${name.toLowerCase()}@`;
    return name === '' ? undefined : [...this.#ids.keys()].find((id) => id.startsWith(start) || id === name.toLowerCase());
  }
}

function decodeId(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

interface Placement {
  readonly isInline: boolean;
  readonly fields: readonly string[];
}

function placement(attachment: MapiAttachment, name: string, references: HtmlReferences): Placement {
  const location = contentLocation(attachment);
  const own = contentId(attachment) ?? references.idOf(attachment);
  const id = own ?? references.idOfName(name);
  const shown = id === undefined ? undefined : references.take(id);
  const isInline = shown !== undefined || (location !== undefined && references.hasLocation(location));
  const fields: string[] = [];
  const written = shown ?? own;
  if (written !== undefined) fields.push(`Content-ID: <${written}>`);
  if (location !== undefined) fields.push(`Content-Location: ${location}`);
  return { isInline, fields };
}

/** Content-Disposition with the name by RFC 2231. */
export function disposition(kind: 'inline' | 'attachment', name: string, size?: number): string {
  return `Content-Disposition: ${formatParameters(kind, [
    ['filename', name],
    ['size', size === undefined ? undefined : String(size)],
  ])}`;
}

function note(name: string, lines: readonly string[]): Entity {
  const text = octetsOf(`${lines.join('\r\n')}\r\n`);
  return textEntity('text/plain; charset=utf-8', text, [disposition('inline', `${name}.txt`)]);
}

/** An attachment that is only a name of a place: what the place is, in words. */
function referencePart(attachment: MapiAttachment, name: string, isWeb: boolean, strings: StringReader, conversion: Conversion): Entity {
  const stored = strings.text(attachment, Pid.PidTagAttachLongPathname) ?? strings.text(attachment, Pid.PidTagAttachPathname);
  const place = stored ?? cloudText(attachment, 'AttachmentOriginalUrl') ?? '';
  conversion.issues.add('MAPI_ATTACHMENT_ELSEWHERE', name);
  const what = isWeb ? 'is a link to a file in the cloud' : 'is a link to a file outside of the message';
  return note(name, [
    `The attachment "${name}" ${what}:`,
    place === '' ? '(the place is not stored)' : place,
    ...cloudLines(attachment, place),
  ]);
}

/** A string that a cloud provider left with its attachment ([MS-OXPROPS], PidNameAttachmentProviderType and the names beside it), on one line. */
function cloudText(attachment: MapiAttachment, name: string): string | undefined {
  return asString(attachment.named(PropertySet.PSETID_Attachment, name))
    ?.replace(/\p{Cc}+/gu, ' ')
    .trim();
}

const CLOUD_NOTES: readonly (readonly [string, string])[] = [
  ['AttachmentOriginalUrl', 'Original'],
  ['AttachmentProviderType', 'Provider'],
  ['AttachmentProviderEndpointUrl', 'Service'],
  ['AttachmentPreviewUrl', 'Preview'],
];

/** What is known of a file in the cloud beside its place: links that are not said yet, and who keeps it. */
function cloudLines(attachment: MapiAttachment, place: string): string[] {
  return CLOUD_NOTES.flatMap(([name, label]) => {
    const text = cloudText(attachment, name);
    return text === undefined || text === '' || text === place ? [] : [`${label}: ${text}`];
  });
}

/** True for octets that may stand in a message as they are: lines of text with CRLF, none too long. */
function isPlainOctets(octets: Uint8Array): boolean {
  const text = Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
  return !/\0|\r(?!\n)|(?<!\r)\n|^[^\r\n]{999}/m.test(text);
}

/** message/* must not be encoded (RFC 2046 §5.2.1): it stays as it is where it can, else it is a file. */
function messageFile(attachment: MapiAttachment, type: string, name: string, fields: readonly string[]): Entity | undefined {
  if (attachment.size > MAX_INSPECTED) return undefined;
  const octets = joined(attachment.data(), attachment.size);
  if (!isPlainOctets(octets) || !/^[!-9;-~]+:/.test(Buffer.from(octets.subarray(0, 80)).toString('latin1'))) return undefined;
  const encoding = Buffer.from(octets).some((octet) => octet > 127) ? '8bit' : '7bit';
  return {
    fields: [`Content-Type: ${formatParameters(type, [['name', name]])}`, `Content-Transfer-Encoding: ${encoding}`, ...fields],
    body: [octets],
    encoding,
  };
}

/** A file of a Macintosh: its data, with finder information and resource fork beside it where there is one. */
function macPart(attachment: MapiAttachment, name: string, place: Placement, boundaryOf: (part: string) => string): Entity | undefined {
  const file = readMacBinary(joined(attachment.data(), attachment.size));
  if (!file) return undefined;
  const stored = mediaType(attachment, name);
  const type = MAC_TYPE.test(stored) ? mimeTypeOfName(name) : stored;
  const { data, appleDouble } = file;
  const fields = [disposition(place.isInline ? 'inline' : 'attachment', name, data.length), ...place.fields];
  const part = dataEntity(formatParameters(type, [['name', name]]), { size: data.length, data: () => [data] }, fields);
  if (!appleDouble) return part;
  const header = { size: appleDouble.length, data: () => [appleDouble] };
  const beside = dataEntity(formatParameters('application/applefile', [['name', `._${name}`]]), header, [
    disposition('attachment', `._${name}`, appleDouble.length),
  ]);
  return multipartEntity('multipart/appledouble', boundaryOf('appledouble'), [beside, part]);
}

function dataPart(attachment: MapiAttachment, name: string, place: Placement, boundaryOf: (part: string) => string): Entity {
  if (attachment.size <= MAX_MAC && isMacBinary(bytesOf(attachment, Pid.PidTagAttachEncoding))) {
    const file = macPart(attachment, name, place, boundaryOf);
    if (file) return file;
  }
  const type = mediaType(attachment, name);
  const fields = [disposition(place.isInline ? 'inline' : 'attachment', name, attachment.size), ...place.fields];
  if (type.startsWith('message/')) {
    const file = messageFile(attachment, type, name, fields);
    if (file) return file;
  }
  const isContainer = type.startsWith('message/') || type.startsWith('multipart/');
  const parameters = [['charset', textCharset(attachment, type)] as const, ['name', name] as const];
  return dataEntity(formatParameters(isContainer ? 'application/octet-stream' : type, parameters), attachment, fields);
}

function embeddedPart(attachment: MapiAttachment, name: string, conversion: Conversion, index: number, convert: EmbeddedConverter): Entity {
  const inner = conversion.depth < MAX_DEPTH ? attachment.embedded() : undefined;
  if (!inner) {
    conversion.issues.add('MAPI_ATTACHMENT_UNREADABLE', name);
    return note(name, [`The message "${name}" that was attached here could not be read.`]);
  }
  const { entity, name: file } = convert(inner, { ...conversion, depth: conversion.depth + 1, path: `${conversion.path}/${index}` });
  return messageEntity(entity, [disposition('attachment', file)]);
}

/** The file in an OLE object, with a name that fits it; undefined when it holds none. */
export function oleFile(attachment: MapiAttachment, name: string): { readonly fileName: string; readonly octets: Uint8Array } | undefined {
  const file = attachment.size <= MAX_OLE ? extractOle(joined(attachment.data(), attachment.size)) : undefined;
  return file && { fileName: file.name ?? withExtension(name, file.extension ?? ''), octets: file.octets };
}

function withExtension(name: string, extension: string): string {
  return name.toLowerCase().endsWith(extension) ? name : `${name}${extension}`;
}

/** An OLE object: the file in it when it holds one, else the storage as it is. */
function olePart(attachment: MapiAttachment, name: string, place: Placement): Entity {
  const file = oleFile(attachment, name);
  if (!file)
    return dataEntity(formatParameters('application/x-ole-storage', [['name', `${name}.ole`]]), attachment, [
      disposition('attachment', `${name}.ole`, attachment.size),
    ]);
  const { fileName, octets } = file;
  return {
    fields: [
      `Content-Type: ${formatParameters(mimeTypeOfName(fileName), [['name', fileName]])}`,
      'Content-Transfer-Encoding: base64',
      disposition(place.isInline ? 'inline' : 'attachment', fileName, octets.length),
      ...place.fields,
    ],
    body: [encodeBase64(octets)],
    encoding: '7bit',
  };
}

/** The part of one attachment; undefined when it has nothing to show. */
export function attachmentPart(
  attachment: MapiAttachment,
  index: number,
  references: HtmlReferences,
  strings: StringReader,
  conversion: Conversion,
  convert: EmbeddedConverter,
): AttachmentPart | undefined {
  if (isCalendarException(attachment)) return undefined;
  const method = numberOf(attachment, Pid.PidTagAttachMethod) ?? 1;
  const extension = strings.text(attachment, Pid.PidTagAttachExtension) ?? '';
  const name = attachmentName(attachment, strings) ?? `attachment-${index + 1}${/^\.\w{1,10}$/.test(extension) ? extension : ''}`;
  const place = placement(attachment, name, references);
  const boundaryOf = (part: string): string => boundary(conversion, `${part} ${index}`);
  if (attachment.dataKind === 'message') return { entity: embeddedPart(attachment, name, conversion, index, convert), isInline: false };
  if (attachment.dataKind === 'storage') return { entity: olePart(attachment, name, place), isInline: place.isInline };
  if (attachment.dataKind === 'binary') return { entity: dataPart(attachment, name, place, boundaryOf), isInline: place.isInline };
  if (BY_REFERENCE.includes(method) || method === BY_WEB_REFERENCE) {
    return { entity: referencePart(attachment, name, method === BY_WEB_REFERENCE, strings, conversion), isInline: false };
  }
  if (method === 0 && bytesOf(attachment, Pid.PidTagAttachTag) === undefined && attachmentName(attachment, strings) === undefined)
    return undefined;
  // Without that property there never was any data; what was lost, the reader has told.
  const isEmpty = attachment.propertyType(Pid.PidTagAttachDataBinary) === undefined;
  conversion.issues.add(isEmpty ? 'MAPI_ATTACHMENT_EMPTY' : 'MAPI_ATTACHMENT_UNREADABLE', name);
  return { entity: note(name, [`The attachment "${name}" has no data${isEmpty ? '' : ' that could be read'}.`]), isInline: false };
}
