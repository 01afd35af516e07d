import { listOf, textOf } from '../codec/response.js';
import type { ImapConnection } from '../connection/connection.js';

/** ID (RFC 2971): what the server says of itself, names in lower case. Empty when it does not know the command. */
export async function id(connection: ImapConnection): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  if (!connection.capabilities.has('ID')) return found;
  await connection.run({
    name: 'ID',
    parts: ['ID ("name" "mailferry")'],
    onData: (data) => {
      if (data.name !== 'ID') return false;
      const words = listOf(data.values[0]);
      for (let i = 0; i + 1 < words.length; i += 2) found.set(textOf(words[i])?.toLowerCase() ?? '', textOf(words[i + 1]) ?? '');
      return true;
    },
  });
  return found;
}
