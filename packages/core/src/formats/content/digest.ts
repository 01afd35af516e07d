// Every public hash is SHA-256 of the CRLF form, so that a message has one hash whatever its line ends are on disk.
import { createHash, type Hash, hash } from 'node:crypto';
import type { CrlfDigest } from '../../model/digest.js';
import { eachCrlfSlice, type LineEnds } from './line-ends.js';

const EMPTY = hash('sha256', '', 'hex');

/** Hashes the CRLF form of a text in one pass; parts are read once, in order, and may be lent views. */
export function digestCrlf(parts: Iterable<Uint8Array>, kernel?: LineEnds): CrlfDigest {
  let crlfSize = 0;
  let sha256 = EMPTY;
  let stream: Hash | undefined;
  const take = (slice: Uint8Array, isLast: boolean) => {
    crlfSize += slice.length;
    // The one-shot call costs a third of a Hash object.
    if (stream === undefined && isLast) {
      sha256 = hash('sha256', slice, 'hex');
    } else {
      stream ??= createHash('sha256');
      stream.update(slice);
    }
  };
  eachCrlfSlice(parts, take, kernel);
  return { sha256: stream === undefined ? sha256 : stream.digest('hex'), crlfSize };
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
