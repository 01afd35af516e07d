import { textOf, type Value } from '../codec/response.js';
import { parseUidSet } from '../codec/uid-set.js';
import type { ImapConnection } from '../connection/connection.js';
import { runOk } from '../connection/refusal.js';

/** UID SEARCH (RFC 9051 §6.4.9). A server may answer as IMAP4rev1 does, with SEARCH, or as IMAP4rev2 does, with ESEARCH (RFC 4731). */
export async function uidSearch(connection: ImapConnection, criteria: string): Promise<number[]> {
  const uids: number[] = [];
  await runOk(connection, {
    name: 'UID SEARCH',
    parts: [`UID SEARCH ${criteria}`],
    onData: (data) => {
      if (data.name === 'ESEARCH') for (const uid of uidsOf(data.values)) uids.push(uid);
      if (data.name !== 'SEARCH') return data.name === 'ESEARCH';
      for (const value of data.values) {
        const uid = Number(textOf(value));
        if (Number.isSafeInteger(uid) && uid > 0) uids.push(uid);
      }
      return true;
    },
  });
  return uids;
}

/** `(TAG "m5") UID ALL 1:17,21`: the set behind ALL, which is left out where nothing was found. */
function uidsOf(values: readonly Value[]): number[] {
  const at = values.findIndex((value) => typeof value === 'string' && value.toUpperCase() === 'ALL');
  const set = at < 0 ? undefined : textOf(values[at + 1]);
  return set === undefined ? [] : parseUidSet(set);
}
