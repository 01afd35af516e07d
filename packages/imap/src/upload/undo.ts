import { basename } from 'node:path';
import { type FolderPath, RemoteError, UsageError } from '@mailferry/core';
import { splitUidSet } from '../codec/uid-set.js';
import { deleteMailbox } from '../commands/delete.js';
import { list } from '../commands/list.js';
import { logout } from '../commands/logout.js';
import { select } from '../commands/select.js';
import { status } from '../commands/status.js';
import { unsubscribe } from '../commands/subscribe.js';
import { uidExpunge } from '../commands/uid-expunge.js';
import { uidFetch } from '../commands/uid-fetch.js';
import { uidStore } from '../commands/uid-store.js';
import type { ImapConnection } from '../connection/connection.js';
import type { AccountOptions } from '../session/account.js';
import { openSession } from '../session/session.js';
import { askServer } from './ask-server.js';
import { canonicalFlags } from './flag-list.js';
import { findRun, type LedgerFolder, type LedgerRun, UploadLedger } from './ledger.js';
import type { DoneItem } from './sent-item.js';

/** How to take an upload back. */
export interface UndoOptions extends Omit<AccountOptions, 'url'> {
  /** Directory of the ledgers. */
  readonly ledger: string;
  /** Default: the one of the run. */
  readonly url?: string;
  /** Removes messages whose flags were changed since as well. */
  readonly removesChanged?: boolean;
  /** Without UIDPLUS: only marks them `\Deleted`. */
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
  /** Appended, but under a UID that the server never told. */
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
 * @throws {@link RemoteError} IMAP_REFUSED without UIDPLUS, unless `marksOnly`.
 */
export async function undo(run: string, options: UndoOptions): Promise<UndoReport> {
  const found = await findRun(options.ledger, run);
  const upload = await findUpload(options.ledger, run);
  const url = options.url ?? upload.url;
  const session = await openSession({ ...options, url, user: options.user ?? upload.account });
  const { connection } = session;
  const ledger = await UploadLedger.openNamed(options.ledger, basename(found?.path ?? '', '.ledger'));
  try {
    if (!session.capabilities.has('UIDPLUS') && options.marksOnly !== true) {
      throw new RemoteError(
        'IMAP_REFUSED',
        'the server cannot remove single messages (no UIDPLUS); what others have deleted would go as well',
        {
          help: 'with --mark-only the messages are marked as deleted, and the user decides',
        },
      );
    }
    const folders: UndoneFolder[] = [];
    const deepestFirst = [...ledger.folders()].toSorted((a, b) => b.path.length - a.path.length);
    for (const folder of deepestFirst) {
      const undone = await undoFolder(connection, ledger, folder, run, options);
      if (undone !== undefined) folders.push(undone);
    }
    return { run, url, folders };
  } finally {
    await ledger.close();
    await logout(connection);
  }
}

async function undoFolder(
  connection: ImapConnection,
  ledger: UploadLedger,
  folder: LedgerFolder,
  run: string,
  options: UndoOptions,
): Promise<UndoneFolder | undefined> {
  const entries = [...folder.done.values(), ...folder.batches.values(), ...folder.suspects];
  const hasMail = entries.some((item) => item.run === run);
  if (!hasMail && folder.madeBy !== run) return undefined;
  const none = { path: folder.path, removed: 0, keptChanged: 0, gone: 0, unknown: 0, isFolderRemoved: false };
  const selected = await select(connection, folder.mailbox).catch(() => undefined);
  // A folder that the run made and that is gone, with nothing of it left in the ledger, was taken back before.
  if (selected === undefined) return hasMail ? { ...none, refusal: 'the folder is not there any more' } : undefined;
  if (selected.uidValidity !== folder.uidValidity) return { ...none, refusal: 'the server has numbered the folder anew' };
  await settleRun(connection, ledger, folder, run);
  const items = [
    ...[...folder.done.values()].filter((item) => item.run === run && !item.isFound),
    ...(await lateCopies(connection, folder, run)),
  ];
  const sorted = await sortOut(connection, items);
  const chosen = options.removesChanged === true ? [...sorted.untouched, ...sorted.changed] : sorted.untouched;
  if (options.isDryRun !== true) await remove(connection, ledger, folder, chosen, options);
  const isFolderRemoved = folder.madeBy === run && options.isDryRun !== true && (await removeFolder(connection, folder));
  return {
    path: folder.path,
    removed: chosen.length,
    keptChanged: sorted.changed.length - (options.removesChanged === true ? sorted.changed.length : 0),
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

interface Sorted {
  readonly untouched: readonly DoneItem[];
  readonly changed: readonly DoneItem[];
  readonly gone: number;
  readonly unknown: number;
}

async function sortOut(connection: ImapConnection, items: readonly DoneItem[]): Promise<Sorted> {
  const flags = new Map<number, readonly string[]>();
  for (const set of splitUidSet(items.flatMap(({ uid }) => uid ?? []))) {
    await uidFetch(connection, set, 'UID FLAGS', (message) => {
      if (message.flags !== undefined) flags.set(message.uid, message.flags);
    });
  }
  const there = items.filter(({ uid }) => uid !== undefined && flags.has(uid));
  const isUntouched = (item: DoneItem): boolean => canonicalFlags(item.flags) === canonicalFlags(flags.get(item.uid ?? 0) ?? []);
  const withUid = items.filter(({ uid }) => uid !== undefined);
  return {
    untouched: there.filter(isUntouched),
    changed: there.filter((item) => !isUntouched(item)),
    gone: withUid.length - there.length,
    unknown: items.length - withUid.length,
  };
}

async function remove(
  connection: ImapConnection,
  ledger: UploadLedger,
  folder: LedgerFolder,
  items: readonly DoneItem[],
  options: UndoOptions,
): Promise<void> {
  for (const set of splitUidSet(items.flatMap(({ uid }) => uid ?? []))) {
    await uidStore(connection, set, '+', ['\\Deleted']);
    if (options.marksOnly !== true) await uidExpunge(connection, set);
  }
  ledger.undone(
    folder,
    items.map(({ identity }) => identity),
  );
  await ledger.sync();
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
