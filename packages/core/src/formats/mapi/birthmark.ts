// What a message was born with: where one store is two by now, a node id alone says no longer which message is meant.
import type { MapiObject } from './object.js';

/** 16 octets that a message gets when it is made, and that neither editing nor moving changes ([MS-OXCPRPT] 2.2.1.9). */
const PID_TAG_SEARCH_KEY = 0x300b;
const PID_TAG_CREATION_TIME = 0x3007;

/** Octets of a birthmark at most. */
export const BIRTHMARK_SIZE = 16;

/** The search key, or the time of creation where there is none; no octets where there is neither. */
export function birthmark(message: MapiObject): Uint8Array {
  const key = message.property(PID_TAG_SEARCH_KEY);
  if (key instanceof Uint8Array && key.length > 0) return key.subarray(0, BIRTHMARK_SIZE);
  const created = message.property(PID_TAG_CREATION_TIME);
  const octets = Buffer.alloc(typeof created === 'number' ? 8 : 0);
  if (typeof created === 'number') octets.writeDoubleLE(created);
  return octets;
}

/** The same in hexadecimal. */
export function birthmarkHex(message: MapiObject): string {
  const octets = birthmark(message);
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('hex');
}
