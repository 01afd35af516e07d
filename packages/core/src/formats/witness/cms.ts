// What a CMS SignedData (RFC 5652) says of what it signs, without any key.
// The messageDigest attribute (§11.2) is looked for by its octets, so that BER and DER are the same to it:
//   06 09 2A 86 48 86 F7 0D 01 09 04   the object identifier 1.2.840.113549.1.9.4
//   31 n                               SET with one value
//   04 m, m octets                     the digest
import { hash } from 'node:crypto';

const MESSAGE_DIGEST = Buffer.from('06092a864886f70d010904', 'hex');
/** signedData, 1.2.840.113549.1.7.2. */
const SIGNED_DATA = Buffer.from('06092a864886f70d010702', 'hex');
/** Digests that are looked at: signers, countersignatures and time stamps have one each. */
const MOST_DIGESTS = 16;
/** Constructed elements within each other. */
const MOST_DEPTH = 16;

/** The attribute does not say by which algorithm it was made; each size has one that is in use. */
const ALGORITHMS: ReadonlyMap<number, string> = new Map([
  [16, 'md5'],
  [20, 'sha1'],
  [28, 'sha224'],
  [32, 'sha256'],
  [48, 'sha384'],
  [64, 'sha512'],
]);

/** The digests that a SignedData claims, of sizes that are known; none where it was signed without attributes. */
export function messageDigests(cms: Buffer): Buffer[] {
  const digests: Buffer[] = [];
  for (let at = cms.indexOf(MESSAGE_DIGEST); at >= 0 && digests.length < MOST_DIGESTS; at = cms.indexOf(MESSAGE_DIGEST, at + 1)) {
    const value = at + MESSAGE_DIGEST.length;
    const size = cms[value + 3] ?? 0;
    const isDigest = cms[value] === 0x31 && cms[value + 1] === size + 2 && cms[value + 2] === 0x04 && value + 4 + size <= cms.length;
    if (isDigest && ALGORITHMS.has(size)) digests.push(cms.subarray(value + 4, value + 4 + size));
  }
  return digests;
}

/**
 * True when one of the digests is that of the octets. All signers sign the same content, so one is proof; the others may be those of
 * countersignatures (§11.4) and time stamps (RFC 3161), which are made over something else and never hold over the content.
 */
export function oneHolds(digests: readonly Buffer[], octets: Uint8Array): boolean {
  const made = new Map<number, Buffer>();
  return digests.some((digest) => {
    const own = made.get(digest.length) ?? hash(ALGORITHMS.get(digest.length) ?? 'sha256', octets, 'buffer');
    made.set(digest.length, own);
    return own.equals(digest);
  });
}

/**
 * What a SignedData holds itself (opaque signing); undefined for what is none, or signs something beside it. Total.
 *
 * ```
 * ContentInfo ::= SEQUENCE { contentType OID, [0] SignedData }
 * SignedData  ::= SEQUENCE { version, digestAlgorithms SET, SEQUENCE { eContentType OID, [0] eContent OCTET STRING }, … }
 * ```
 */
export function encapsulatedContent(cms: Buffer): Buffer | undefined {
  const type = inside(cms, 0, 0x30);
  if (type < 0 || !cms.subarray(type, type + SIGNED_DATA.length).equals(SIGNED_DATA)) return undefined;
  const version = inside(cms, inside(cms, behind(cms, type), 0xa0), 0x30);
  const contentType = inside(cms, behind(cms, behind(cms, version)), 0x30);
  const content = inside(cms, behind(cms, contentType), 0xa0);
  const pieces: Buffer[] = [];
  return content >= 0 && collect(cms, content, pieces, 0) ? Buffer.concat(pieces) : undefined;
}

interface Element {
  readonly tag: number;
  readonly start: number;
  /** Undefined for one of indefinite length, which ends with two octets 0 (X.690 §8.1.3.6). */
  readonly end: number | undefined;
}

/** The element at an offset; undefined when it does not lie in the octets. */
function element(cms: Buffer, at: number): Element | undefined {
  const [tag, first] = [cms[at], cms[at + 1]];
  if (at < 0 || tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined;
  if (first === 0x80) return { tag, start: at + 2, end: undefined };
  const size = first < 0x80 ? 0 : first & 0x7f;
  if (size > 4 || at + 2 + size > cms.length) return undefined;
  const start = at + 2 + size;
  const end = start + (size === 0 ? first : cms.readUIntBE(at + 2, size));
  return end <= cms.length ? { tag, start, end } : undefined;
}

/** Offset of the first element in the one at `at`, which must have that tag; -1 when it has not. */
function inside(cms: Buffer, at: number, tag: number): number {
  const found = element(cms, at);
  return found?.tag === tag ? found.start : -1;
}

/** Offset behind an element; -1 when it has no end. */
function behind(cms: Buffer, at: number, depth = 0): number {
  const found = element(cms, at);
  if (found === undefined || depth > MOST_DEPTH) return -1;
  if (found.end !== undefined) return found.end;
  for (let next = found.start; next >= 0 && next + 1 < cms.length; next = behind(cms, next, depth + 1)) {
    if (cms[next] === 0 && cms[next + 1] === 0) return next + 2;
  }
  return -1;
}

/** The octets of an OCTET STRING in one piece (04) or many (24); false when it is none. */
function collect(cms: Buffer, at: number, pieces: Buffer[], depth: number): boolean {
  const found = element(cms, at);
  if (found?.tag === 0x04 && found.end !== undefined) {
    pieces.push(cms.subarray(found.start, found.end));
    return true;
  }
  if (found?.tag !== 0x24 || depth > MOST_DEPTH) return false;
  const end = found.end ?? cms.length;
  for (let next = found.start; next < end; next = behind(cms, next)) {
    if (next < 0) return false;
    if (found.end === undefined && cms[next] === 0 && cms[next + 1] === 0) return true;
    if (!collect(cms, next, pieces, depth + 1)) return false;
  }
  return found.end !== undefined;
}
