import { listOf, textOf } from '../codec/response.js';
import type { ImapConnection } from '../connection/connection.js';
import { encodeMailbox } from './mailbox-name.js';

/** Storage of a quota root, in octets. */
export interface StorageQuota {
  readonly root: string;
  readonly used: number;
  readonly limit: number;
}

/** GETQUOTAROOT (RFC 9208 §4.2.2): the storage limits that a mailbox stands under; none when the server has no QUOTA. */
export async function getQuotaRoot(connection: ImapConnection, mailbox: string): Promise<readonly StorageQuota[]> {
  const found: StorageQuota[] = [];
  if (!connection.capabilities.has('QUOTA')) return found;
  await connection.run({
    name: 'GETQUOTAROOT',
    parts: ['GETQUOTAROOT ', encodeMailbox(connection, mailbox)],
    onData: (data) => {
      if (data.name !== 'QUOTA') return data.name === 'QUOTAROOT';
      const words = listOf(data.values[1]).map((value) => textOf(value) ?? '');
      const at = words.findIndex((word) => word.toUpperCase() === 'STORAGE');
      if (at >= 0)
        found.push({ root: textOf(data.values[0]) ?? '', used: Number(words[at + 1]) * 1024, limit: Number(words[at + 2]) * 1024 });
      return true;
    },
  });
  return found;
}
