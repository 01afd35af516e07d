// After a cut, octets may reach the server when it has been asked for them in vain and they were sent again: a slow server, or something
// in between that held them. No waiting is long enough. So what was sent again is remembered, and looked for once more at the end
// of the run and at the start of the next. A second copy that is ours without doubt is taken back (ADR 0045).
import { parseDateTime } from '../codec/date-time.js';
import { uidExpunge } from '../commands/uid-expunge.js';
import { uidFetch } from '../commands/uid-fetch.js';
import { uidStore } from '../commands/uid-store.js';
import type { ImapConnection } from '../connection/connection.js';
import { askServer } from './ask-server.js';
import type { UploadContext } from './context.js';
import { canonicalFlags } from './flag-list.js';
import type { Lane } from './lane.js';
import type { LedgerFolder } from './ledger.js';
import { bodyHash } from './scan.js';
import type { DoneItem } from './sent-item.js';

/** After this time no octets of a dead connection will come any more, ms. */
const LATEST_MS = 3_600_000;

/** Looks for copies that came late. Each is removed if that is safe, else reported. */
export async function settleLateCopies(context: UploadContext, lane: Lane, folder: LedgerFolder): Promise<void> {
  const now = Date.now();
  const doubts = folder.suspects
    .filter(({ item }) => folder.done.has(item.identity))
    .map(({ item, uidNext }) => ({ item, uidNext, of: item.identity }));
  const { stored } = await askServer(undefined, lane.connection, folder, doubts);
  for (const { doubt, uid } of stored) {
    const kept = folder.done.get(doubt.of);
    if (kept === undefined || !(await isSecondCopy(lane.connection, uid, kept))) continue;
    const isRemovable = kept.uid !== undefined && lane.session.capabilities.has('UIDPLUS') && (await isAsSent(lane.connection, uid, kept));
    if (isRemovable) await remove(lane.connection, uid);
    context.ledger.late(folder, doubt.of, uid);
    context.report({ code: isRemovable ? 'IMAP_DUPLICATE_REMOVED' : 'IMAP_DUPLICATE_LATE', note: `${folder.path.join('/')}: UID ${uid}` });
  }
  context.ledger.watched(folder, now - LATEST_MS);
}

/** The same octets as the copy that the ledger names; where no UID was told, the octets as sent. */
async function isSecondCopy(connection: ImapConnection, uid: number, kept: DoneItem): Promise<boolean> {
  const second = await bodyHash(connection, uid);
  const first = kept.uid === undefined ? kept.sha256 : await bodyHash(connection, kept.uid);
  return second !== undefined && second === first;
}

/** True when nobody has touched it: flags and internal date are as they were sent. */
async function isAsSent(connection: ImapConnection, uid: number, kept: DoneItem): Promise<boolean> {
  let isSame = false;
  await uidFetch(connection, String(uid), 'UID FLAGS INTERNALDATE', (message) => {
    if (message.uid !== uid || message.flags === undefined || message.internalDate === undefined) return;
    // A run that was killed between the two steps below has marked it.
    const flags = message.flags.filter((flag) => flag.toLowerCase() !== '\\deleted');
    isSame = canonicalFlags(flags) === canonicalFlags(kept.flags) && parseDateTime(message.internalDate) === kept.internalDate;
  });
  return isSame;
}

async function remove(connection: ImapConnection, uid: number): Promise<void> {
  await uidStore(connection, String(uid), '+', ['\\Deleted']);
  await uidExpunge(connection, String(uid));
}
