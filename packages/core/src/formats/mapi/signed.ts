// S/MIME and PGP ([MS-OXOSMIME], RFC 8551, RFC 3156). Outlook keeps a clear-signed message as one attachment whose data is the signed
// entity with its header, an opaque or encrypted one as one attachment whose data is the CMS octets: both go out as they are.
// PGP/MIME lies there as ordinary attachments and is put together again. What does not fit falls back to plain attachments.
import { crlfSize } from '../content/line-ends.js';
import { dataEntity, type Entity, joined, multipartEntity, type Segment } from '../mime/builder.js';
import { formatParameters } from '../mime/parameter.js';
import { boundary } from './boundary.js';
import type { Conversion } from './context.js';
import { isClass } from './item-kind.js';
import type { MapiAttachment, MapiMessage } from './object.js';
import { Pid } from './properties.js';
import { signedAgain } from './taken-apart.js';
import { asString, type StringReader } from './value.js';

/** Octets at the start of an attachment that hold the header of a signed entity. */
const HEAD = 16 * 1024;
// The content types of CMS (RFC 5652 §4 ff., RFC 5083, RFC 3274) as DER octets in hexadecimal.
const CMS_TYPES: readonly (readonly [string, string])[] = [
  ['2a864886f70d010702', 'signed-data'],
  ['2a864886f70d010703', 'enveloped-data'],
  ['2a864886f70d0109100117', 'authEnveloped-data'],
  ['2a864886f70d0109100109', 'compressed-data'],
];

function headOf(attachment: MapiAttachment): Buffer {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (const chunk of attachment.data()) {
    parts.push(chunk);
    size += chunk.length;
    if (size >= HEAD) break;
  }
  return Buffer.concat(parts).subarray(0, HEAD);
}

/** The octets of an attachment from `start` on, as they are. */
function octetsFrom(attachment: MapiAttachment, start: number): Segment {
  const chunks = function* (): Generator<Uint8Array> {
    let passed = 0;
    for (const chunk of attachment.data()) {
      const from = Math.max(0, start - passed);
      passed += chunk.length;
      if (from < chunk.length) yield from === 0 ? chunk : chunk.subarray(from);
    }
  };
  const size = Math.max(0, attachment.size - start);
  if (size <= 1024 * 1024) return joined(chunks(), size);
  const writeTo = (out: Uint8Array, at: number): void => {
    const end = at + size;
    for (const chunk of chunks()) {
      out.set(chunk.length > end - at ? chunk.subarray(0, end - at) : chunk, at);
      at = Math.min(end, at + chunk.length);
    }
    out.fill(0, at, end);
  };
  return { size, crlfSize: crlfSize(chunks()), chunks, writeTo };
}

