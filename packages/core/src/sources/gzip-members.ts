// gzip (RFC 1952) member by member, since Node's own reader of it gives up what it has unpacked where a checksum is wrong or rubbish follows: up to a
// quarter of a megabyte of mail at the end. Here the deflated octets of each member are unpacked, its header and trailer are read beside them, and what is
// wrong is said when all has been given.
import { crc32, createInflateRaw, type InflateRaw } from 'node:zlib';

/** Octets that are unpacked at a time: they become 32 MiB at most. */
const PIECE = 32 * 1024;
const TRAILER = 8;
const [HAS_CRC, HAS_EXTRA, HAS_NAME, HAS_COMMENT] = [2, 4, 8, 16];

/**
 * Octets of the header at the start of a member (RFC 1952 §2.3); undefined while some of it is not there.
 * @throws Error when it is no header of gzip
 */
export function gzipHeaderSize(octets: Uint8Array): number | undefined {
  const magic = [0x1f, 0x8b, 8];
  if (magic.some((value, i) => i < octets.length && octets[i] !== value)) throw new Error('what follows the packed text is not gzip');
  const flags = octets[3];
  if (flags === undefined) return undefined;
  let size = 10;
  if ((flags & HAS_EXTRA) !== 0) size += 2 + (octets[size] ?? 0) + 256 * (octets[size + 1] ?? 0);
  for (const field of [HAS_NAME, HAS_COMMENT]) {
    if ((flags & field) === 0) continue;
    const end = octets.indexOf(0, size);
    if (end < 0) return undefined;
    size = end + 1;
  }
  if ((flags & HAS_CRC) !== 0) size += 2;
  return size <= octets.length ? size : undefined;
}

/** The text of all members. The error, where something is wrong or missing, comes when all that can be unpacked was given. */
export async function* unpackGzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new Pieces(source);
  let isWrong = false;
  do {
    await skipHeader(input);
    const found = yield* unpackMember(input);
    const trailer = Buffer.from(await input.take(TRAILER));
    if (trailer.readUInt32LE(0) !== found.crc || trailer.readUInt32LE(4) !== found.size % 2 ** 32) isWrong = true;
  } while (await hasMore(input));
  if (isWrong) throw new Error('incorrect data check');
}

/** What fills up the last block of a tape is not rubbish. */
async function hasMore(input: Pieces): Promise<boolean> {
  for (let piece = await input.next(); piece !== undefined; piece = await input.next()) {
    const start = piece.findIndex((octet) => octet !== 0);
    if (start < 0) continue;
    input.putBack(piece.subarray(start));
    return true;
  }
  return false;
}

async function skipHeader(input: Pieces): Promise<void> {
  let head: Uint8Array = new Uint8Array();
  for (;;) {
    const size = gzipHeaderSize(head);
    if (size !== undefined) {
      input.putBack(head.subarray(size));
      return;
    }
    const piece = await input.next();
    if (piece === undefined || head.length > PIECE) throw new Error('unexpected end of file');
    head = Buffer.concat([head, piece]);
  }
}

/** One member's text; it ends where the deflated octets say so. */
async function* unpackMember(input: Pieces): AsyncGenerator<Uint8Array, { readonly crc: number; readonly size: number }> {
  const inflate = createInflateRaw({ chunkSize: 1 << 17 });
  const unpacked: Buffer[] = [];
  inflate.on('data', (chunk: Buffer) => unpacked.push(chunk));
  let [crc, size, given] = [0, 0, 0];
  try {
    for (;;) {
      const piece = await input.next();
      if (piece === undefined) throw new Error('unexpected end of file');
      given += piece.length;
      const wrong = await write(inflate, piece);
      for (const chunk of unpacked.splice(0)) {
        crc = crc32(chunk, crc);
        size += chunk.length;
        yield chunk;
      }
      if (wrong !== undefined) throw wrong;
      if (inflate.bytesWritten < given) {
        input.putBack(piece.subarray(piece.length - (given - inflate.bytesWritten)));
        return { crc, size };
      }
    }
  } finally {
    inflate.destroy();
  }
}

/** Hands octets to the decoder; what is wrong with them, once all that came of them was given. */
function write(inflate: InflateRaw, piece: Uint8Array): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const failed = (error: Error): void => resolve(error);
    inflate.once('error', failed);
    inflate.write(piece, (error) => {
      if (error !== null && error !== undefined) return;
      inflate.off('error', failed);
      resolve(undefined);
    });
  });
}

/** The octets of a source in small pieces, of which some can be put back. */
class Pieces {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next octets, at least one; undefined at the end. */
  async next(): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#source.next();
      if (done === true) return undefined;
      this.#rest = value;
    }
    const piece = this.#rest.subarray(0, PIECE);
    this.#rest = this.#rest.subarray(PIECE);
    return piece;
  }

  putBack(octets: Uint8Array): void {
    this.#rest = this.#rest.length === 0 ? octets : Buffer.concat([octets, this.#rest]);
  }

  /** Exactly so many octets. */
  async take(count: number): Promise<Uint8Array> {
    let taken: Uint8Array = new Uint8Array();
    while (taken.length < count) {
      const piece = await this.next();
      if (piece === undefined) throw new Error('unexpected end of file');
      taken = Buffer.concat([taken, piece]);
    }
    this.putBack(taken.subarray(count));
    return taken.subarray(0, count);
  }
}
