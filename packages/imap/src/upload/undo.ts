import { basename } from 'node:path';
import { type FolderPath, RemoteError, UsageError } from '@mailferry/core';
import { splitUidSet } from '../codec/uid-set.js';
import { deleteMailbox } from '../commands/delete.js';
import { list } from '../commands/list.js';
import { logout } from '../commands/logout.js';
import { select } from '../commands/select.js';
import { status } from '../commands/status.js';
import { unsubscribe } from '../commands/subscribe.js';
import { uidStore } from '../commands/uid-store.js';
import type { ImapConnection } from '../connection/connection.js';
import type { AccountOptions } from '../session/account.js';
import { openSession, type Session } from '../session/session.js';
import { askServer, uidsOfNameless } from './ask-server.js';
import { bringBack, type Place } from './bin.js';
import { canonicalFlags } from './flag-list.js';
import { findRun, type LedgerFolder, type LedgerRun, UploadLedger } from './ledger.js';
import { type Looks, looksOf } from './looks.js';
import { removalOf, removeMessages } from './removal.js';
import type { DoneItem } from './sent-item.js';

/** How to take an upload back. */
export interface UndoOptions extends Omit<AccountOptions, 'url'> {
  /** Directory of the ledgers. */
  readonly ledger: string;
  /** Default: the one of the run. */
  readonly url?: string;
  /** Removes messages whose flags were changed since as well. */
  readonly removesChanged?: boolean;
  /** Only marks them `\Deleted`: for a server that has neither UIDPLUS nor MOVE. */
  readonly marksOnly?: boolean;
  /** Looks, and changes nothing. */
  readonly isDryRun?: boolean;
}

/** What was taken back in one folder. */
export interface UndoneFolder {
  readonly path: FolderPath;
  /** Messages that the run appended and that are known to be there. */
  readonly removed: number;
  /** Kept, because their flags were changed since. */
  readonly keptChanged: number;
  /** Already gone. */
  readonly gone: number;
  /** Appended, but under a UID that the server never told, and not found by its octets. */
  readonly unknown: number;
  readonly isFolderRemoved: boolean;
  /** Why nothing could be done here. */
  readonly refusal?: string;
}

/** What `undo` did. */
export interface UndoReport {
  readonly run: string;
  readonly url: string;
  readonly folders: readonly UndoneFolder[];
}

/**
 * The run of that name.
 *
 * @throws {@link UsageError} USAGE when no ledger knows it.
 */
export async function findUpload(ledger: string, run: string): Promise<LedgerRun> {
  const found = await findRun(ledger, run);
  if (found === undefined) {
    throw new UsageError('USAGE', `no upload of the name ${run.replace(/[^\x20-\x7e]/g, '?')} is known`, {
      where: { path: ledger },
      help: 'the name is in the last lines of the upload; give --ledger if it was given then',
    });
  }
  return found.run;
}

/**
 * Removes exactly what a run appended: by UID, from folders that still have their UIDVALIDITY, and no message that was there before.
 * Folders that the run made are removed when they are empty.
 *
 * @throws {@link RemoteError} IMAP_REFUSED where the server has neither UIDPLUS nor MOVE, unless `marksOnly`.
 */
export async function undo(run: string, options: UndoOptions): Promise<UndoReport> {
  const found = await findRun(options.ledger, run);
  const upload = await findUpload(options.ledger, run);
  const url = options.url ?? upload.url;
  const session = await openSession({ ...options, url, user: options.user ?? upload.account });
  const { connection } = session;
  const ledger = await UploadLedger.openNamed(options.ledger, basename(found?.path ?? '', '.ledger'));
  try {
    if (removalOf(session.capabilities) === undefined && options.marksOnly !== true) {
      throw new RemoteError(
        'IMAP_REFUSED',
        'the server cannot remove single messages (neither UIDPLUS nor MOVE); what others have deleted would go as well',
        {
          help: 'with --mark-only the messages are marked as deleted, and the user decides',
        },
      );
    }
    const folders: UndoneFolder[] = [];
    const deepestFirst = [...ledger.folders()].toSorted((a, b) => b.path.length - a.path.length);
    for (const folder of deepestFirst) {
      const undone = await undoFolder(session, ledger, folder, run, options);
      if (undone !== undefined) folders.push(undone);
    }
    return { run, url, folders };
  } finally {
    await ledger.close();
    await logout(connection);
  }
}

async function undoFolder(
  session: Session,
  ledger: UploadLedger,
  folder: LedgerFolder,
  run: string,
  options: UndoOptions,
): Promise<UndoneFolder | undefined> {
  const entries = [...folder.done.values(), ...folder.batches.values(), ...folder.suspects];
  const hasMail = entries.some((item) => item.run === run);
  if (!hasMail && folder.madeBy !== run) return undefined;
  const { connection, capabilities } = session;
  const place = { connection, ledger, folder };
  const none = { path: folder.path, removed: 0, keptChanged: 0, gone: 0, unknown: 0, isFolderRemoved: false };
  const selected = await select(connection, folder.mailbox).catch((error: unknown) => {
    if (error instanceof RemoteError && !error.retryable) return undefined;
    throw error;
  });
  // A folder that the run made and that is gone, with nothing of it left in the ledger, was taken back before.
  if (selected === undefined) return hasMail ? { ...none, refusal: 'the folder is not there any more' } : undefined;
  if (selected.uidValidity !== folder.uidValidity) return { ...none, refusal: 'the server has numbered the folder anew' };
  if (options.isDryRun !== true && capabilities.has('MOVE')) await bringBack(place);
  await settleRun(connection, ledger, folder, run);
  const sorted = await sortOut(connection, await itemsOf(place, run));
  const chosen = options.removesChanged === true ? [...sorted.untouched, ...sorted.changed] : sorted.untouched;
  const left = options.isDryRun === true ? 0 : await remove(place, capabilities, chosen, options);
  const isFolderRemoved = folder.madeBy === run && options.isDryRun !== true && (await removeFolder(connection, folder));
  return {
    path: folder.path,
    removed: chosen.length - left,
    keptChanged: left + sorted.changed.length - (options.removesChanged === true ? sorted.changed.length : 0),
    gone: sorted.gone,
    unknown: sorted.unknown,
    isFolderRemoved,
  };
}

