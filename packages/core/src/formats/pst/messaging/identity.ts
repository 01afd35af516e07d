import { hash } from 'node:crypto';

/**
 * The identity of a message: the SHA-256 of the record key of its store and of its nid (u32, little-endian), as 64 hexadecimal digits,
 * then `-0`, for no two messages of a store have the same. It is the same in every copy of the file, and changes with no rule of ours.
 */
export function pstIdentity(recordKey: string, nid: number): string {
  if (recordKey !== lastKey) {
    lastKey = recordKey;
    octets = Buffer.alloc(recordKey.length / 2 + 4);
    octets.write(recordKey, 'hex');
  }
  octets.writeUInt32LE(nid, recordKey.length / 2);
  return `${hash('sha256', octets)}-0`;
}

let lastKey = '';
let octets: Buffer = Buffer.alloc(4);
