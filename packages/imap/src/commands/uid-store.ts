import type { ImapConnection } from '../connection/connection.js';
import { runOk } from '../connection/refusal.js';

/** UID STORE +FLAGS.SILENT (RFC 9051 §6.4.9); flags as on the wire. */
export async function uidStoreAdd(connection: ImapConnection, set: string, flags: readonly string[]): Promise<void> {
  await runOk(connection, { name: 'UID STORE', parts: [`UID STORE ${set} +FLAGS.SILENT (${flags.join(' ')})`], onData: (data) => data.name === 'FETCH' });
}
