// The residue file (`mailferry.residue/1`) keeps the octets of source files that no stored message holds: From_ lines, mailbox headers, garbage, filtered messages.
// With the ledger's content ranges it tiles each source file, so that `restore` gives the file back byte for byte.
//
//   file   := "mailferry.residue/1\n" record*
//   record := JSON line { source, octets, packed, crc }  LF  packed octets (raw deflate, level 1)
//   what is deflated: varint count, then count pairs of varints (distance from the end of the previous range, length), then the octets of the ranges in order
//
// A record that a crash cut off is no record: it does not decode, and the writer truncates it before it goes on.
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

/** The first line of the file. */
export const RESIDUE_HEADER: string = 'mailferry.residue/1\n';
/** Octets of a record's first line at the most: what is longer is damage. */
const MAX_LINE = 4096;

/** Octets of one source file that became no content. */
export interface ResidueRecord {
  /** Number of the source in the ledger. */
  readonly source: number;
  /** Pairs of offset and length, ascending, without overlap. */
  readonly ranges: readonly number[];
  /** The octets of the ranges, in order. */
  readonly octets: Uint8Array;
}

/** Encodes a record. */
export function encodeResidue({ source, ranges, octets }: ResidueRecord): Uint8Array {
  const head = Buffer.allocUnsafe(10 * (ranges.length + 1));
  let at = writeVarint(head, 0, ranges.length / 2);
  let end = 0;
  for (let i = 0; i < ranges.length; i += 2) {
    const offset = ranges[i] ?? 0;
    const length = ranges[i + 1] ?? 0;
    at = writeVarint(head, at, offset - end);
    at = writeVarint(head, at, length);
    end = offset + length;
  }
  const packed = deflateRawSync(Buffer.concat([head.subarray(0, at), octets]), { level: 1 });
  const line = { source, octets: octets.length, packed: packed.length, crc: crc32(packed) };
  return Buffer.concat([Buffer.from(`${JSON.stringify(line)}\n`), packed]);
}

/** A record and where the next one begins; undefined where no whole record begins at `at`. */
export function decodeResidue(file: Uint8Array, at: number): { readonly record: ResidueRecord; readonly next: number } | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const lineEnd = bytes.indexOf(0x0a, at);
  if (lineEnd < 0 || lineEnd - at > MAX_LINE) return undefined;
  const line = parseLine(bytes.toString('latin1', at, lineEnd));
  if (line === undefined || lineEnd + 1 + line.packed > bytes.length) return undefined;
  const packed = bytes.subarray(lineEnd + 1, lineEnd + 1 + line.packed);
  const record = line.crc !== undefined && line.crc !== crc32(packed) ? undefined : unpack(packed, line);
  return record === undefined ? undefined : { record, next: lineEnd + 1 + line.packed };
}

interface Line {
  readonly source: number;
  readonly octets: number;
  readonly packed: number;
  /** CRC-32 of what is packed; records of earlier versions have none. */
  readonly crc?: number;
}

function parseLine(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as Partial<Line> | null;
    const isWhole = [line?.source, line?.octets, line?.packed].every((value) => Number.isSafeInteger(value) && Number(value) >= 0);
    return isWhole ? (line as Line) : undefined;
  } catch {
    return undefined;
  }
}

function unpack(packed: Uint8Array, line: Line): ResidueRecord | undefined {
  let plain: Buffer;
  try {
    // Ranges cost at most 20 octets each and stand for at least one octet: a bound that keeps a forged record from filling memory.
    plain = inflateRawSync(packed, { maxOutputLength: 21 * (line.octets + 1) });
  } catch {
    return undefined;
  }
  const reader = new VarintReader(plain);
  const count = reader.next();
  const ranges: number[] = [];
  let end = 0;
  let sum = 0;
  for (let i = 0; i < count && !reader.isOver; i += 1) {
    const offset = end + reader.next();
    const length = reader.next();
    ranges.push(offset, length);
    end = offset + length;
    sum += length;
  }
  const octets = plain.subarray(reader.at);
  return sum === line.octets && octets.length === sum && ranges.length === 2 * count ? { source: line.source, ranges, octets } : undefined;
}

/** LEB128 without sign, up to 2^53. */
function writeVarint(bytes: Buffer, at: number, value: number): number {
  let rest = value;
  let to = at;
  while (rest >= 0x80) {
    bytes[to] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
    to += 1;
  }
  bytes[to] = rest;
  return to + 1;
}

class VarintReader {
  readonly #bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isOver(): boolean {
    return this.at >= this.#bytes.length;
  }

  next(): number {
    let value = 0;
    for (let scale = 1; this.at < this.#bytes.length && scale <= 2 ** 49; scale *= 0x80) {
      const octet = this.#bytes[this.at] ?? 0;
      this.at += 1;
      value += (octet & 0x7f) * scale;
      if (octet < 0x80) break;
    }
    return value;
  }
}
