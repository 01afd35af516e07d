import type { ImapConnection } from '../connection/connection.js';
import { runOk } from '../connection/refusal.js';

/** UID STORE with FLAGS.SILENT (RFC 9051 §6.4.9): adds or removes flags, which are as on the wire. */
export async function uidStore(connection: ImapConnection, set: string, sign: '+' | '-', flags: readonly string[]): Promise<void> {
  await runOk(connection, {
    name: 'UID STORE',
    parts: [`UID STORE ${set} ${sign}FLAGS.SILENT (${flags.join(' ')})`],
    onData: (data) => data.name === 'FETCH',
  });
}
