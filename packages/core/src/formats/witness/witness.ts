// Signatures as witnesses of a message's octets: what can be told without keys, network or clock.
//   DKIM (RFC 6376 §3.7): the body hash `bh=`, by its canonicalisation, `l=` minded.
//   S/MIME (RFC 8551 §3.5.3, RFC 5652 §11.2): the messageDigest attribute over the first part of a multipart/signed.
//   PGP/MIME (RFC 3156 §5, RFC 9580 §5.2.4): the 16 bits of the hash that a signature shows to those who have no key.
// Lines have CRLF ends in all of them (the CRLF form of the message is what is hashed).

import { dkimWitnesses } from './dkim.js';
import { signedPartWitness } from './signed-part.js';
import type { Witness } from './witness-kind.js';

/** Octets of a header that are looked at. */
const MOST_HEADER = 1 << 20;
/** Octets above which a message is not looked at: its signatures count as unknown. */
const LARGEST = 64 * 1024 * 1024;

/** True when a header section has a signature that {@link witnessesOf} reads. */
export function hasWitness(header: Buffer): boolean {
  const has = (text: string) => header.includes(text, 0, 'latin1');
  return has('DKIM-Signature') || has('multipart/signed') || has('Dkim-Signature') || has('Multipart/Signed') || has('dkim-signature');
}

/** The signatures of a message in CRLF form, in a fixed order: those of DKIM from the top, then that of a multipart/signed. Total. */
export function witnessesOf(message: Buffer): Witness[] {
  const start = message.indexOf('\r\n\r\n', 0, 'latin1');
  const header = message.toString('latin1', 0, Math.min(start < 0 ? message.length : start + 2, MOST_HEADER));
  const body = start < 0 ? Buffer.alloc(0) : message.subarray(start + 4);
  const unfolded = header.replace(/\r\n(?=[ \t])/g, '');
  const isLarge = message.length > LARGEST;
  const dkim = dkimWitnesses(unfolded, body, isLarge);
  const part = signedPartWitness(unfolded, body, isLarge);
  return part === undefined ? dkim : [...dkim, part];
}
