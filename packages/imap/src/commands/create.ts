import type { Completion, ImapConnection } from '../connection/connection.js';
import { encodeMailbox } from './mailbox-name.js';

/** CREATE (RFC 9051 §6.3.4). */
export function create(connection: ImapConnection, mailbox: string): Promise<Completion> {
  return connection.run({ name: 'CREATE', parts: ['CREATE ', encodeMailbox(connection, mailbox)] });
}
