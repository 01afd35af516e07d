// Where a server has MOVE (RFC 6851) but not UIDPLUS, a message leaves by way of a mailbox of our own, the bin: it is moved there by its UID, so that
// nothing else goes with it; there it is looked at once more; and there EXPUNGE is safe, since all that is in it was put there by us. What is not as
// it was when it was judged goes back. The ledger names a bin before it is made, so that the next run brings back what a killed one left in it.
import { randomBytes } from 'node:crypto';
import { splitUidSet } from '../codec/uid-set.js';
import { create } from '../commands/create.js';
import { deleteMailbox } from '../commands/delete.js';
import { expunge } from '../commands/expunge.js';
import { listOne } from '../commands/list.js';
import { namespace } from '../commands/namespace.js';
import { select } from '../commands/select.js';
import { status } from '../commands/status.js';
import { unsubscribe } from '../commands/subscribe.js';
import { uidMove } from '../commands/uid-move.js';
import { uidStore } from '../commands/uid-store.js';
import type { ImapConnection } from '../connection/connection.js';
import type { LedgerFolder, UploadLedger } from './ledger.js';
import { appearance, type Looks, looksOf } from './looks.js';

/** A folder that is selected on a connection, and the ledger that it is in. */
export interface Place {
  readonly connection: ImapConnection;
  readonly ledger: UploadLedger;
  readonly folder: LedgerFolder;
}

/** A CREATE of a dead connection may be carried out so much later, ms. */
const LATEST_MS = 3_600_000;

/**
 * Removes these from the folder, which stays selected; gives the UIDs of those that are gone for good.
 *
 * @param chosen as they looked when that was decided
 * @param identities messages of the ledger whose UIDs no longer hold if they are brought back
 */
export async function removeByMove(place: Place, chosen: readonly Looks[], identities: readonly string[]): Promise<ReadonlySet<number>> {
  const { connection, ledger, folder } = place;
  const { prefix } = await namespace(connection);
  const bin = `${prefix}mailferry-bin-${randomBytes(12).toString('hex')}`;
  ledger.bin(folder, bin, identities);
  await ledger.sync();
  let removed: ReadonlySet<number> = new Set();
  if ((await create(connection, bin)).status === 'OK') {
    for (const set of splitUidSet(chosen.map(({ uid }) => uid))) if ((await uidMove(connection, set, bin)).status !== 'OK') break;
    removed = await emptyBin(place, bin, chosen);
    await select(connection, folder.mailbox);
  }
  await dispose(place, bin, false);
  return removed;
}

/** Brings back what a run that was killed, or lost its connection, left in bins of this folder; the folder is selected afterwards. */
export async function bringBack(place: Place): Promise<void> {
  const { connection, folder } = place;
  for (const [bin, { since }] of [...folder.bins]) {
    if ((await listOne(connection, bin)) !== undefined) {
      const { exists } = await select(connection, bin);
      if (exists > 0) await uidMove(connection, '1:*', folder.mailbox);
      await select(connection, folder.mailbox);
      await dispose(place, bin, true);
    } else if (Date.now() - since > LATEST_MS) place.ledger.binned(folder, bin, true);
  }
  await place.ledger.sync();
}

/** Deletes from the bin what looks as it did in the folder; the rest goes back. */
async function emptyBin({ connection, folder }: Place, bin: string, chosen: readonly Looks[]): Promise<ReadonlySet<number>> {
  const { exists } = await select(connection, bin);
  const removed = new Set<number>();
  if (exists === 0) return removed;
  const expected = new Map<string, number[]>();
  for (const looks of chosen) {
    const alike = expected.get(appearance(looks));
    if (alike === undefined) expected.set(appearance(looks), [looks.uid]);
    else alike.push(looks.uid);
  }
  const ours: number[] = [];
  const strange: number[] = [];
  for (const looks of (await looksOf(connection, ['1:*'])).values()) {
    const uid = expected.get(appearance(looks))?.shift();
    if (uid !== undefined) removed.add(uid);
    (uid === undefined ? strange : ours).push(looks.uid);
  }
  // First what is not ours: it may be marked as deleted.
  for (const set of splitUidSet(strange)) if ((await uidMove(connection, set, folder.mailbox)).status !== 'OK') return new Set();
  for (const set of splitUidSet(ours)) await uidStore(connection, set, '+', ['\\Deleted']);
  if (ours.length > 0) await expunge(connection);
  return removed;
}

/** Deletes the bin if it is empty. If not, or if the server refuses, the next run tries again. */
async function dispose({ connection, ledger, folder }: Place, bin: string, isBack: boolean): Promise<void> {
  if ((await listOne(connection, bin)) !== undefined) {
    if ((await status(connection, bin, ['MESSAGES'])).get('MESSAGES') !== 0) return;
    await unsubscribe(connection, bin);
    if ((await deleteMailbox(connection, bin)).status !== 'OK') return;
  }
  ledger.binned(folder, bin, isBack);
}
