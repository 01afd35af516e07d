import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Comparable, type FolderPath, type LedgerEntry, type LedgerView, pathKey } from '@mailferry/core';
import { DoneItems } from './done-items.js';
import { LedgerFile, type LedgerLine, readLedgerLines } from './ledger-file.js';
import type { DoneItem, SentItem } from './sent-item.js';
import { fromTuple, pack, type SentTuple, toTuple, unpack } from './sent-tuple.js';
import { SourceBooks } from './source-books.js';

/** A write-ahead group: sent, or about to be. */
export interface SentBatch {
  readonly number: number;
  readonly run: string;
  /** UIDNEXT as known when it was sent: its messages have no smaller UID. */
  readonly uidNext: number;
  /** Index → message, for those whose fate is open. */
  readonly open: Map<number, SentItem>;
}

/** Sent, not found after a cut, and therefore sent again: its first copy may still come. */
export interface Suspect {
  readonly item: SentItem;
  readonly run: string;
  /** UIDNEXT as known when it was sent first: a late copy has no smaller UID. */
  readonly uidNext: number;
  /** When it was looked for in vain, ms since the epoch. */
  readonly since: number;
}

/** One folder of the account as the ledger knows it. */
export interface LedgerFolder {
  readonly number: number;
  readonly path: FolderPath;
  /** As on the wire. */
  readonly mailbox: string;
  readonly uidValidity: number;
  /** The run that created the mailbox, if one did. */
  readonly madeBy: string | undefined;
  readonly done: DoneItems;
  readonly batches: Map<number, SentBatch>;
  /** Each answers for one copy that may come late. */
  suspects: readonly Suspect[];
  /** Mailboxes of our own with messages of this folder that were to be removed; by name. */
  readonly bins: Map<string, Bin>;
}

/** What may be in a bin: see upload/bin.ts. */
export interface Bin {
  /** Messages of the ledger that may be in it. */
  readonly identities: readonly string[];
  /** When it was about to be made, ms since the epoch. */
  readonly since: number;
}

/** A run as the ledger knows it. */
export interface LedgerRun {
  readonly id: string;
  /** ms since the epoch. */
  readonly started: number;
  readonly url: string;
  readonly account: string;
}

/** The ledger of an account: what was sent, what is there. In memory alone without a directory. */
export class UploadLedger {
  readonly runs: LedgerRun[] = [];
  readonly sources: SourceBooks = new SourceBooks((line) => this.#log(line));
  /** By mailbox name. */
  readonly #folders = new Map<string, LedgerFolder>();
  /** Path → mailbox name; several paths may lead to one mailbox. */
  readonly #paths = new Map<string, string>();
  readonly #byNumber = new Map<number, LedgerFolder>();
  #file: LedgerFile | undefined;
  #nextBatch = 1;
  #run = '';

  /** The ledger of an account in `directory`, locked for this run. */
  static async open(directory: string | undefined, account: string): Promise<UploadLedger> {
    return directory === undefined ? new UploadLedger() : UploadLedger.openNamed(directory, ledgerName(account));
  }

  /** The ledger of that file name (without its ending), locked for this run. */
  static async openNamed(directory: string, name: string): Promise<UploadLedger> {
    const ledger = new UploadLedger();
    const file = await LedgerFile.open(directory, name);
    await ledger.#load(file.path);
    ledger.#file = file;
    return ledger;
  }

  /** A ledger that is only looked at; empty when there is none yet. */
  static async read(path: string): Promise<UploadLedger> {
    const ledger = new UploadLedger();
    if (existsSync(path)) await ledger.#load(path);
    return ledger;
  }

  async #load(path: string): Promise<void> {
    for await (const line of readLedgerLines(path)) this.#replay(line);
  }

  /** True when a file stands behind it. */
  get isKept(): boolean {
    return this.#file !== undefined;
  }

  /** Starts a run; every line from here on belongs to it. */
  beginRun(run: LedgerRun): void {
    this.#log(['run', run.id, run.started, run.url, run.account]);
  }

  folders(): IterableIterator<LedgerFolder> {
    return this.#folders.values();
  }

  /** The folder by its path in the target's view. */
  folder(path: FolderPath): LedgerFolder | undefined {
    return this.#folders.get(this.#paths.get(pathKey(path)) ?? '');
  }

