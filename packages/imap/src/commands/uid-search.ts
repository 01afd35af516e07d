import { textOf } from '../codec/response.js';
import type { ImapConnection } from '../connection/connection.js';
import { runOk } from '../connection/refusal.js';

/** UID SEARCH (RFC 9051 §6.4.9). */
export async function uidSearch(connection: ImapConnection, criteria: string): Promise<number[]> {
  const uids: number[] = [];
  await runOk(connection, {
    name: 'UID SEARCH',
    parts: [`UID SEARCH ${criteria}`],
    onData: (data) => {
      if (data.name !== 'SEARCH') return false;
      for (const value of data.values) {
        const uid = Number(textOf(value));
        if (Number.isSafeInteger(uid) && uid > 0) uids.push(uid);
      }
      return true;
    },
  });
  return uids;
}
