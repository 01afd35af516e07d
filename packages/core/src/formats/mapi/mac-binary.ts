// Files of a Macintosh as Exchange keeps them ([MS-OXCMSG] 2.2.2.20): MacBinary, a header of 128 octets before the data and the resource fork, each
// filled up to 128. Only the data is what other systems know as the file. With a resource fork the two travel as multipart/appledouble (RFC 1740).

/** PidTagAttachEncoding of MacBinary: 1.2.840.113556.3.11.1. */
const MAC_BINARY = '2a864886f714030b01';
const BLOCK = 128;
const MAX_NAME = 63;
const FINDER_INFO = 9;
const RESOURCE_FORK = 2;

/** A file with what a Macintosh knows of it. */
export interface MacFile {
  readonly data: Uint8Array;
  /** The AppleDouble header with finder information and resource fork; undefined when there is no resource fork. */
  readonly appleDouble?: Uint8Array;
}

/** True for the encoding that says MacBinary. */
export function isMacBinary(encoding: Uint8Array | undefined): boolean {
  return encoding !== undefined && Buffer.from(encoding.buffer, encoding.byteOffset, encoding.length).toString('hex') === MAC_BINARY;
}

function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

// 0 zero, 1 length of the name, 2 name, 65 type and creator, 73 finder flags, 74 zero, 75 place and window, 82 zero, 83 size of the data fork u32, 87 of the
// resource fork u32, 101 lower finder flags, 120 size of a second header u16; all numbers with their high octet first.
/** The file in MacBinary octets; undefined when they are none. */
export function readMacBinary(octets: Uint8Array): MacFile | undefined {
  const bytes = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
  if (bytes.length < BLOCK) return undefined;
  const nameLength = bytes.readUInt8(1);
  if (bytes.readUInt8(0) !== 0 || bytes.readUInt8(74) !== 0 || bytes.readUInt8(82) !== 0 || nameLength < 1 || nameLength > MAX_NAME) {
    return undefined;
  }
  const start = BLOCK + padded(bytes.readUInt16BE(120));
  const dataSize = bytes.readUInt32BE(83);
  const resourceSize = bytes.readUInt32BE(87);
  const resourceStart = start + padded(dataSize);
  const end = resourceSize === 0 ? start + dataSize : resourceStart + resourceSize;
  if (end > bytes.length) return undefined;
  const data = bytes.subarray(start, start + dataSize);
  if (resourceSize === 0) return { data };
  return { data, appleDouble: appleDouble(finderInfo(bytes), bytes.subarray(resourceStart, end)) };
}

/** Type, creator, flags, place and window, as the Finder keeps them. */
function finderInfo(header: Buffer): Buffer {
  const info = Buffer.alloc(32);
  header.copy(info, 0, 65, 74);
  info.writeUInt8(header.readUInt8(101), 9);
  header.copy(info, 10, 75, 81);
  return info;
}

// RFC 1740 §5: magic u32, version u32, 16 of 0, number of entries u16, then for each: id u32, offset u32, length u32; the entries.
function appleDouble(finder: Buffer, resource: Buffer): Buffer {
  const head = Buffer.alloc(50);
  head.writeUInt32BE(0x00051607, 0);
  head.writeUInt32BE(0x00020000, 4);
  head.writeUInt16BE(2, 24);
  for (const [i, value] of [
    FINDER_INFO,
    head.length,
    finder.length,
    RESOURCE_FORK,
    head.length + finder.length,
    resource.length,
  ].entries()) {
    head.writeUInt32BE(value, 26 + 4 * i);
  }
  return Buffer.concat([head, finder, resource]);
}