/** A run that was killed may have stored more than its ledger says. */
async function settleRun(connection: ImapConnection, ledger: UploadLedger, folder: LedgerFolder, run: string): Promise<void> {
  const batches = [...folder.batches.values()].filter((batch) => batch.run === run);
  const doubts = batches.flatMap((batch) =>
    [...batch.open].map(([index, item]) => ({ item, uidNext: batch.uidNext, of: { batch, index } })),
  );
  const { stored, missing } = await askServer(undefined, connection, folder, doubts);
  for (const { doubt, uid } of stored) ledger.done(folder, doubt.of.batch, [doubt.of.index], [uid]);
  for (const { of } of missing) ledger.void(folder, of.batch, [of.index]);
  await ledger.sync();
}

/** What came late of it, beside what was sent again. */
async function lateCopies(connection: ImapConnection, folder: LedgerFolder, run: string): Promise<DoneItem[]> {
  const suspects = folder.suspects.filter((suspect) => suspect.run === run);
  const doubts = suspects.map((suspect) => ({ item: suspect.item, uidNext: suspect.uidNext, of: suspect }));
  const { stored } = await askServer(undefined, connection, folder, doubts);
  return stored.map(({ doubt: { item, uidNext }, uid }) => ({ ...item, uid, run, uidNext, isFound: false }));
}

/** What the run appended, as far as the ledger tells, with the UIDs that the server did not tell where they were found. */
async function itemsOf({ connection, folder }: Place, run: string): Promise<DoneItem[]> {
  const late = await lateCopies(connection, folder, run);
  const own = [...folder.done.values()].filter((item) => item.run === run && !item.isFound);
  const found = own.every(({ uid }) => uid !== undefined) ? new Map<string, number>() : await uidsOfNameless(connection, folder);
  const items = own.map((item) => ({ ...item, uid: item.uid ?? found.get(item.identity) }));
  const known = new Set(items.map(({ uid }) => uid));
  return [...items, ...late.filter(({ uid }) => !known.has(uid))];
}

/** A message of the run that is there, and how it looks now. */
interface Found {
  readonly item: DoneItem;
  readonly looks: Looks;
}

interface Sorted {
  readonly untouched: readonly Found[];
  readonly changed: readonly Found[];
  readonly gone: number;
  readonly unknown: number;
}

async function sortOut(connection: ImapConnection, items: readonly DoneItem[]): Promise<Sorted> {
  const withUid = items.filter(({ uid }) => uid !== undefined);
  const looks = await looksOf(connection, splitUidSet(withUid.flatMap(({ uid }) => uid ?? [])));
  const there = withUid.flatMap((item) => {
    const found = looks.get(item.uid ?? 0);
    return found === undefined ? [] : [{ item, looks: found }];
  });
  return {
    untouched: there.filter(isUntouched),
    changed: there.filter((one) => !isUntouched(one)),
    gone: withUid.length - there.length,
    unknown: items.length - withUid.length,
  };
}

/** Whoever marked it as deleted, a user or an `undo` that was killed, wants it gone as well. */
function isUntouched({ item, looks }: Found): boolean {
  const flags = looks.flags.split(' ').filter((flag) => flag !== '' && flag !== '\\deleted');
  return canonicalFlags(item.flags.filter((flag) => flag !== '\\Deleted')) === canonicalFlags(flags);
}

/** How many were touched while they were removed, and stay for that. */
async function remove(place: Place, capabilities: ReadonlySet<string>, chosen: readonly Found[], options: UndoOptions): Promise<number> {
  const { connection, ledger, folder } = place;
  const by = removalOf(capabilities);
  const uids = chosen.map(({ looks }) => looks.uid);
  let removed: ReadonlySet<number> = new Set(uids);
  if (options.marksOnly === true || by === undefined) {
    for (const set of splitUidSet(uids)) await uidStore(connection, set, '+', ['\\Deleted']);
  } else {
    const identities = chosen.map(({ item }) => item.identity);
    removed = await removeMessages(
      by,
      place,
      chosen.map(({ looks }) => looks),
      identities,
    );
  }
  const gone = chosen.filter(({ looks }) => removed.has(looks.uid));
  ledger.undone(
    folder,
    gone.map(({ item }) => item.identity),
  );
  await ledger.sync();
  return chosen.length - gone.length;
}

/** Only a folder without mail and without folders below it. */
async function removeFolder(connection: ImapConnection, folder: LedgerFolder): Promise<boolean> {
  if ((await status(connection, folder.mailbox, ['MESSAGES'])).get('MESSAGES') !== 0) return false;
  const all = await list(connection, '*');
  const own = all.find(({ name }) => name === folder.mailbox);
  const below = `${folder.mailbox}${own?.delimiter ?? '/'}`;
  if (all.some(({ name }) => name.startsWith(below))) return false;
  // A selected mailbox cannot be deleted everywhere.
  await select(connection, 'INBOX');
  await unsubscribe(connection, folder.mailbox);
  return (await deleteMailbox(connection, folder.mailbox)).status === 'OK';
}