  /** Opens a folder: the one that is known, or a fresh one when mailbox or UIDVALIDITY are new. */
  openFolder(path: FolderPath, mailbox: string, uidValidity: number, isMade: boolean): LedgerFolder {
    const known = this.folder(path);
    if (known !== undefined && known.mailbox === mailbox && known.uidValidity === uidValidity) return known;
    // Not the count of them: a damaged file may have lost some.
    const number = Math.max(0, ...this.#byNumber.keys()) + 1;
    this.#log(['folder', number, path, mailbox, uidValidity, isMade ? this.#run : 0]);
    return this.#folders.get(mailbox) ?? emptyFolder(0, path, mailbox, uidValidity, undefined);
  }

  /** Writes ahead that these are about to be sent. Call {@link UploadLedger.sync} before the first octet leaves. */
  sent(folder: LedgerFolder, uidNext: number, items: readonly SentItem[]): SentBatch {
    this.sources.replay('sent', undefined, undefined);
    const number = this.#nextBatch;
    this.#file?.append(['sent', number, folder.number, uidNext, items.map(toTuple)]);
    return this.#open(folder, number, uidNext, items);
  }

  /** These of a batch are stored; a UID of 0 is one that the server did not tell. */
  done(folder: LedgerFolder, batch: SentBatch, indexes: readonly number[], uids: readonly number[]): void {
    this.#file?.append(['done', folder.number, batch.number, pack(indexes), pack(uids)]);
    // The source has them, though they were asked for when nothing was known of them yet.
    const identities = indexes.map((index) => batch.open.get(index)?.identity ?? '');
    close(folder, batch, indexes, uids);
    for (const identity of identities) folder.done.see(identity);
  }

  /** These of a batch are not on the server. With `since`, their octets may still be on the way to it: see {@link Suspect}. */
  void(folder: LedgerFolder, batch: SentBatch, indexes: readonly number[], since?: number): void {
    if (indexes.length > 0) this.#log(['void', folder.number, batch.number, pack(indexes), ...(since === undefined ? [] : [since])]);
  }

  /** One suspect of that identity has shown up, under this UID. */
  late(folder: LedgerFolder, identity: string, uid: number): void {
    this.#log(['late', folder.number, identity, uid]);
  }

  /** Of those that were looked for in vain before `time`, nothing will come any more. */
  watched(folder: LedgerFolder, time: number): void {
    if (folder.suspects.some(({ since }) => since < time)) this.#log(['watched', folder.number, time]);
  }

  /** Writes ahead that a bin for these is about to be made. Call {@link UploadLedger.sync} before. */
  bin(folder: LedgerFolder, mailbox: string, identities: readonly string[]): void {
    this.#log(['bin', folder.number, mailbox, identities, Date.now()]);
  }

  /** The bin is gone; with `isBack`, what was in it is in the folder again, under UIDs that nobody knows. */
  binned(folder: LedgerFolder, mailbox: string, isBack: boolean): void {
    this.#log(['binned', folder.number, mailbox, isBack ? 1 : 0]);
  }

  /** These were there before. */
  found(folder: LedgerFolder, items: readonly { readonly item: SentItem; readonly uid: number }[]): void {
    if (items.length > 0) this.#log(['found', folder.number, items.map(({ item, uid }) => [uid, ...toTuple(item)])]);
    for (const { item } of items) folder.done.see(item.identity);
  }

  /** The flags of a message were brought up to date. */
  flags(folder: LedgerFolder, identity: string, flags: readonly string[]): void {
    this.#log(['flags', folder.number, identity, flags]);
  }

  /** The source has these no more, or has them again. */
  gone(folder: LedgerFolder, identities: readonly string[], isGone: boolean): void {
    this.#log([isGone ? 'gone' : 'back', folder.number, identities]);
  }

  /** These were removed again by `undo`. */
  undone(folder: LedgerFolder, identities: readonly string[]): void {
    this.#log(['undone', folder.number, identities]);
  }

  /** Resolves when every line so far is on the disk. */
  async sync(): Promise<void> {
    await this.#file?.sync();
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  /** What the pipeline sees. */
  view(): LedgerView {
    const folders = (): LedgerFolder[] => [...this.#folders.values()];
    const entries = (): LedgerEntry[] => folders().flatMap((folder) => [...folder.done.values()].map((item) => this.#entry(folder, item)));
    return {
      get size() {
        return folders().reduce((sum, { done }) => sum + done.size, 0);
      },
      find: (path, identity) => {
        const folder = this.folder(path);
        const item = folder?.done.get(identity);
        folder?.done.see(identity);
        return folder === undefined || item === undefined ? undefined : this.#entry(folder, item);
      },
      entries,
      sources: () => this.sources.known,
      runs: () => this.sources.runs,
    };
  }

  /** What is on the server. */
  *stored(): Generator<DoneItem> {
    for (const { done } of this.#folders.values()) yield* done.values();
  }

  /** Messages of these files that nobody saw in this run, with what else is known of them. */
  *unseen(comparable: Comparable): Generator<{ readonly folder: LedgerFolder; readonly item: DoneItem; readonly entry: LedgerEntry }> {
    for (const folder of this.#folders.values()) {
      for (const item of folder.done.unseen()) {
        if (comparable.covers(this.sources.path(item.source), folder.path)) yield { folder, item, entry: this.#entry(folder, item) };
      }
    }
  }

  #entry(folder: LedgerFolder, item: DoneItem): LedgerEntry {
    const source = this.sources.path(item.source);
    return { ...entry(folder, item), ...(source === undefined ? {} : { source }), ...(item.isGone === true ? { isGone: true } : {}) };
  }

  #log(line: LedgerLine): void {
    this.#file?.append(line);
    this.#replay(line);
  }

  #replay(line: LedgerLine): void {
    const [kind, ...rest] = line;
    this.sources.replay(kind, rest[0], rest[1]);
    if (kind === 'run') this.#replayRun(rest as [string, number, string, string]);
    else if (kind === 'folder') this.#replayFolder(rest as [number, FolderPath, string, number, string | 0]);
    else if (kind === 'sent') this.#replaySent(rest as [number, number, number, readonly SentTuple[]]);
    else if (kind === 'done') this.#replayDone(rest as [number, number, readonly number[], readonly number[]]);
    else if (kind === 'void') this.#replayVoid(rest as [number, number, readonly number[], number?]);
    else this.#replayRest(kind, rest);
  }

  #replayRun([id, started, url, account]: [string, number, string, string]): void {
    this.#run = id;
    this.runs.push({ id, started, url, account });
  }

  #replayFolder([number, path, mailbox, uidValidity, madeBy]: [number, FolderPath, string, number, string | 0]): void {
    this.#paths.set(pathKey(path), mailbox);
    const known = this.#folders.get(mailbox);
    const folder =
      known?.uidValidity === uidValidity ? known : emptyFolder(number, path, mailbox, uidValidity, madeBy === 0 ? undefined : madeBy);
    this.#folders.set(mailbox, folder);
    this.#byNumber.set(number, folder);
  }

  #replaySent([number, n, uidNext, tuples]: [number, number, number, readonly SentTuple[]]): void {
    const folder = this.#byNumber.get(n);
    if (folder !== undefined) this.#open(folder, number, uidNext, tuples.map(fromTuple));
  }

  #open(folder: LedgerFolder, number: number, uidNext: number, items: readonly SentItem[]): SentBatch {
    this.#nextBatch = number + 1;
    const batch = { number, run: this.#run, uidNext, open: new Map(items.entries()) };
    folder.batches.set(number, batch);
    return batch;
  }

  #replayDone([n, number, packedIndexes, packedUids]: [number, number, readonly number[], readonly number[]]): void {
    const folder = this.#byNumber.get(n);
    const batch = folder?.batches.get(number);
    if (folder !== undefined && batch !== undefined) close(folder, batch, unpack(packedIndexes), unpack(packedUids));
  }

