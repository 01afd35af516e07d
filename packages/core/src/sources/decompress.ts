// Compressed sources as streams of their octets. zstd by fzstd (Node 20 has none), xz by xz-decompress (liblzma's own code as WebAssembly): both streaming,
// both of any number of frames, so a source is never whole in memory.
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { constants, gunzipSync, inflateRawSync } from 'node:zlib';
import { Decompress } from 'fzstd';
import type Xz from 'xz-decompress';
import { type Compression, recogniseCompression } from '../formats/signature/signature.js';
import { gzipHeaderSize, unpackGzip } from './gzip-members.js';
import { type RegularFile, readHead } from './regular-file.js';

/** True for a compression whose start can be looked at without unpacking all: a file in a tree is recognised by it. */
export function hasReadableHead(compression: Compression): boolean {
  return compression === 'gzip' || compression === 'zstd';
}

/**
 * The octets of a compressed file; members or frames that follow each other are one text (RFC 1952 §2.2, RFC 8878 §3.1).
 * The stream ends with an error where the file is damaged or cut off.
 */
export function decompress(file: RegularFile, name: string): AsyncIterable<Uint8Array> {
  const compression = recogniseCompression(readHead(file.fd, 16));
  const source = createReadStream(name, { fd: file.fd, start: 0, autoClose: false, highWaterMark: 1 << 20 });
  if (compression === 'zstd') return unpackZstd(source);
  if (compression === 'xz') return unpackXz(source);
  return unpackGzip(source);
}

const require = createRequire(import.meta.url);

/** The decoder is loaded by the first file that needs it; by `require`, since `import()` is not known to the kept code of the bundle (ADR 99). */
async function* unpackXz(source: Readable): AsyncGenerator<Uint8Array> {
  const { XzReadableStream } = require('xz-decompress') as typeof Xz;
  yield* Readable.fromWeb(new XzReadableStream(Readable.toWeb(source)));
}

async function* unpackZstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let unpacked: Uint8Array[] = [];
  const decoder = new Decompress((chunk) => unpacked.push(chunk));
  for await (const chunk of source) {
    decoder.push(chunk);
    yield* unpacked;
    unpacked = [];
  }
  decoder.push(new Uint8Array(), true);
  yield* unpacked;
}

/**
 * The start of what the first octets of a compressed file unpack to; undefined where that takes a stream (xz) or cannot be read.
 * @param octets - the start of the file; `limit` octets of text are enough
 */
export function decompressHead(octets: Uint8Array, compression: Compression, limit: number): Uint8Array | undefined {
  try {
    // The head of a bomb may unpack to a thousand times its size, so a small part of it is enough.
    const part = octets.subarray(0, limit / 4);
    if (compression === 'gzip') return gzipHead(part).subarray(0, limit);
    return compression === 'zstd' ? zstdHead(octets, limit) : undefined;
  } catch {
    return undefined;
  }
}

/** Of several members, unless one of them is damaged or rubbish follows: then of the first. */
function gzipHead(part: Uint8Array): Buffer {
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1 << 26 };
  try {
    return gunzipSync(part, options);
  } catch {
    return inflateRawSync(part.subarray(gzipHeaderSize(part)), options);
  }
}

/** A block of zstd is at most 128 KiB (RFC 8878 §3.1.1.2.4), and nothing of it comes out before it is whole. */
function zstdHead(octets: Uint8Array, limit: number): Uint8Array | undefined {
  const chunks: Uint8Array[] = [];
  new Decompress((chunk) => chunks.push(chunk)).push(octets.slice());
  return chunks.length === 0 ? undefined : Buffer.concat(chunks).subarray(0, limit);
}

/**
 * What a small zstd file unpacks to.
 * @throws RangeError above `limit` octets
 */
export function unpackZstdWhole(octets: Uint8Array, limit: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const decoder = new Decompress((piece) => {
    size += piece.length;
    if (size > limit) throw new RangeError('it unpacks to more than a message has');
    pieces.push(piece);
  });
  decoder.push(octets.slice(), true);
  return Buffer.concat(pieces);
}
