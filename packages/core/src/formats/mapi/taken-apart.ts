// multipart/signed that a server took apart (RFC 1847, 3156, 8551): the text lies in the body, the signature in an attachment, and the header of
// the signed part is gone unless the transport headers still have it. What a mail program could have written is tried, and what the signature
// proves goes out again as it was signed.
import { encodeQuotedPrintable } from '../mime/body.js';
import { type Entity, joined, multipartEntity } from '../mime/builder.js';
import { cmsSignature, type DetachedSignature, mostTries, pgpDetachedSignature } from '../witness/detached-signature.js';
import { boundary } from './boundary.js';
import type { Conversion } from './context.js';
import type { MapiAttachment, MapiMessage } from './object.js';
import { Pid } from './properties.js';
import { asString, type StringReader } from './value.js';

/** Octets of a text that is tried, and of a signature. */
const MAX_TEXT: number = 1024 * 1024;
const MAX_SIGNATURE: number = 64 * 1024;

/** The 16 bits of PGP may be right by luck: then header and line ends are not those that were signed, while the text is the same in each candidate. */
const WRONG_BY_LUCK: number = 2 ** -6;

const CHARSETS: readonly (readonly [string, 'utf8' | 'latin1'])[] = [
  ['us-ascii', 'latin1'],
  ['utf-8', 'utf8'],
  ['iso-8859-1', 'latin1'],
  ['windows-1252', 'latin1'],
];

/** How mail programs write the type of a text: plain, quoted, with what they add. */
const TYPES: readonly ((charset: string) => string)[] = [
  (charset) => `text/plain; charset=${charset}`,
  (charset) => `text/plain; charset="${charset}"`,
  (charset) => `text/plain; charset=${charset.toUpperCase()}`,
  (charset) => `text/plain; charset="${charset.toUpperCase()}"`,
  (charset) => `text/plain; charset=${charset}; format=flowed`,
  (charset) => `text/plain; charset=${charset.toUpperCase()}; format=flowed`,
];
const ENCODINGS = ['7bit', '8bit', 'quoted-printable', undefined] as const;
const DISPOSITIONS = [undefined, 'inline'] as const;

/** What is signed, as octets: a header and a body with CRLF line ends. */
interface Candidate {
  readonly header: string;
  readonly body: Uint8Array;
}

/** The header of the first part that the transport headers still have after their own. */
function storedPartHeader(message: MapiMessage): string | undefined {
  const text = asString(message.property(Pid.PidTagTransportMessageHeaders)) ?? '';
  const rest = text.replace(/\r?\n/g, '\r\n').split('\r\n\r\n').slice(1);
  const part = rest.map((section) => section.replace(/^(?:\s*--[^\r\n]*\r\n)+/, '').trim());
  return part.find((section) => /^content-type:\s*text\/plain/i.test(section));
}

/** The text with the line ends at its end that a mail program may have signed. */
function* endings(text: string): Generator<string> {
  const bare = text.replace(/(?:\r\n)+$/, '');
  yield text;
  for (const end of ['\r\n', '', '\r\n\r\n']) if (bare + end !== text) yield bare + end;
}

/** A header as a mail program writes it: the type, then encoding and disposition in one order or the other. */
function* headers(type: string): Generator<{ header: string; isQuoted: boolean }> {
  for (const encoding of ENCODINGS) {
    for (const disposition of DISPOSITIONS) {
      const fields = [
        ...(encoding === undefined ? [] : [`Content-Transfer-Encoding: ${encoding}`]),
        ...(disposition === undefined ? [] : [`Content-Disposition: ${disposition}`]),
      ];
      const isQuoted = encoding === 'quoted-printable';
      yield { header: [`Content-Type: ${type}`, ...fields].join('\r\n'), isQuoted };
      if (fields.length === 2) yield { header: [`Content-Type: ${type}`, ...fields.reverse()].join('\r\n'), isQuoted };
    }
  }
}

function bodyOf(text: string, encoding: 'utf8' | 'latin1', isQuoted: boolean): Uint8Array {
  const octets = Buffer.from(text, encoding);
  return isQuoted ? encodeQuotedPrintable(octets) : octets;
}

/** With the header that the transport headers still have. */
function* storedCandidates(message: MapiMessage, text: string): Generator<Candidate> {
  const header = storedPartHeader(message);
  if (header === undefined) return;
  const encoding = /charset\s*=\s*"?utf-8/i.test(header) ? 'utf8' : 'latin1';
  const isQuoted = /^content-transfer-encoding:\s*quoted-printable/im.test(header);
  for (const ended of endings(text)) yield { header, body: bodyOf(ended, encoding, isQuoted) };
}

