import type { Completion, ImapConnection } from '../connection/connection.js';
import { encodeMailbox } from './mailbox-name.js';

/** UID MOVE (RFC 6851 §3.2): these leave the selected mailbox for another, flags and internal dates with them; no other message is touched. */
export function uidMove(connection: ImapConnection, set: string, mailbox: string): Promise<Completion> {
  return connection.run({
    name: 'UID MOVE',
    parts: [`UID MOVE ${set} `, encodeMailbox(connection, mailbox)],
    onData: ({ name }) => OF_THE_MOVE.has(name),
  });
}

const OF_THE_MOVE: ReadonlySet<string> = new Set(['EXPUNGE', 'VANISHED', 'EXISTS', 'RECENT', '[COPYUID]']);
