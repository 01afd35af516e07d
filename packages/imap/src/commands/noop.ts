import type { ImapConnection } from '../connection/connection.js';
import { runOk } from '../connection/refusal.js';

/** NOOP (RFC 9051 §6.1.2). */
export async function noop(connection: ImapConnection): Promise<void> {
  await runOk(connection, { name: 'NOOP', parts: ['NOOP'] });
}
