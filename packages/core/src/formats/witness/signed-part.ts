// multipart/signed (RFC 1847 §2.1): the first part with its header is what is signed, the second is the signature.
import { createHash } from 'node:crypto';
import { messageDigest } from './cms.js';
import { type PgpSignature, pgpSignature } from './pgp.js';
import type { Witness } from './witness-kind.js';

/** What the signature of a multipart/signed says; undefined where the message is none. */
export function signedPartWitness(unfolded: string, body: Buffer, isLarge: boolean): Witness | undefined {
  const type = /^content-type[ \t]*:[ \t]*multipart\/signed\b(.*)$/im.exec(unfolded)?.[1];
  if (type === undefined) return undefined;
  const kind = /pgp-signature/i.test(type) ? 'pgp' : /pkcs7-signature/i.test(type) ? 'smime' : undefined;
  if (kind === undefined) return undefined;
  const boundary = parameter(type, 'boundary');
  const parts = boundary === undefined || isLarge ? undefined : twoParts(body, boundary);
  if (parts === undefined) return { kind, holds: undefined };
  return { kind, holds: kind === 'smime' ? cmsHolds(parts) : pgpHolds(parts) };
}

function parameter(type: string, name: string): string | undefined {
  const found = new RegExp(`;[ \\t]*${name}[ \\t]*=[ \\t]*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, 'i').exec(type);
  return found?.[1]?.replace(/\\(.)/g, '$1') ?? found?.[2];
}

interface SignedParts {
  /** With its header; the line end before the boundary is the boundary's. */
  readonly signed: Buffer;
  /** The decoded text of the second part. */
  readonly signature: string;
}

function twoParts(body: Buffer, boundary: string): SignedParts | undefined {
  const line = Buffer.from(`--${boundary}`, 'latin1');
  const first = boundaryAt(body, line, 0);
  const second = first === undefined ? undefined : boundaryAt(body, line, first.end - 2);
  if (first === undefined || second === undefined) return undefined;
  const third = boundaryAt(body, line, second.end - 2);
  const part = body.toString('latin1', second.end, Math.min(third?.start ?? body.length, second.end + (1 << 20)));
  const blank = part.startsWith('\r\n') ? 0 : part.indexOf('\r\n\r\n') + 2;
  return { signed: body.subarray(first.end, second.start), signature: part.slice(blank) };
}

/** A boundary line from `from` on: where the part before it ends, and where the part behind it begins. */
function boundaryAt(body: Buffer, line: Buffer, from: number): { readonly start: number; readonly end: number } | undefined {
  for (let at = body.indexOf(line, from); at >= 0; at = body.indexOf(line, at + 1)) {
    const isLine = at === 0 || (body[at - 1] === 10 && body[at - 2] === 13);
    const rest = /^(?:--)?[ \t]*(?:\r\n|$)/.exec(body.toString('latin1', at + line.length, at + line.length + 80));
    if (isLine && rest !== null) return { start: Math.max(0, at - 2), end: at + line.length + rest[0].length };
  }
  return undefined;
}

const BY_SIZE: ReadonlyMap<number, string> = new Map([
  [16, 'md5'],
  [20, 'sha1'],
  [28, 'sha224'],
  [32, 'sha256'],
  [48, 'sha384'],
  [64, 'sha512'],
]);

function cmsHolds({ signed, signature }: SignedParts): boolean | undefined {
  const digests = messageDigest(Buffer.from(signature, 'base64'));
  const known = digests.flatMap((digest) => {
    const algorithm = BY_SIZE.get(digest.length);
    return algorithm === undefined ? [] : [createHash(algorithm).update(signed).digest().equals(digest)];
  });
  return known.length === 0 ? undefined : known.every((one) => one);
}

function pgpHolds({ signed, signature }: SignedParts): boolean | undefined {
  const packet: PgpSignature | undefined = pgpSignature(signature);
  if (packet === undefined) return undefined;
  const digest = createHash(packet.algorithm).update(signed).update(packet.trailer).digest();
  return digest[0] === packet.left[0] && digest[1] === packet.left[1];
}
