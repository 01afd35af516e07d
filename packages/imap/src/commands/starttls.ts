import type { ImapConnection } from '../connection/connection.js';
import { type Endpoint, secure } from '../connection/dial.js';
import { runOk } from '../connection/refusal.js';

/** STARTTLS (RFC 9051 §6.2.1). What the server said before counts no more. */
export async function starttls(connection: ImapConnection, endpoint: Endpoint, timeoutMs: number): Promise<void> {
  await runOk(connection, { name: 'STARTTLS', parts: ['STARTTLS'] });
  connection.detach();
  connection.replaceSocket(await secure(connection.socket, endpoint, timeoutMs));
  connection.socket.setNoDelay(true);
  connection.capabilities = new Set();
}
