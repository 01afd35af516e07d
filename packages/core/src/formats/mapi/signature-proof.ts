// Whether octets are those that a detached signature was made over, without any key: a CMS signature states the digest of what it signs
// (RFC 5652 §11.2), an OpenPGP one the first 16 bits of its own (RFC 9580 §5.2.3).
import { getHashes, hash } from 'node:crypto';

/** Says whether these octets were signed. */
export type SignatureProof = (octets: Uint8Array) => boolean;

/** messageDigest, 1.2.840.113549.1.9.4, as a DER object identifier. */
const MESSAGE_DIGEST = Buffer.from('06092a864886f70d010904', 'hex');
const CMS_HASHES: ReadonlyMap<number, string> = new Map([
  [16, 'md5'],
  [20, 'sha1'],
  [28, 'sha224'],
  [32, 'sha256'],
  [48, 'sha384'],
  [64, 'sha512'],
]);

/** The digests that a CMS structure states: `messageDigest`, then SET (0x31) of one OCTET STRING (0x04). */
export function cmsProof(der: Buffer): SignatureProof | undefined {
  const digests: Buffer[] = [];
  for (let at = der.indexOf(MESSAGE_DIGEST); at >= 0 && digests.length < 8; at = der.indexOf(MESSAGE_DIGEST, at + 1)) {
    const value = at + MESSAGE_DIGEST.length;
    const size = der[value + 3] ?? 0;
    if (der[value] === 0x31 && der[value + 2] === 0x04 && CMS_HASHES.has(size)) digests.push(der.subarray(value + 4, value + 4 + size));
  }
  if (digests.length === 0) return undefined;
  return (octets) => digests.some((digest) => hash(CMS_HASHES.get(digest.length) ?? 'sha256', octets, 'buffer').equals(digest));
}

/** Hash algorithms of OpenPGP (RFC 9580 §9.5). */
const PGP_HASHES: ReadonlyMap<number, string> = new Map([
  [1, 'md5'],
  [2, 'sha1'],
  [3, 'ripemd160'],
  [8, 'sha256'],
  [9, 'sha384'],
  [10, 'sha512'],
  [11, 'sha224'],
]);

/** The body of the first packet when it is a signature (tag 2). */
function signaturePacket(octets: Buffer): Buffer | undefined {
  const head = octets[0] ?? 0;
  const first = octets[1] ?? 0;
  if ((head & 0x40) !== 0) {
    const [size, start] = first < 192 ? [first, 2] : [((first - 192) << 8) + (octets[2] ?? 0) + 192, 3];
    return (head & 0x3f) === 2 && first < 224 ? octets.subarray(start, start + size) : undefined;
  }
  if ((head & 0x80) === 0 || ((head >> 2) & 0xf) !== 2 || (head & 3) > 1) return undefined;
  const isShort = (head & 3) === 0;
  return isShort ? octets.subarray(2, 2 + first) : octets.subarray(3, 3 + ((first << 8) | (octets[2] ?? 0)));
}

/**
 * The first 16 bits of the digest that a signature of version 4 in armour was made from:
 *
 * ```
 * 0 version = 4   1 type   2 key algorithm   3 hash algorithm   4 size u16 (big-endian), hashed subpackets   size u16, others   left 16 bits
 * ```
 */
export function pgpProof(armour: string): SignatureProof | undefined {
  const block =
    /-----BEGIN PGP SIGNATURE-----\r?\n(?:[^\r\n]+\r?\n)*\r?\n([A-Za-z0-9+/=\r\n]+?)\r?\n=?[A-Za-z0-9+/]{0,4}\r?\n?-----END/.exec(armour);
  const packet = signaturePacket(Buffer.from(block?.[1] ?? '', 'base64'));
  const algorithm = PGP_HASHES.get(packet?.[3] ?? 0);
  if (packet === undefined || packet[0] !== 4 || packet.length < 10 || algorithm === undefined || !getHashes().includes(algorithm))
    return undefined;
  const hashed = 6 + packet.readUInt16BE(4);
  if (hashed + 2 > packet.length) return undefined;
  const left = hashed + 2 + packet.readUInt16BE(hashed);
  if (left + 2 > packet.length) return undefined;
  const trailer = Buffer.alloc(6);
  trailer.writeUInt16BE(0x04ff, 0);
  trailer.writeUInt32BE(hashed, 2);
  const tail = Buffer.concat([packet.subarray(0, hashed), trailer]);
  return (octets) =>
    hash(algorithm, Buffer.concat([octets, tail]), 'buffer')
      .subarray(0, 2)
      .equals(packet.subarray(left, left + 2));
}
