import type { ImapConnection } from '../connection/connection.js';
import { runOk } from '../connection/refusal.js';

/** UID EXPUNGE (RFC 4315 §2.1): removes those of the set that are marked `\Deleted`, and no other. */
export async function uidExpunge(connection: ImapConnection, set: string): Promise<void> {
  await runOk(connection, {
    name: 'UID EXPUNGE',
    parts: [`UID EXPUNGE ${set}`],
    onData: (data) => data.name === 'EXPUNGE' || data.name === 'VANISHED',
  });
}