  #replayVoid([n, number, packed, since]: [number, number, readonly number[], number?]): void {
    const folder = this.#byNumber.get(n);
    const batch = folder?.batches.get(number);
    if (folder === undefined || batch === undefined) return;
    const suspects: Suspect[] = [];
    for (const index of unpack(packed)) {
      const item = batch.open.get(index);
      if (item !== undefined && since !== undefined)
        suspects.push({ item: fromTuple(toTuple(item)), run: batch.run, uidNext: batch.uidNext, since });
      batch.open.delete(index);
    }
    if (suspects.length > 0) folder.suspects = [...folder.suspects, ...suspects];
    if (batch.open.size === 0) folder.batches.delete(number);
  }

  #replayRest(kind: unknown, rest: readonly unknown[]): void {
    const folder = OF_SOURCES.has(kind) ? undefined : this.#byNumber.get(rest[0] as number);
    if (folder === undefined) return;
    if (kind === 'found') {
      for (const [uid, ...tuple] of rest[1] as readonly [number, ...SentTuple][]) {
        const item = fromTuple(tuple);
        folder.done.set(item, { uid, run: this.#run, uidNext: 0, isFound: true });
      }
    } else if (kind === 'late') {
      const at = folder.suspects.findIndex(({ item }) => item.identity === rest[1]);
      if (at >= 0) folder.suspects = folder.suspects.toSpliced(at, 1);
    } else if (kind === 'watched') {
      folder.suspects = folder.suspects.filter(({ since }) => since >= (rest[1] as number));
    } else if (kind === 'bin') {
      folder.bins.set(rest[1] as string, { identities: rest[2] as readonly string[], since: rest[3] as number });
    } else if (kind === 'binned') {
      const bin = folder.bins.get(rest[1] as string);
      folder.bins.delete(rest[1] as string);
      if (rest[2] === 1) changeDone(folder.done, 'moved', bin?.identities ?? [], []);
    } else changeDone(folder.done, kind, rest[1] as string | readonly string[], rest[2] as readonly string[]);
  }
}