/** With every header that mail programs are known to write. */
function* guessedCandidates(text: string): Generator<Candidate> {
  const isAscii = !/[^\p{ASCII}]/u.test(text);
  for (const [charset, encoding] of CHARSETS.slice(isAscii ? 0 : 1)) {
    for (const { header, isQuoted } of TYPES.flatMap((type) => [...headers(type(charset))])) {
      for (const ended of endings(text)) yield { header, body: bodyOf(ended, encoding, isQuoted) };
    }
  }
}

function* candidates(message: MapiMessage, text: string): Generator<Candidate> {
  yield* storedCandidates(message, text);
  yield* guessedCandidates(text);
}

function proofOf(signature: Buffer, protocol: string): DetachedSignature | undefined {
  return protocol === 'application/pgp-signature' ? pgpDetachedSignature(signature.toString('latin1')) : cmsSignature(signature);
}

function signaturePart(signature: Buffer, protocol: string): Entity {
  if (protocol === 'application/pgp-signature') {
    const text = signature.toString('latin1').replace(/\r?\n/g, '\r\n');
    return { fields: [`Content-Type: ${protocol}; name=signature.asc`], body: [Buffer.from(text, 'latin1')], encoding: '7bit' };
  }
  const lines = signature.toString('base64').match(/.{1,76}/g) ?? [];
  const fields = [
    `Content-Type: ${protocol}; name=smime.p7s`,
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename=smime.p7s',
  ];
  return { fields, body: [Buffer.from(`${lines.join('\r\n')}\r\n`)], encoding: '7bit' };
}

/** The one attachment of a message, read whole, when it can be a signature. */
function readSignature(attachments: readonly MapiAttachment[]): Buffer | undefined {
  const [only, ...others] = attachments;
  if (only === undefined || others.length > 0 || only.dataKind !== 'binary' || only.size > MAX_SIGNATURE) return undefined;
  return Buffer.from(joined(only.data(), only.size));
}

/** The first candidate that was signed; undefined when none was, or when what is left would be luck. */
function provedCandidate(tried: Iterable<Candidate>, signature: DetachedSignature): Candidate | undefined {
  let left = mostTries(signature, WRONG_BY_LUCK);
  for (const candidate of tried) {
    left -= 1;
    if (left < 0) return undefined;
    if (signature.holds(Buffer.concat([Buffer.from(`${candidate.header}\r\n\r\n`, 'latin1'), candidate.body]))) return candidate;
  }
  return undefined;
}

/**
 * The multipart/signed that a message came as, with the signed part octet for octet; undefined when it came as none, when more than a text was
 * signed, or when no candidate is what was signed: then text and signature go out as they lie there.
 */
export function signedAgain(
  message: MapiMessage,
  transportType: string | undefined,
  strings: StringReader,
  conversion: Conversion,
): Entity | undefined {
  if (transportType === undefined || !/^multipart\/signed\b/i.test(transportType)) return undefined;
  const protocol = /protocol\s*=\s*"?(application\/(?:pgp-signature|(?:x-)?pkcs7-signature))/i.exec(transportType)?.[1]?.toLowerCase();
  const signature = protocol === undefined ? undefined : readSignature(message.attachments);
  const text = strings.text(message, Pid.PidTagBody)?.replace(/\r\n|\r|\n/g, '\r\n') ?? '';
  const proof = signature === undefined || protocol === undefined || text.length > MAX_TEXT ? undefined : proofOf(signature, protocol);
  if (signature === undefined || protocol === undefined || proof === undefined) return undefined;
  const found = provedCandidate(candidates(message, text), proof);
  if (found !== undefined) {
    const { header, body } = found;
    const signed: Entity = { fields: header.split('\r\n'), body: [body], encoding: body.some((octet) => octet > 127) ? '8bit' : '7bit' };
    const micalg = /micalg\s*=\s*"?([\w-]{1,40})/i.exec(transportType)?.[1];
    const type = `multipart/signed; protocol="${protocol}"${micalg === undefined ? '' : `; micalg=${micalg}`}`;
    return multipartEntity(type, boundary(conversion, 'signed'), [signed, signaturePart(signature, protocol)]);
  }
  conversion.issues.add('MAPI_SIGNATURE_INCOMPLETE');
  return undefined;
}
