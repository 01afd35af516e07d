// What a detached signature says of octets, without any key: the one place for clear-signed mail that is counted, healed or put together again.
import { hash } from 'node:crypto';
import { messageDigests, oneHolds } from './cms.js';
import { pgpSignature } from './pgp.js';

/** A signature that shows a hash of what it was made over, or a piece of one. */
export interface DetachedSignature {
  /** Bits of the hash that can be seen: how much it proves when they are right. */
  readonly bits: number;
  /** True when the hash of these octets is the one that it shows. */
  holds(octets: Uint8Array): boolean;
}

/**
 * How many octets may be tried so that luck finds a match with no more than this chance.
 * @param chance - of a match among octets of which none was signed
 */
export function mostTries({ bits }: Pick<DetachedSignature, 'bits'>, chance: number): number {
  return Math.floor(chance * 2 ** bits);
}

/** A SignedData without content (RFC 8551 §3.5.3): undefined where it shows no digest. */
export function cmsSignature(der: Buffer): DetachedSignature | undefined {
  const digests = messageDigests(der);
  if (digests.length === 0) return undefined;
  const bits = 8 * Math.min(...digests.map(({ length }) => length));
  return { bits, holds: (octets) => oneHolds(digests, octets) };
}

/** An armoured OpenPGP signature: of the hash it shows 16 bits. */
export function pgpDetachedSignature(armoured: string): DetachedSignature | undefined {
  const signature = pgpSignature(armoured);
  if (signature === undefined) return undefined;
  const { algorithm, trailer, left } = signature;
  return {
    bits: 8 * left.length,
    holds: (octets) =>
      hash(algorithm, Buffer.concat([octets, trailer]), 'buffer')
        .subarray(0, 2)
        .equals(left),
  };
}