/** Lines of {@link SourceBooks}. */
const OF_SOURCES: ReadonlySet<unknown> = new Set(['source', 'read', 'lost', 'end']);

/** A line about messages that are there: other flags, another UID, gone from their source or back in it, removed by `undo`. */
function changeDone(done: DoneItems, kind: unknown, which: string | readonly string[], flags: readonly string[]): void {
  for (const identity of typeof which === 'string' ? [which] : which) {
    const item = done.get(identity);
    if (item === undefined) continue;
    if (kind === 'flags') done.set({ ...item, flags }, item);
    else if (kind === 'moved') done.set(item, { ...item, uid: undefined });
    else if (kind === 'undone') done.delete(identity);
    else if (kind === 'gone' || kind === 'back') done.set(item, { ...item, isGone: kind === 'gone' });
  }
}

/** True when a run has to look at the folder on the server before all is told. */
export function hasOpenEnds({ batches, suspects, bins }: LedgerFolder): boolean {
  return batches.size > 0 || suspects.length > 0 || bins.size > 0;
}

/** The file that holds a run, among the ledgers of a directory. */
export async function findRun(directory: string, id: string): Promise<{ readonly path: string; readonly run: LedgerRun } | undefined> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith('.ledger')).sort();
  for (const name of names) {
    const path = join(directory, name);
    for await (const [kind, run, started, url, account] of readLedgerLines(path)) {
      if (kind === 'run' && run === id) return { path, run: { id, started: Number(started), url: String(url), account: String(account) } };
    }
  }
  return undefined;
}

/** A file name for an account: readable, and different for different accounts. */
export function ledgerName(account: string): string {
  const digest = createHash('sha256').update(account).digest('hex').slice(0, 12);
  return `${account
    .replace(/[^A-Za-z0-9@.-]+/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 80)}-${digest}`;
}

function emptyFolder(number: number, path: FolderPath, mailbox: string, uidValidity: number, madeBy: string | undefined): LedgerFolder {
  return { number, path, mailbox, uidValidity, madeBy, done: new DoneItems(), batches: new Map(), suspects: [], bins: new Map() };
}

/** These of an open batch are stored. */
function close(folder: LedgerFolder, batch: SentBatch, indexes: readonly number[], uids: readonly number[]): void {
  const { run, uidNext, open } = batch;
  for (const [i, index] of indexes.entries()) {
    const item = open.get(index);
    if (item === undefined) continue;
    open.delete(index);
    folder.done.set(item, { uid: uids[i] || undefined, run, uidNext, isFound: false });
  }
  if (open.size === 0) folder.batches.delete(batch.number);
}

function entry(folder: LedgerFolder, item: DoneItem): LedgerEntry {
  const { identity, sourceId, internalDate, dateSource, uid, sha256 } = item;
  return {
    identity,
    sourceId,
    folder: folder.path,
    flags: new Set(item.flags),
    internalDate,
    dateSource,
    ...(uid === undefined ? {} : { uid }),
    ...(identity.startsWith(sha256) ? {} : { sentHash: sha256 }),
  };
}
