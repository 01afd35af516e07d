// Every public hash is SHA-256 of the CRLF form, so that a message has one hash whatever its line ends are on disk.
import { createHash, type Hash, hash } from 'node:crypto';
import type { CrlfDigest } from '../../model/digest.js';
import { eachCrlfSlice, type LineEnds, lineEnds } from './line-ends.js';

const EMPTY = hash('sha256', '', 'hex');

/** Takes slices in order. */
class SliceHash {
  #crlfSize = 0;
  #sha256 = EMPTY;
  #stream: Hash | undefined;

  readonly take = (slice: Uint8Array, isLast: boolean): void => {
    this.#crlfSize += slice.length;
    // The one-shot call costs a third of a Hash object.
    if (this.#stream === undefined && isLast) {
      this.#sha256 = hash('sha256', slice, 'hex');
    } else {
      this.#stream ??= createHash('sha256');
      this.#stream.update(slice);
    }
  };

  digest(): CrlfDigest {
    return { sha256: this.#stream === undefined ? this.#sha256 : this.#stream.digest('hex'), crlfSize: this.#crlfSize };
  }
}

/** Hashes the CRLF form of a text in one pass; parts are read once, in order, and may be lent views. */
export function digestCrlf(parts: Iterable<Uint8Array>): CrlfDigest {
  const slices = new SliceHash();
  eachCrlfSlice(parts, slices.take);
  return slices.digest();
}

/** The same of a text that lies in the memory of the kernels: pairs of address and length. */
export function digestCrlfAt(ranges: ArrayLike<number>, kernel: LineEnds = lineEnds): CrlfDigest {
  const slices = new SliceHash();
  kernel.eachCrlfSliceAt(ranges, slices.take);
  return slices.digest();
}

/** SHA-256 (hex) of the CRLF form of octets that are in one piece, by one who knows its size. */
export function hashKnown(octets: Uint8Array, crlfSize: number): string {
  // What has CRLF line ends throughout is its own CRLF form.
  return crlfSize === octets.length ? hash('sha256', octets, 'hex') : digestCrlf([octets]).sha256;
}

/** SHA-256 of octets as they are: to compare two copies on disk, where a changed line end is a change too. Never shown as the hash of a message. */
export function digestExactly(parts: Iterable<Uint8Array>): { readonly sha256: string } {
  const stream = createHash('sha256');
  for (const part of parts) stream.update(part);
  return { sha256: stream.digest('hex') };
}
