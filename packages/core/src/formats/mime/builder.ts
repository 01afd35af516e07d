// Builds MIME entities (RFC 2045, 2046) as lists of segments: what is small lies in memory, what is large is read again from its
// source whenever it is asked for. Line ends are CRLF throughout, so S= and W= are equal and signed parts keep their octets.
import type { Content } from '../../model/content.js';
import { LARGE_CONTENT } from '../../model/content.js';
import { crlfSize } from '../content/line-ends.js';
import { base64Chunks, base64Size, writeBase64 } from './base64.js';
import { chooseTransferEncoding, encodeBase64, encodeQuotedPrintable, type TransferEncoding } from './body.js';

/** Octets that are made when asked for; the sizes are known before. */
export interface LazySegment {
  readonly size: number;
  readonly crlfSize: number;
  chunks(): Iterable<Uint8Array>;
  /** The same octets, written into `out` at `at`, where there is room for them. */
  writeTo(out: Uint8Array, at: number): void;
}

/** A run of octets of a message. */
export type Segment = Uint8Array | LazySegment;

/** One entity: its own fields, each without the final CRLF, and its body. */
export interface Entity {
  readonly fields: readonly string[];
  readonly body: readonly Segment[];
  /** The least that carries the body: `8bit` when any part of it has octets above 127. */
  readonly encoding: '7bit' | '8bit';
}

/** Data that may be too large to hold. */
export interface DataSource {
  readonly size: number;
  data(): Iterable<Uint8Array>;
  /** The same octets in pieces that are valid until the next one is asked for. */
  lent?(): Iterable<Uint8Array>;
}

const LINE_FEED = 0x0a;
const CRLF: Uint8Array = Buffer.from('\r\n');
/** Octets of zeros that are made at a time. */
const ZEROS: number = LARGE_CONTENT / 64;

/** The octets of a string that has only ASCII, or UTF-8 where it has more. */
export function octetsOf(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

/** True when a segment stays out of memory. */
function isLazy(segment: Segment): segment is LazySegment {
  return !(segment instanceof Uint8Array);
}

/** A text part; `text` has CRLF line ends and is in the charset that `contentType` names. */
export function textEntity(contentType: string, text: Uint8Array, fields: readonly string[] = []): Entity {
  const encoding = chooseTransferEncoding(text);
  const body = encodeText(text, encoding);
  return { fields: [`Content-Type: ${contentType}`, `Content-Transfer-Encoding: ${encoding}`, ...fields], body: [body], encoding: '7bit' };
}

function encodeText(text: Uint8Array, encoding: TransferEncoding): Uint8Array {
  if (encoding === 'base64') return encodeBase64(text);
  return encoding === 'quoted-printable' ? encodeQuotedPrintable(text) : text;
}

/** Any data as base64, made when it is asked for: a message may have many attachments. */
export function dataEntity(contentType: string, source: DataSource, fields: readonly string[] = []): Entity {
  const size = base64Size(source.size);
  const body: LazySegment = {
    size,
    crlfSize: size,
    chunks: () => base64Chunks(exactly(source)),
    writeTo: (out, at) => {
      writeBase64(exactly(source), out, at);
    },
  };
  return { fields: [`Content-Type: ${contentType}`, 'Content-Transfer-Encoding: base64', ...fields], body: [body], encoding: '7bit' };
}

/** As many octets as were promised, lent if they can be: a damaged source gives fewer (zeros follow) or more (they are cut). */
function* exactly(source: DataSource): Generator<Uint8Array> {
  let left = source.size;
  for (const chunk of source.lent?.() ?? source.data()) {
    if (left <= 0) return;
    const piece = chunk.length > left ? chunk.subarray(0, left) : chunk;
    left -= piece.length;
    yield piece;
  }
  while (left > 0) {
    const zeros = new Uint8Array(Math.min(left, ZEROS));
    left -= zeros.length;
    yield zeros;
  }
}

/** All chunks as one; the chunk itself when there is only one. */
export function joined(chunks: Iterable<Uint8Array>, size: number): Uint8Array {
  const all = [...chunks];
  return all.length === 1 && all[0] !== undefined ? all[0] : Buffer.concat(all, size);
}

/** A message inside a message (RFC 2046 §5.2.1): never encoded. */
export function messageEntity(message: Entity, fields: readonly string[] = []): Entity {
  const body = [octetsOf(`${message.fields.join('\r\n')}\r\n\r\n`), ...message.body];
  const encoding = message.encoding === '8bit' || message.fields.some((field) => /[^\p{ASCII}]/u.test(field)) ? '8bit' : '7bit';
  return { fields: ['Content-Type: message/rfc822', `Content-Transfer-Encoding: ${encoding}`, ...fields], body, encoding };
}

/** A multipart of parts; `contentType` is complete but for the boundary. */
export function multipartEntity(contentType: string, boundary: string, parts: readonly Entity[], preamble = ''): Entity {
  const body: Segment[] = [];
  let lead = preamble === '' ? '' : `${preamble}\r\n`;
  for (const part of parts) {
    body.push(octetsOf(`${lead}--${boundary}\r\n${part.fields.join('\r\n')}\r\n\r\n`), ...part.body);
    lead = '\r\n';
  }
  body.push(octetsOf(`${lead}--${boundary}--\r\n`));
  const encoding = parts.some((part) => part.encoding === '8bit') ? '8bit' : '7bit';
  const fields = [`Content-Type: ${contentType};\r\n boundary="${boundary}"`];
  if (encoding === '8bit') fields.push('Content-Transfer-Encoding: 8bit');
  return { fields, body, encoding };
}

/** A message that was put together and is written where it shall be; each time it is asked for it is made anew from what it holds. */
export interface ComposedContent extends Content {
  /** Writes all octets into `out` at `at`. A damaged source gives less than it said: then zeros follow. */
  writeTo(out: Uint8Array, at: number): void;
}

class SegmentContent implements ComposedContent {
  readonly #segments: readonly Segment[];
  readonly size: number;
  #crlfSize: number | undefined;

  constructor(segments: readonly Segment[], size: number) {
    this.#segments = segments;
    this.size = size;
  }

  get crlfSize(): number {
    this.#crlfSize ??= this.#segments.reduce((sum, segment) => sum + (isLazy(segment) ? segment.crlfSize : crlfSize([segment])), 0);
    return this.#crlfSize;
  }

  *chunks(): Generator<Uint8Array> {
    for (const segment of this.#segments) {
      if (isLazy(segment)) yield* segment.chunks();
      else yield segment;
    }
  }

  writeTo(out: Uint8Array, at: number): void {
    for (const segment of this.#segments) {
      if (isLazy(segment)) segment.writeTo(out, at);
      else out.set(segment, at);
      at += isLazy(segment) ? segment.size : segment.length;
    }
  }

  bytes(): Uint8Array {
    const octets = Buffer.allocUnsafeSlow(this.size);
    this.writeTo(octets, 0);
    return octets;
  }
}

/** The whole message. */
export function entityContent(message: Entity): ComposedContent {
  const segments: Segment[] = [octetsOf(`${message.fields.join('\r\n')}\r\n\r\n`), ...message.body];
  const last = segments.at(-1);
  if (last instanceof Uint8Array && last[last.length - 1] !== LINE_FEED) segments.push(CRLF);
  const size = segments.reduce((sum, segment) => sum + (isLazy(segment) ? segment.size : segment.length), 0);
  return new SegmentContent(segments, size);
}
