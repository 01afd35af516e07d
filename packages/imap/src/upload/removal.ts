import { splitUidSet } from '../codec/uid-set.js';
import { uidExpunge } from '../commands/uid-expunge.js';
import { uidStore } from '../commands/uid-store.js';
import { type Place, removeByMove } from './bin.js';
import type { Looks } from './looks.js';

/** How single messages leave a mailbox, and no other with them: UID EXPUNGE (RFC 4315), or UID MOVE (RFC 6851) into a mailbox of our own. */
export type Removal = 'expunge' | 'move';

/** What these capabilities allow. Without either, EXPUNGE would take with it what others have marked as deleted. */
export function removalOf(capabilities: ReadonlySet<string>): Removal | undefined {
  if (capabilities.has('UIDPLUS')) return 'expunge';
  return capabilities.has('MOVE') ? 'move' : undefined;
}

/**
 * Removes these from the selected folder; gives the UIDs of those that are gone for good.
 *
 * @param chosen as they looked when that was decided
 * @param identities what they are in the ledger; none for copies that the ledger does not have
 */
export async function removeMessages(
  by: Removal,
  place: Place,
  chosen: readonly Looks[],
  identities: readonly string[],
): Promise<ReadonlySet<number>> {
  if (chosen.length === 0) return new Set();
  if (by === 'move') return removeByMove(place, chosen, identities);
  const uids = chosen.map(({ uid }) => uid);
  for (const set of splitUidSet(uids)) {
    await uidStore(place.connection, set, '+', ['\\Deleted']);
    await uidExpunge(place.connection, set);
  }
  return new Set(uids);
}
