// Which of the doubtful messages does the server have? It is asked for what came since the first of them was sent.
import { noop } from '../commands/noop.js';
import type { ImapConnection } from '../connection/connection.js';
import type { UploadContext } from './context.js';
import type { LedgerFolder } from './ledger.js';
import { bodyHash, type ServerMessage, scanMailbox } from './scan.js';
import type { SentItem } from './sent-item.js';
import { type Doubt, type Settled, settleDoubts } from './settle.js';

/** What the server has, and under which UIDs it has what it never told the UIDs of. */
export interface Answer<T> extends Settled<T> {
  /** Identity → UID, of those stored messages of the ledger without one that could be taken for a doubt. */
  readonly nameless: ReadonlyMap<string, number>;
}

/**
 * Asks the server for the doubtful messages of a folder. What the ledger knows to be another message's copy answers for none.
 *
 * @param patient for a server that may still be storing: it is asked until it answers the same twice
 */
export async function askServer<T>(
  patient: UploadContext | undefined,
  connection: ImapConnection,
  folder: LedgerFolder,
  doubts: readonly Doubt<T>[],
): Promise<Answer<T>> {
  if (doubts.length === 0) return { stored: [], missing: [], nameless: new Map() };
  const nameless = namelessLike(folder, doubts);
  // A copy of a first attempt may have come late.
  const identities = new Set(doubts.map(({ item }) => item.identity));
  const earlier = folder.suspects.filter(({ item }) => identities.has(item.identity));
  const first = Math.min(...[...doubts, ...nameless, ...earlier].map(({ uidNext }) => uidNext));
  const there = await scanTwice(patient, connection, first);
  const claimed = new Set(folder.done.uids());
  const free = there.filter(({ uid }) => !claimed.has(uid));
  // What is known to be stored under a UID that nobody told takes its copy first.
  const settled = await settleDoubts<T | undefined>([...nameless, ...doubts], free, (uid) => bodyHash(connection, uid));
  const isOurs = (doubt: Doubt<T | undefined>): doubt is Doubt<T> => doubt.of !== undefined;
  return {
    stored: settled.stored.flatMap(({ doubt, uid }) => (isOurs(doubt) ? [{ doubt, uid }] : [])),
    missing: settled.missing.filter(isOurs),
    nameless: new Map(settled.stored.flatMap(({ doubt, uid }) => (isOurs(doubt) ? [] : [[doubt.item.identity, uid] as const]))),
  };
}

/** Under which UIDs the server has the stored messages of a folder whose UIDs it never told; by identity, proven by their octets. */
export async function uidsOfNameless(connection: ImapConnection, folder: LedgerFolder): Promise<ReadonlyMap<string, number>> {
  const doubts = [...folder.done.values()]
    .filter(({ uid }) => uid === undefined)
    .map((item) => ({ item, uidNext: item.uidNext, of: item }));
  const found = new Map<string, number>();
  if (doubts.length === 0) return found;
  const claimed = new Set(folder.done.uids());
  await noop(connection);
  const there = await scanMailbox(connection, Math.min(...doubts.map(({ uidNext }) => uidNext)));
  const free = there.filter(({ uid }) => !claimed.has(uid));
  const { stored } = await settleDoubts(doubts, free, (uid) => bodyHash(connection, uid));
  for (const { doubt, uid } of stored) if ((await bodyHash(connection, uid)) === doubt.of.sha256) found.set(doubt.of.identity, uid);
  return found;
}

/** Stored messages whose UIDs nobody told, as far as one could be taken for a doubt. */
function namelessLike(folder: LedgerFolder, doubts: readonly Doubt<unknown>[]): Doubt<undefined>[] {
  const looks = new Set(doubts.flatMap(({ item }) => [item.key, sizeOf(item)]));
  const found: Doubt<undefined>[] = [];
  for (const item of folder.done.values()) {
    if (item.uid !== undefined || !(looks.has(sizeOf(item)) || (item.key !== '' && looks.has(item.key)))) continue;
    found.push({ item, uidNext: item.uidNext, of: undefined });
  }
  return found;
}

function sizeOf({ size }: SentItem): string {
  return `${size} octets`;
}

/** What is in the mailbox from `first` on, once it grows no more: a server stores what it had buffered after a cut. */
async function scanTwice(patient: UploadContext | undefined, connection: ImapConnection, first: number): Promise<ServerMessage[]> {
  for (let there: ServerMessage[] | undefined; ; ) {
    const start = Date.now();
    await noop(connection);
    const again = await scanMailbox(connection, first);
    if (patient === undefined || (there?.length === again.length && there.at(-1)?.uid === again.at(-1)?.uid)) return again;
    there = again;
    await patient.sleep(patient.settleTime.waitMs(Date.now() - start));
  }
}
