import { parseDateTime } from '../codec/date-time.js';
import { uidFetch } from '../commands/uid-fetch.js';
import type { ImapConnection } from '../connection/connection.js';
import { canonicalFlags } from './flag-list.js';
import { headerKey, KEY_FIELDS } from './header.js';

/** A message as it lies on the server: enough to tell it from others, and to say whether somebody has touched it. */
export interface Looks {
  readonly uid: number;
  /** See headerKey. */
  readonly key: string;
  readonly size: number;
  /** See canonicalFlags. */
  readonly flags: string;
  /** ms since the epoch. */
  readonly internalDate: number | undefined;
}

/** How these of the selected mailbox look, by UID; those that are not there are left out. */
export async function looksOf(connection: ImapConnection, sets: Iterable<string>): Promise<Map<number, Looks>> {
  const found = new Map<number, Looks>();
  for (const set of sets) {
    const items = `UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (${KEY_FIELDS})]`;
    await uidFetch(connection, set, items, ({ uid, size, flags, internalDate, body }) => {
      if (size === undefined || flags === undefined || body === undefined) return;
      const key = headerKey(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'));
      const date = internalDate === undefined ? undefined : parseDateTime(internalDate);
      found.set(uid, { uid, key, size, flags: canonicalFlags(flags), internalDate: date });
    });
  }
  return found;
}

/** What two messages share that look the same in every respect but their UID. */
export function appearance({ key, size, flags, internalDate }: Looks): string {
  return `${key} ${size} ${internalDate} ${flags}`;
}
