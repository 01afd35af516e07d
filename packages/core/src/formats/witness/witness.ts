// Signatures as witnesses of a message's octets: what can be told without keys, network or clock.
//   DKIM (RFC 6376 §3.7): the body hash `bh=`, by its canonicalisation, `l=` minded.
//   S/MIME (RFC 8551 §3.5, RFC 5652 §11.2): the messageDigest attribute over the first part of a multipart/signed, or over what an opaque part holds.
//   PGP/MIME (RFC 3156 §5, RFC 9580 §5.2.4): the 16 bits of the hash that a signature shows to those who have no key.
// Lines have CRLF ends in all of them (the CRLF form of the message is what is hashed).

import { dkimWitnesses } from './dkim.js';
import { partWitnesses } from './signed-part.js';
import type { Witness } from './witness-kind.js';

/** Octets of a header that are looked at. */
const MOST_HEADER = 1 << 20;
/** Octets above which a message is not looked at: its signatures count as unknown. */
const LARGEST = 64 * 1024 * 1024;

/** True when a message with this header may have a signature that {@link witnessesOf} reads; `inParts` when only its parts can have one. */
export function hasWitness(header: Buffer): boolean | 'inParts' {
  const has = (text: string) => header.includes(text, 0, 'latin1');
  if (has('DKIM-Signature') || has('ultipart/signed') || has('Dkim-Signature') || has('ultipart/Signed') || has('dkim-signature'))
    return true;
  return has('ultipart/') || has('essage/rfc822') ? 'inParts' : false;
}

/** True when a part of a body may be signed. */
export function hasSignedPart(body: Buffer): boolean {
  return body.includes('ultipart/signed', 0, 'latin1') || body.includes('ultipart/Signed', 0, 'latin1');
}

/** The signatures of a message in CRLF form, in a fixed order: those of DKIM from the top, then those of its parts. Total. */
export function witnessesOf(message: Buffer): Witness[] {
  const start = message.indexOf('\r\n\r\n', 0, 'latin1');
  const header = message.toString('latin1', 0, Math.min(start < 0 ? message.length : start + 2, MOST_HEADER));
  const body = start < 0 ? Buffer.alloc(0) : message.subarray(start + 4);
  const unfolded = header.replace(/\r\n(?=[ \t])/g, '');
  const isLarge = message.length > LARGEST;
  const dkim = dkimWitnesses(unfolded, body, isLarge);
  return [...dkim, ...partWitnesses(unfolded, body, isLarge)];
}
