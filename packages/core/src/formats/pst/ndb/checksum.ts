import { crc32, deflateRawSync } from 'node:zlib';

// Until something is deflated, the zlib of Node does not ask what the processor can do, and counts checksums at a third of its speed.
deflateRawSync(new Uint8Array(1));

// Taken once: a bundler asks for the module at each use of what is imported, and a file has several blocks a message.
const count = crc32;

/** The CRC of [MS-PST] 5.3: the polynomial of zlib, started at 0 and not inverted at the end. */
export function pstCrc(octets: Uint8Array): number {
  return ~count(octets, 0xffff_ffff) >>> 0;
}
