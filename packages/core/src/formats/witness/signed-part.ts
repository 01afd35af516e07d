// Signed parts of a message, at any depth: multipart/signed (RFC 1847 §2.1), of which the first part with its header is what is signed and the second
// the signature, and application/pkcs7-mime (RFC 8551 §3.5.2), which holds both. Mailing lists and forwarding put them into other parts.
import { encapsulatedContent, messageDigests, oneHolds } from './cms.js';
import { cmsSignature, type DetachedSignature, pgpDetachedSignature } from './detached-signature.js';
import type { Witness } from './witness-kind.js';

/** Parts within each other, parts in all, and signatures that are looked at. */
const MOST_DEPTH = 8;
const MOST_PARTS = 200;
const MOST_SIGNATURES = 16;
/** Octets of a part's header, and of a detached signature, that are looked at. */
const MOST_HEADER = 1 << 16;
const MOST_SIGNATURE = 1 << 20;

/** What the signatures in a message say, in the order of its parts. `unfolded` is its header. */
export function partWitnesses(unfolded: string, body: Buffer, isLarge: boolean): Witness[] {
  const walk = new PartWalk(isLarge);
  walk.take(unfolded, body, 0);
  return walk.found;
}

class PartWalk {
  readonly found: Witness[] = [];
  readonly #isLarge: boolean;
  #left = MOST_PARTS;

  constructor(isLarge: boolean) {
    this.#isLarge = isLarge;
  }

  take(unfolded: string, body: Buffer, depth: number): void {
    const type = /^content-type[ \t]*:[ \t]*(.*)$/im.exec(unfolded)?.[1];
    this.#left -= 1;
    if (type === undefined || this.#left < 0 || depth > MOST_DEPTH || this.found.length >= MOST_SIGNATURES) return;
    if (/^application\/(?:x-)?pkcs7-mime\b/i.test(type)) this.#opaque(type, body);
    else if (/^message\/rfc822\b/i.test(type) && !this.#isLarge) this.#part(body, depth);
    else if (/^multipart\//i.test(type)) this.#multipart(type, body, depth);
  }

  #multipart(type: string, body: Buffer, depth: number): void {
    const kind = signatureKind(type);
    const boundary = this.#isLarge ? undefined : parameter(type, 'boundary');
    const parts = boundary === undefined ? [] : partsOf(body, boundary, this.#left);
    if (kind !== undefined) this.found.push({ kind, holds: holdsOver(kind, parts) });
    for (const part of kind === undefined ? parts : parts.slice(0, 1)) this.#part(part, depth);
  }

  /** A part with its header. */
  #part(part: Buffer, depth: number): void {
    const [header, body] = split(part);
    this.take(header, body, depth + 1);
  }

  #opaque(type: string, body: Buffer): void {
    if (/enveloped-data|certs-only|compressed-data/i.test(parameter(type, 'smime-type') ?? '')) return;
    const cms = this.#isLarge ? Buffer.alloc(0) : Buffer.from(body.toString('latin1'), 'base64');
    const content = encapsulatedContent(cms);
    if (content === undefined && parameter(type, 'smime-type') === undefined) return;
    const digests = content === undefined ? [] : messageDigests(cms);
    this.found.push({ kind: 'smime', holds: content === undefined || digests.length === 0 ? undefined : oneHolds(digests, content) });
  }
}

function signatureKind(type: string): 'pgp' | 'smime' | undefined {
  if (!/^multipart\/signed\b/i.test(type)) return undefined;
  if (/pgp-signature/i.test(type)) return 'pgp';
  return /pkcs7-signature/i.test(type) ? 'smime' : undefined;
}

function holdsOver(kind: 'pgp' | 'smime', [signed, second]: readonly Buffer[]): boolean | undefined {
  if (signed === undefined || second === undefined || second.length > MOST_SIGNATURE) return undefined;
  const text = split(second)[1].toString('latin1');
  const signature: DetachedSignature | undefined =
    kind === 'smime' ? cmsSignature(Buffer.from(text, 'base64')) : pgpDetachedSignature(text);
  return signature?.holds(signed);
}

function parameter(type: string, name: string): string | undefined {
  const found = new RegExp(`;[ \\t]*${name}[ \\t]*=[ \\t]*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, 'i').exec(type);
  return found?.[1]?.replace(/\\(.)/g, '$1') ?? found?.[2];
}

/** Unfolded header and body of a part. */
function split(part: Buffer): [string, Buffer] {
  if (part[0] === 13 && part[1] === 10) return ['', part.subarray(2)];
  const end = part.indexOf('\r\n\r\n', 0, 'latin1');
  const header = part.toString('latin1', 0, Math.min(end < 0 ? part.length : end + 2, MOST_HEADER));
  return [header.replace(/\r\n(?=[ \t])/g, ''), end < 0 ? Buffer.alloc(0) : part.subarray(end + 4)];
}

/** The parts with their headers; the line end before a boundary is the boundary's. One that is not closed ends with the body. */
function partsOf(body: Buffer, boundary: string, most: number): Buffer[] {
  const line = Buffer.from(`--${boundary}`, 'latin1');
  const parts: Buffer[] = [];
  let before = boundaryAt(body, line, 0);
  while (before !== undefined && !before.closes && parts.length < most) {
    const next = boundaryAt(body, line, before.end - 2);
    parts.push(body.subarray(before.end, Math.max(before.end, next?.start ?? body.length)));
    before = next;
  }
  return parts;
}

interface BoundaryLine {
  /** Where the part before it ends. */
  readonly start: number;
  /** Where the part behind it begins. */
  readonly end: number;
  readonly closes: boolean;
}

/** The next boundary line from `from` on. */
function boundaryAt(body: Buffer, line: Buffer, from: number): BoundaryLine | undefined {
  for (let at = body.indexOf(line, from); at >= 0; at = body.indexOf(line, at + 1)) {
    const isLine = at === 0 || (body[at - 1] === 10 && body[at - 2] === 13);
    const rest = /^(--)?[ \t]*(?:\r\n|$)/.exec(body.toString('latin1', at + line.length, at + line.length + 80));
    if (isLine && rest !== null)
      return { start: Math.max(0, at - 2), end: at + line.length + rest[0].length, closes: rest[1] !== undefined };
  }
  return undefined;
}
