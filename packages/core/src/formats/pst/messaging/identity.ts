import { hash } from 'node:crypto';
import { BIRTHMARK_SIZE, birthmark } from '../../mapi/birthmark.js';
import type { MapiObject } from '../../mapi/object.js';

/**
 * The identity of a message: the SHA-256 of the record key of its store, of its nid (u32, little-endian) and of its birthmark, as 64
 * hexadecimal digits, then `-0`, for no two messages of a store have the same. It is the same in every copy of the file and changes with
 * no rule of ours. Copies that were both written to give one nid to different messages: their birthmarks differ.
 *
 * @param message undefined where it cannot be read
 */
export function pstIdentity(recordKey: string, nid: number, message: MapiObject | undefined): string {
  const at = recordKey.length / 2 + 4;
  if (recordKey !== lastKey) {
    lastKey = recordKey;
    octets = Buffer.alloc(at + BIRTHMARK_SIZE);
    octets.write(recordKey, 'hex');
  }
  octets.writeUInt32LE(nid, at - 4);
  const mark = message === undefined ? NONE : birthmark(message);
  octets.set(mark, at);
  return `${hash('sha256', octets.subarray(0, at + mark.length))}-0`;
}

const NONE = new Uint8Array(0);

let lastKey = '';
let octets: Buffer = Buffer.alloc(4 + BIRTHMARK_SIZE);
