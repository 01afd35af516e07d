// After a cut, octets may reach the server when it has been asked for them in vain and they were sent again: a slow server, or something
// in between that held them. No waiting is long enough. So what was sent again is remembered, and looked for once more at the end
// of the run and at the start of the next. A second copy that is ours without doubt is taken back (ADR 0045).
import type { ImapConnection } from '../connection/connection.js';
import { askServer } from './ask-server.js';
import { bringBack, type Place } from './bin.js';
import type { UploadContext } from './context.js';
import { canonicalFlags } from './flag-list.js';
import type { Lane } from './lane.js';
import type { LedgerFolder } from './ledger.js';
import { type Looks, looksOf } from './looks.js';
import { removalOf, removeMessages } from './removal.js';
import { bodyHash } from './scan.js';
import type { DoneItem } from './sent-item.js';

/** After this time no octets of a dead connection will come any more, ms. */
const LATEST_MS = 3_600_000;

/** A copy that is one too many; with its looks where nobody has touched it, and another stays for sure. */
interface LateCopy {
  readonly identity: string;
  readonly uid: number;
  readonly looks: Looks | undefined;
}

/** Looks for copies that came late. Each is removed if that is safe, else reported. */
export async function settleLateCopies(context: UploadContext, lane: Lane, folder: LedgerFolder): Promise<void> {
  const now = Date.now();
  const { connection } = lane;
  const { capabilities } = lane.session;
  const place = { connection, ledger: context.ledger, folder };
  if (capabilities.has('MOVE')) await bringBack(place);
  const copies = await lateCopies(place);
  const by = removalOf(capabilities);
  const chosen = copies.flatMap(({ looks }) => looks ?? []);
  const removed = by === undefined ? new Set<number>() : await removeMessages(by, place, chosen, []);
  for (const { identity, uid } of copies) {
    context.ledger.late(folder, identity, uid);
    const code = removed.has(uid) ? 'IMAP_DUPLICATE_REMOVED' : 'IMAP_DUPLICATE_LATE';
    context.report({ code, note: `${folder.path.join('/')}: UID ${uid}` });
  }
  context.ledger.watched(folder, now - LATEST_MS);
}

async function lateCopies({ connection, folder }: Place): Promise<LateCopy[]> {
  const doubts = folder.suspects
    .filter(({ item }) => folder.done.has(item.identity))
    .map(({ item, uidNext }) => ({ item, uidNext, of: item.identity }));
  const { stored, nameless } = await askServer(undefined, connection, folder, doubts);
  const copies: LateCopy[] = [];
  for (const { doubt, uid } of stored) {
    const identity = doubt.of;
    const kept = folder.done.get(identity);
    const first = kept?.uid ?? nameless.get(identity);
    if (kept === undefined || !(await isSecondCopy(connection, uid, first, kept))) continue;
    const looks = first === undefined ? undefined : (await looksOf(connection, [String(uid)])).get(uid);
    copies.push({ identity, uid, looks: looks !== undefined && isAsSent(looks, kept) ? looks : undefined });
  }
  return copies;
}

/** The same octets as the copy that stays; where that has not shown up, the octets as sent. */
async function isSecondCopy(connection: ImapConnection, uid: number, first: number | undefined, kept: DoneItem): Promise<boolean> {
  const second = await bodyHash(connection, uid);
  return second !== undefined && second === (first === undefined ? kept.sha256 : await bodyHash(connection, first));
}

/** True when nobody has touched it: flags and internal date are as they were sent. */
function isAsSent({ flags, internalDate }: Looks, kept: DoneItem): boolean {
  return withoutDeleted(flags.split(' ')) === withoutDeleted(kept.flags) && internalDate === kept.internalDate;
}

/** A run that was killed while it removed messages may have marked them. */
function withoutDeleted(flags: readonly string[]): string {
  return canonicalFlags(flags.filter((flag) => flag !== '' && flag.toLowerCase() !== '\\deleted'));
}
