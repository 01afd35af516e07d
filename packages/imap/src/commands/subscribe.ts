import type { Completion, ImapConnection } from '../connection/connection.js';
import { encodeMailbox } from './mailbox-name.js';

/** SUBSCRIBE (RFC 9051 §6.3.7). */
export function subscribe(connection: ImapConnection, mailbox: string): Promise<Completion> {
  return connection.run({ name: 'SUBSCRIBE', parts: ['SUBSCRIBE ', encodeMailbox(connection, mailbox)] });
}

/** UNSUBSCRIBE (RFC 9051 §6.3.8). */
export function unsubscribe(connection: ImapConnection, mailbox: string): Promise<Completion> {
  return connection.run({ name: 'UNSUBSCRIBE', parts: ['UNSUBSCRIBE ', encodeMailbox(connection, mailbox)] });
}
