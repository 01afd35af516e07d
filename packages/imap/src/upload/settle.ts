import type { ServerMessage } from './scan.js';
import type { SentItem } from './sent-item.js';

/** Something that may be on the server. */
export interface Doubt<T> {
  readonly item: SentItem;
  /** UIDNEXT as known when it was sent: it has no smaller UID. */
  readonly uidNext: number;
  readonly of: T;
}

/** What asking the server brought. */
export interface Settled<T> {
  readonly stored: readonly { readonly doubt: Doubt<T>; readonly uid: number }[];
  readonly missing: readonly Doubt<T>[];
}

/**
 * Finds out which of the doubtful messages the server stored: by header key and size, by body where that leaves a choice, and by key
 * alone at last, since what appeared in the window under our key is ours even if the server has changed it. Each message on the
 * server answers for one doubt.
 *
 * @param there what is in the mailbox since the first of the doubts was sent, without what is known to be another message's
 * @param hashOf SHA-256 of a body on the server
 */
export async function settleDoubts<T>(
  doubts: readonly Doubt<T>[],
  there: readonly ServerMessage[],
  hashOf: (uid: number) => Promise<string | undefined>,
): Promise<Settled<T>> {
  const stored: { doubt: Doubt<T>; uid: number }[] = [];
  let open = [...doubts];
  const free = new Map(there.map((message) => [message.uid, message]));
  const claim = (doubt: Doubt<T>, uid: number): void => {
    free.delete(uid);
    stored.push({ doubt, uid });
  };
  const hashes = new Map<number, Promise<string | undefined>>();
  const known = (uid: number): Promise<string | undefined> => {
    const hash = hashes.get(uid) ?? hashOf(uid);
    hashes.set(uid, hash);
    return hash;
  };
  const bySize = groupBy(free.values(), ({ size }) => size);
  const lookalikes = groupBy(doubts, ({ item }) => looks(item));
  open = await remaining(open, async (doubt) => {
    const candidates = (bySize.get(doubt.item.size) ?? []).filter(({ uid }) => free.has(uid));
    const isUnlike = (lookalikes.get(looks(doubt.item)) ?? []).every(({ item }) => item.sha256 === doubt.item.sha256);
    const uid = await choose(doubt, candidates, isUnlike, known);
    if (uid !== undefined) claim(doubt, uid);
    return uid !== undefined;
  });
  const byKey = groupBy(free.values(), ({ key }) => key);
  open = await remaining(open, async (doubt) => {
    const candidate = doubt.item.key === '' ? undefined : byKey.get(doubt.item.key)?.find(({ uid }) => free.has(uid));
    if (candidate !== undefined) claim(doubt, candidate.uid);
    return candidate !== undefined;
  });
  return { stored, missing: open };
}

/** The candidate that is this doubt: one of its key if no other doubt looks the same, else the one with the same body. */
async function choose<T>(
  { item }: Doubt<T>,
  candidates: readonly ServerMessage[],
  isUnlike: boolean,
  hashOf: (uid: number) => Promise<string | undefined>,
): Promise<number | undefined> {
  const same = item.key === '' ? [] : candidates.filter(({ key }) => key === item.key);
  if (same.length > 0 && isUnlike) return same[0]?.uid;
  for (const { uid } of same.length > 0 ? same : candidates) if ((await hashOf(uid)) === item.sha256) return uid;
  return undefined;
}

/** What two messages share that cannot be told apart without their bodies. */
function looks({ key, size }: SentItem): string {
  return `${key} ${size}`;
}

function groupBy<V, K>(values: Iterable<V>, keyOf: (value: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return groups;
}

async function remaining<T>(doubts: readonly Doubt<T>[], isSettled: (doubt: Doubt<T>) => Promise<boolean>): Promise<Doubt<T>[]> {
  const open: Doubt<T>[] = [];
  for (const doubt of doubts) if (!(await isSettled(doubt))) open.push(doubt);
  return open;
}
