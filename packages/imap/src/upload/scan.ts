import { createHash } from 'node:crypto';
import { uidFetch } from '../commands/uid-fetch.js';
import type { ImapConnection } from '../connection/connection.js';
import { headerKey, KEY_FIELDS } from './header.js';

/** A message on the server, as far as it takes to know it again. */
export interface ServerMessage {
  readonly uid: number;
  readonly size: number;
  readonly key: string;
}

/** What is in the selected mailbox from `first` on, by ascending UID. */
export async function scanMailbox(connection: ImapConnection, first: number): Promise<ServerMessage[]> {
  const found = new Map<number, ServerMessage>();
  await uidFetch(connection, `${first}:*`, `UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS (${KEY_FIELDS})]`, ({ uid, size, body }) => {
    // `n:*` names the last message even when its UID is smaller.
    if (uid < first || size === undefined) return;
    // NIL, where a message has none of the fields.
    const header = body === undefined ? '' : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
    found.set(uid, { uid, size, key: headerKey(header) });
  });
  return [...found.values()].sort((a, b) => a.uid - b.uid);
}

const PIECE = 1 << 20;

/** SHA-256 of the body of a message on the server, fetched in pieces of 1 MiB; undefined when it is gone. */
export async function bodyHash(connection: ImapConnection, uid: number): Promise<string | undefined> {
  const digest = createHash('sha256');
  let isThere = false;
  for (let offset = 0; ; offset += PIECE) {
    let piece: Uint8Array | undefined;
    await uidFetch(
      connection,
      String(uid),
      `UID BODY.PEEK[]<${offset}.${PIECE}>`,
      (message) => {
        if (message.uid === uid && message.body !== undefined) piece = message.body;
      },
      2 * PIECE,
    );
    if (piece === undefined) return isThere ? digest.digest('hex') : undefined;
    isThere = true;
    digest.update(piece);
    if (piece.length < PIECE) return digest.digest('hex');
  }
}
