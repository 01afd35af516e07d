import { listOf, textOf } from '../codec/response.js';
import type { ImapConnection } from '../connection/connection.js';
import { runOk } from '../connection/refusal.js';
import { encodeMailbox } from './mailbox-name.js';

/** STATUS (RFC 9051 §6.3.11): the items asked for, names in upper case. */
export async function status(connection: ImapConnection, mailbox: string, items: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  await runOk(connection, {
    name: 'STATUS',
    parts: ['STATUS ', encodeMailbox(connection, mailbox), ` (${items.join(' ')})`],
    onData: (data) => {
      if (data.name !== 'STATUS') return false;
      const words = listOf(data.values.at(-1));
      for (let i = 0; i + 1 < words.length; i += 2) {
        const number = Number(textOf(words[i + 1]) ?? Number.NaN);
        if (Number.isFinite(number)) found.set(textOf(words[i])?.toUpperCase() ?? '', number);
      }
      return true;
    },
  });
  return found;
}
