// A detached OpenPGP signature (RFC 9580 §5.2, §6.2): which hash it stands on, what is hashed behind the text, and the first 16 bits of the result.
//   version 3: 03 05 type time(4) key(8) algorithm hash left(2)                          hashed behind the text: type time
//   version 4: 04 type algorithm hash n(2) hashed(n) m(2) unhashed(m) left(2)            hashed: all up to hashed, 04 FF, its length (4)
import { getHashes } from 'node:crypto';

/** What can be checked without a key. */
export interface PgpSignature {
  /** As node:crypto names it. */
  readonly algorithm: string;
  /** Hashed behind the text. */
  readonly trailer: Buffer;
  /** The first 16 bits of the hash. */
  readonly left: Buffer;
}

/** Hash algorithms (RFC 9580 §9.5). */
const HASHES: Readonly<Record<number, string>> = {
  1: 'md5',
  2: 'sha1',
  3: 'ripemd160',
  8: 'sha256',
  9: 'sha384',
  10: 'sha512',
  11: 'sha224',
};

/** The name of an algorithm that is there: not every build of OpenSSL has the old ones. */
function algorithmOf(number: number | undefined): string | undefined {
  const name = HASHES[number ?? 0];
  return name !== undefined && getHashes().includes(name) ? name : undefined;
}

/** The first signature of an armored text; undefined for what is none, or of another version. */
export function pgpSignature(armored: string): PgpSignature | undefined {
  const start = armored.indexOf('-----BEGIN PGP ');
  const end = start < 0 ? -1 : armored.indexOf('-----END PGP ', start);
  if (end < 0) return undefined;
  const [, ...lines] = armored.slice(start, end).split(/\r?\n/);
  // Armor headers end with an empty line; the checksum begins with `=`.
  const base64 = lines.slice(lines.indexOf('') + 1).filter((line) => !line.startsWith('='));
  const packet = signaturePacket(Buffer.from(base64.join(''), 'base64'));
  if (packet?.[0] === 4) return version4(packet);
  return packet?.[0] === 3 ? version3(packet) : undefined;
}

/** The body of a packet of type 2 (§4.2). */
function signaturePacket(octets: Buffer): Buffer | undefined {
  const tag = octets[0] ?? 0;
  if ((tag & 0xc0) === 0xc0) return (tag & 0x3f) === 2 ? newFormat(octets) : undefined;
  if ((tag & 0xc0) !== 0x80 || ((tag >> 2) & 0x0f) !== 2) return undefined;
  return octets.subarray([2, 3, 5, 1][tag & 3] ?? 1);
}

/** Lengths of one, two and five octets (§4.2.1). */
function newFormat(octets: Buffer): Buffer {
  const first = octets[1] ?? 0;
  if (first < 192) return octets.subarray(2, 2 + first);
  if (first < 224) return octets.subarray(3, 3 + ((first - 192) << 8) + (octets[2] ?? 0) + 192);
  return octets.subarray(6);
}

function version4(packet: Buffer): PgpSignature | undefined {
  const algorithm = algorithmOf(packet[3]);
  if (algorithm === undefined || packet.length < 8) return undefined;
  const hashed = 6 + packet.readUInt16BE(4);
  if (packet.length < hashed + 2) return undefined;
  const left = hashed + 2 + packet.readUInt16BE(hashed);
  if (packet.length < left + 2) return undefined;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(hashed);
  const trailer = Buffer.concat([packet.subarray(0, hashed), Buffer.of(4, 0xff), length]);
  return { algorithm, trailer, left: packet.subarray(left, left + 2) };
}

function version3(packet: Buffer): PgpSignature | undefined {
  const algorithm = algorithmOf(packet[16]);
  if (algorithm === undefined || packet[1] !== 5 || packet.length < 19) return undefined;
  return { algorithm, trailer: packet.subarray(2, 7), left: packet.subarray(17, 19) };
}
