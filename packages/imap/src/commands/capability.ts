import type { ImapConnection } from '../connection/connection.js';
import { runOk } from '../connection/refusal.js';

/** CAPABILITY (RFC 9051 §6.1.1): asks unless the server has told by itself. */
export async function capability(connection: ImapConnection): Promise<ReadonlySet<string>> {
  if (connection.capabilities.size === 0) await runOk(connection, { name: 'CAPABILITY', parts: ['CAPABILITY'] });
  return connection.capabilities;
}
