// What vanished from the source since an earlier run: told once, and flagged \Deleted where that is wanted and the message is still ours.
import type { GoneOptions, LedgerEntry } from '@mailferry/core';
import { splitUidSet } from '../codec/uid-set.js';
import { changeFlags } from './change-flags.js';
import type { UploadContext } from './context.js';
import type { LanePool } from './lane.js';
import type { LedgerFolder } from './ledger.js';
import type { DoneItem } from './sent-item.js';

interface Vanished {
  readonly item: DoneItem;
  readonly entry: LedgerEntry;
}

/** Finds them folder by folder, changes flags on the server and in the ledger, and gives them. */
export async function* vanished(context: UploadContext, pool: LanePool, options: GoneOptions): AsyncGenerator<LedgerEntry> {
  const { ledger, isDryRun } = context;
  const byFolder = new Map<LedgerFolder, Vanished[]>();
  for (const { folder, item, entry } of ledger.unseen(ledger.sources.comparable(options, isDryRun))) {
    if (item.isGone === true && !(options.propagate && isOurs(item))) continue;
    const list = byFolder.get(folder);
    if (list === undefined) byFolder.set(folder, [{ item, entry }]);
    else list.push({ item, entry });
  }
  for (const [folder, found] of byFolder) {
    if (!isDryRun && options.propagate) await flagDeleted(context, pool, folder, found);
    const identities = found.map(({ item }) => item.identity);
    if (!isDryRun) ledger.gone(folder, identities, true);
    yield* found.map(({ entry }) => entry);
  }
}

/** Sent by a run of ours, and not flagged yet: what was there before is the user's own. */
function isOurs({ uid, isFound, flags }: DoneItem): boolean {
  return uid !== undefined && !isFound && !flags.includes('\\Deleted');
}

/** A message that the user moved or removed has no longer its UID: a STORE for that changes nothing (RFC 9051 §6.4.9). */
async function flagDeleted(context: UploadContext, pool: LanePool, folder: LedgerFolder, found: readonly Vanished[]): Promise<void> {
  const ours = found.filter(({ item }) => isOurs(item));
  if (ours.length === 0) return;
  const sets = [...splitUidSet(ours.flatMap(({ item }) => item.uid ?? []))];
  const said = await changeFlags(context, pool, folder, sets, [{ sign: '+', flags: ['\\Deleted'] }]);
  // Nothing is there to be flagged: the user has removed or renamed the folder, or may not change flags in it.
  if (said !== undefined) return;
  for (const { item } of ours) context.ledger.flags(folder, item.identity, [...item.flags, '\\Deleted']);
}
