import { hash } from 'node:crypto';
import type { MapiObject } from '../../mapi/object.js';

/** 16 octets that a message gets when it is made, and that neither editing nor moving changes ([MS-OXCPRPT] 2.2.1.9). */
const PID_TAG_SEARCH_KEY = 0x300b;
const PID_TAG_CREATION_TIME = 0x3007;

/**
 * The identity of a message: the SHA-256 of the record key of its store, of its nid (u32, little-endian) and of what it was born with, as 64
 * hexadecimal digits, then `-0`, for no two messages of a store have the same. It is the same in every copy of the file and changes with
 * no rule of ours. Copies that were both written to give one nid to different messages: their search keys differ.
 *
 * @param message undefined where it cannot be read
 */
export function pstIdentity(recordKey: string, nid: number, message: MapiObject | undefined): string {
  const length = recordKey.length / 2;
  if (recordKey !== lastKey) {
    lastKey = recordKey;
    octets = Buffer.alloc(length + 4 + KEY_SIZE);
    octets.write(recordKey, 'hex');
  }
  octets.writeUInt32LE(nid, length);
  return `${hash('sha256', octets.subarray(0, length + 4 + writeBirth(message, length + 4)))}-0`;
}

const KEY_SIZE = 16;

let lastKey = '';
let octets: Buffer = Buffer.alloc(4 + KEY_SIZE);

/** Writes the search key, or the time of creation where there is none; says how many octets. */
function writeBirth(message: MapiObject | undefined, at: number): number {
  const key = message?.property(PID_TAG_SEARCH_KEY);
  if (key instanceof Uint8Array && key.length > 0) {
    octets.set(key.subarray(0, KEY_SIZE), at);
    return Math.min(key.length, KEY_SIZE);
  }
  const created = message?.property(PID_TAG_CREATION_TIME);
  return typeof created === 'number' ? octets.writeDoubleLE(created, at) - at : 0;
}
