import type { Completion, ImapConnection } from '../connection/connection.js';
import { encodeMailbox } from './mailbox-name.js';

/** DELETE (RFC 9051 §6.3.5). Only on empty mailboxes that mailferry made: by `undo`, and for a bin. */
export function deleteMailbox(connection: ImapConnection, mailbox: string): Promise<Completion> {
  return connection.run({ name: 'DELETE', parts: ['DELETE ', encodeMailbox(connection, mailbox)] });
}
