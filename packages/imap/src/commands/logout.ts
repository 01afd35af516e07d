import type { ImapConnection } from '../connection/connection.js';

/** LOGOUT (RFC 9051 §6.1.3); does not mind a connection that is gone. */
export async function logout(connection: ImapConnection, patienceMs: number = 2000): Promise<void> {
  if (connection.isOpen) {
    const patience = setTimeout(() => connection.destroy(), patienceMs);
    await connection.run({ name: 'LOGOUT', parts: ['LOGOUT'] }).catch(() => undefined);
    clearTimeout(patience);
  }
  connection.destroy();
}
