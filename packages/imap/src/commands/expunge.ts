import type { ImapConnection } from '../connection/connection.js';
import { runOk } from '../connection/refusal.js';

/** EXPUNGE (RFC 9051 §6.4.3): removes whatever is marked `\Deleted`, whoever marked it. Only for a mailbox of our own: see upload/bin.ts. */
export async function expunge(connection: ImapConnection): Promise<void> {
  await runOk(connection, { name: 'EXPUNGE', parts: ['EXPUNGE'], onData: ({ name }) => name === 'EXPUNGE' || name === 'VANISHED' });
}