/** The entity in an attachment that starts with a Content-Type of `multipart/signed`, its body untouched. */
function signedEntity(attachment: MapiAttachment): Entity | undefined {
  if (attachment.dataKind !== 'binary' || attachment.size < 40) return undefined;
  const head = headOf(attachment).toString('latin1');
  const blank = /\r?\n\r?\n/.exec(head);
  if (!blank) return undefined;
  const lines = head.slice(0, blank.index);
  const fields =
    lines.match(/^[!-9;-~]+[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*/gm)?.map((field) => field.replace(/\r?\n/g, '\r\n').trimEnd()) ?? [];
  const type = fields.find((field) => /^content-type[ \t]*:/i.test(field));
  if (type === undefined || !/^content-type[ \t]*:\s*multipart\/signed\b/i.test(type)) return undefined;
  const kept = fields.filter((field) => /^content-(?!length)/i.test(field));
  return { fields: kept, body: [octetsFrom(attachment, blank.index + blank[0].length)], encoding: '8bit' };
}

/** What CMS octets are, by the object identifier at their start; octets in base64 are none. */
function cmsType(attachment: MapiAttachment): string | undefined {
  const head = headOf(attachment).subarray(0, 64);
  if (head[0] !== 0x30) return undefined;
  const hex = head.toString('hex');
  return CMS_TYPES.find(([oid]) => hex.slice(0, 60).includes(oid))?.[1];
}

function opaqueEntity(attachment: MapiAttachment, transportType: string | undefined): Entity | undefined {
  if (attachment.dataKind !== 'binary') return undefined;
  const type = cmsType(attachment);
  if (type === undefined) return undefined;
  const said = `${asString(attachment.property(Pid.PidTagAttachMimeTag)) ?? ''};${transportType ?? ''}`;
  const media = /application\/x-pkcs7-mime/i.test(said) ? 'application/x-pkcs7-mime' : 'application/pkcs7-mime';
  const name = type === 'compressed-data' ? 'smime.p7z' : 'smime.p7m';
  const contentType = formatParameters(media, [
    ['smime-type', type],
    ['name', name],
  ]);
  return dataEntity(contentType, attachment, [`Content-Disposition: attachment; filename=${name}`]);
}

/** The parts of an attachment that is PGP armour: 7bit as they are, else base64. */
function armouredPart(attachment: MapiAttachment, contentType: string, fields: readonly string[]): Entity {
  const octets = octetsFrom(attachment, 0);
  if (octets instanceof Uint8Array && !/[^\t\r\n\x20-\x7e]|^[^\n]{990}/m.test(Buffer.from(octets).toString('latin1'))) {
    return { fields: [`Content-Type: ${contentType}`, 'Content-Transfer-Encoding: 7bit', ...fields], body: [octets], encoding: '7bit' };
  }
  return dataEntity(contentType, attachment, fields);
}

const PGP_VERSION = Buffer.from('Version: 1\r\n');

/** multipart/encrypted (RFC 3156 §4) when the message came as one and its encrypted part is there. */
function encryptedEntity(message: MapiMessage, transportType: string | undefined, conversion: Conversion): Entity | undefined {
  if (transportType === undefined || !/^multipart\/encrypted\b/i.test(transportType)) return undefined;
  const encrypted = message.attachments.find((attachment) =>
    /-----BEGIN PGP MESSAGE-----/.test(headOf(attachment).toString('latin1', 0, 2000)),
  );
  if (!encrypted || message.attachments.length > 2) return undefined;
  const version: Entity = {
    fields: ['Content-Type: application/pgp-encrypted', 'Content-Description: PGP/MIME version identification'],
    body: [PGP_VERSION],
    encoding: '7bit',
  };
  const body = armouredPart(encrypted, 'application/octet-stream; name=encrypted.asc', [
    'Content-Disposition: inline; filename=encrypted.asc',
  ]);
  return multipartEntity('multipart/encrypted; protocol="application/pgp-encrypted"', boundary(conversion, 'encrypted'), [version, body]);
}

/** Whether an attachment may hold a signed entity by what is said of it: to look into each would cost more than all the rest of a message. */
function mayBeSigned(attachment: MapiAttachment, transportType: string | undefined): boolean {
  if (transportType !== undefined && /^multipart\/signed\b/i.test(transportType)) return true;
  const said = [Pid.PidTagAttachMimeTag, Pid.PidTagAttachLongFilename, Pid.PidTagAttachFilename].map((id) =>
    asString(attachment.property(id)),
  );
  return said.some((text) => text !== undefined && /^multipart\/signed\b|^smime\.p7[ms]$/i.test(text));
}

/** The body of a signed or encrypted message as it was, or undefined when this is none or not whole. */
export function protectedEntity(
  message: MapiMessage,
  messageClass: string,
  transportType: string | undefined,
  strings: StringReader,
  conversion: Conversion,
): Entity | undefined {
  const [only, ...others] = message.attachments;
  // A report about a signed message has its class inside of its own.
  const isSmime = !isClass(messageClass, 'report') && /\.smime(?:\.|$)/.test(messageClass);
  const isCms = isSmime || (transportType !== undefined && /^application\/(?:x-)?pkcs7-mime\b/i.test(transportType));
  if (only && others.length === 0) {
    const entity =
      (isSmime || mayBeSigned(only, transportType) ? signedEntity(only) : undefined) ??
      signedAgain(message, transportType, strings, conversion) ??
      (isCms ? opaqueEntity(only, transportType) : undefined);
    if (entity) return entity;
  }
  if (isSmime) conversion.issues.add('MAPI_SIGNATURE_INCOMPLETE');
  return encryptedEntity(message, transportType, conversion);
}
