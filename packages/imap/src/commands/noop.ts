import type { ImapConnection } from '../connection/connection.js';
import { runOk } from '../connection/refusal.js';

/** NOOP (RFC 9051 §6.1.2): the session sees what has come since. FETCH alone sees only what was there when it last looked. */
export async function noop(connection: ImapConnection): Promise<void> {
  await runOk(connection, { name: 'NOOP', parts: ['NOOP'] });
}
