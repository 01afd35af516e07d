import { encodeString } from '../codec/encode.js';
import type { Completion, ImapConnection } from '../connection/connection.js';

/** CREATE (RFC 9051 §6.3.4). */
export function create(connection: ImapConnection, mailbox: string): Promise<Completion> {
  return connection.run({ name: 'CREATE', parts: ['CREATE ', encodeString(mailbox)] });
}
