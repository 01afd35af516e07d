import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TargetError, UsageError } from '../errors.js';
import { type NameSeparator, nameKey } from '../formats/maildir/filename.js';
import type { MaildirLayout, StoredFolderName } from '../formats/maildir/folder-name.js';
import { extendKeywordsScript, type SpilledKeyword } from '../formats/maildir/keywords-script.js';
import { hasLanes } from '../lanes/lane.js';
import { type Folder, type FolderPath, pathKey } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import { EMPTY_LEDGER, type LedgerEntry, type LedgerView, type RunFacts, wasTakenByUs } from '../model/ledger.js';
import type { Message } from '../model/message.js';
import type { SourceFile } from '../model/store.js';
import type { Delivery, GoneOptions, MailTarget } from '../model/target.js';
import { lookAt, readControlFile, replaceControlText, requireDirectory } from './maildir/control-file.js';
import { onDisk } from './maildir/disk-error.js';
import type { Dotlock } from './maildir/dotlock.js';
import { syncFileSystem } from './maildir/file-system-sync.js';
import { makeRoot } from './maildir/first-files.js';
import { MaildirFolder } from './maildir/folder.js';
import { FolderPlaces } from './maildir/folder-places.js';
import { IdentityTable } from './maildir/identity-table.js';
import { LaneWriter } from './maildir/lane-writer.js';
import { LEDGER_FILE, LedgerFile, ledgerHead, type ReadLedger, readLedger } from './maildir/ledger-file.js';
import { LedgerIndex } from './maildir/ledger-index.js';
import { LedgerNotes } from './maildir/ledger-notes.js';
import { DirectWriter, type MessageWriter } from './maildir/message-writer.js';
import { lockRun } from './maildir/run-lock.js';
import { scanFolder } from './maildir/scan.js';
import { type FsyncPolicy, layoutOf, type MaildirSettings, STAGING } from './maildir/settings.js';
import { removeIfEmpty } from './maildir/skeleton.js';
import { subscribe } from './maildir/subscriptions.js';

const SEPARATORS: readonly NameSeparator[] = [':', ';', '!', '-', '_'];

/** How a Maildir is written. */
export interface MaildirTargetOptions {
  /** Default: as an earlier run wrote it, else `maildir++`. */
  readonly layout?: MaildirLayout;
  /** Between base name and flags; default: as an earlier run wrote it, else `:`. */
  readonly nameSeparator?: NameSeparator;
  /** Default `folder`. */
  readonly fsync?: FsyncPolicy;
  /** Folder names in UTF-8 instead of modified UTF-7 (Dovecot: `UTF-8` in mail_location). Default false. */
  readonly utf8Names?: boolean;
  /** Threads that create files beside the one that reads: 0 or 1. By default 1 where there is a second core. */
  readonly lanes?: 0 | 1;
  /** User id that has to own the Maildir itself; by default anybody's is taken whom the system lets write. */
  readonly ownedBy?: number;
}

/**
 * A Maildir as Dovecot keeps it, with its control files. What is there already is merged into, never overwritten.
 * @throws {@link UsageError} MAILDIR_SEPARATOR for a separator that is none, USAGE for an empty path
 * @throws {@link TargetError} TARGET_LAYOUT, TARGET_SYMLINK, TARGET_OWNER, TARGET_LOCKED and `TARGET_` with an errno
 */
export async function maildirTarget(path: string, options: MaildirTargetOptions = {}): Promise<MailTarget> {
  if (!SEPARATORS.includes(options.nameSeparator ?? ':')) {
    throw new UsageError('MAILDIR_SEPARATOR', 'this character cannot separate flags from names', { help: 'use one of : ; ! - _' });
  }
  if (path === '') throw new UsageError('USAGE', 'the path of the Maildir is empty', { help: 'name its directory' });
  const root = resolve(path);
  const head = ledgerHead(root);
  return new MaildirTarget({
    root,
    layout: layoutOf(root, options.layout, head?.layout),
    separator: options.nameSeparator ?? SEPARATORS.find((known) => known === head?.separator) ?? ':',
    fsync: options.fsync ?? 'folder',
    utf8Names: options.utf8Names ?? false,
    firstUidValidity: Math.floor(Date.now() / 1000),
    writer: makeWriter(options),
    ownedBy: options.ownedBy,
  });
}

function makeWriter(options: MaildirTargetOptions): MessageWriter {
  const fsync = options.fsync === 'message';
  return options.lanes !== 0 && hasLanes() ? new LaneWriter(fsync) : new DirectWriter(fsync);
}

interface AnnouncedFolder {
  readonly folder: Folder;
  readonly stored: StoredFolderName;
}

class MaildirTarget implements MailTarget {
  readonly format = 'maildir';
  readonly location: string;
  readonly issues: Issue[] = [];
  readonly #settings: MaildirSettings;
  readonly #writer: MessageWriter;
  readonly #announced = new Map<string, AnnouncedFolder>();
  #places: FolderPlaces | undefined;
  readonly #folders = new Map<string, MaildirFolder>();
  /** What is in folders that a run looks at which is only tried. */
  readonly #held = new Map<string, IdentityTable>();
  /** Where the last message went: the next one mostly goes there too. */
  #last: { readonly path: FolderPath; readonly folder: MaildirFolder } | undefined;
  #files: readonly SourceFile[] = [];
  #lock: Dotlock | undefined;
  #reader: ReadLedger | undefined;
  #notes: LedgerNotes | undefined;
  #isComplete = false;

  constructor(settings: MaildirSettings) {
    this.#settings = settings;
    this.#writer = settings.writer;
    this.location = settings.root;
  }

  /** Reads only: a run that is only tried must leave no trace. */
  async ledger(): Promise<LedgerView> {
    const { root } = this.#settings;
    if (lookAt(root) === undefined) {
      return EMPTY_LEDGER;
    }
    this.#reader ??= onDisk(root, () => {
      requireDirectory(root);
      return readLedger(root);
    });
    return this.#reader.view;
  }

  /** Takes the lock of the run and opens the ledger; the root must be there. */
  async #enter(): Promise<LedgerNotes> {
    if (this.#notes === undefined) {
      const { root, layout, separator, ownedBy } = this.#settings;
      onDisk(root, () => requireDirectory(root, ownedBy));
      this.#lock = await lockRun(root);
      onDisk(root, () => rmSync(`${root}/tmp/mailferry-folder`, { recursive: true, force: true }));
      this.#notes = new LedgerNotes(
        root,
        onDisk(root, () => LedgerFile.open(root, { layout, separator }, this.#reader?.view)),
      );
      this.#notes.listSources(this.#files);
    }
    return this.#notes;
  }

  noteSources(files: readonly SourceFile[]): void {
    this.#files = files;
    this.#notes?.listSources(files);
  }

  keepsResidueOf(file: number): boolean {
    return this.#notes?.keepsResidueOf(file) === true;
  }

  noteResidue(residue: Parameters<LedgerNotes['addResidue']>[0]): void {
    onDisk(this.location, () => this.#notes?.addResidue(residue));
  }

  noteSourceRead(file: number, facts: Parameters<LedgerNotes['sourceRead']>[1]): void {
    this.#notes?.sourceRead(file, facts);
  }

  noteRun(facts: RunFacts): void {
    this.#notes?.noteRun(facts);
  }

  get isMidway(): boolean {
    return this.#last?.folder.awaitsUids === true;
  }

  holds({ folder, identity }: Pick<Message, 'folder' | 'identity'>): boolean {
    const key = pathKey(folder);
    let held = this.#held.get(key);
    if (held === undefined) {
      held = new IdentityTable();
      const directory = join(this.location, this.#placed.directoryOf(folder));
      const table = held;
      onDisk(directory, () => scanFolder(directory, table));
      this.#held.set(key, held);
    }
    return held.get(nameKey(identity)) >= 0;
  }

  async withdraw(): Promise<{ path: FolderPath; messages: number }[]> {
    const folder = this.#last?.folder;
    if (folder === undefined) return [];
    await this.#writer.drain();
    return [{ path: folder.folder.path, messages: folder.withdrawLate() }];
  }

  noteComplete(): void {
    this.#isComplete = true;
  }

  async *gone(options: GoneOptions): AsyncGenerator<LedgerEntry> {
    const view = this.#reader?.view;
    const isAnyLost = (index: LedgerIndex): boolean =>
      index.sourcesRead().some(({ path, fingerprint }) => fingerprint === options.fingerprint && options.lacks(path));
    if (!(view instanceof LedgerIndex) || (this.#notes === undefined && !isAnyLost(view))) {
      return;
    }
    const comparable = (await this.#enter()).comparable(options);
    if (comparable.isEmpty) {
      return;
    }
    for (const entry of view.unseen()) {
      const isNews = entry.isGone !== true || (options.propagate && !entry.flags.has('\\Deleted'));
      const line = isNews && comparable.covers(entry.source, entry.folder) ? view.lineOf(entry) : undefined;
      if (line !== undefined) {
        (await this.#existing(entry.folder))?.noteGone(line, options.propagate);
        yield entry;
      }
    }
  }

  /** A folder that this run knows, or that is there; never a new one. */
  async #existing(path: FolderPath): Promise<MaildirFolder | undefined> {
    const isOpen = this.#folders.has(pathKey(path));
    if (!isOpen && lookAt(join(this.location, this.#placed.directoryOf(path), 'cur')) !== undefined) {
      await this.#folderOf(path);
    }
    return this.#folders.get(pathKey(path));
  }

  async createFolder(folder: Folder): Promise<void> {
    const key = pathKey(folder.path);
    if (!this.#announced.has(key)) {
      await this.ledger();
      this.#announced.set(key, { folder, stored: this.#placed.place(folder.path) });
    }
  }

  /** As far as the names go: nothing is made. */
  async foreseeFolder({ path }: Folder): Promise<void> {
    await this.ledger();
    this.#placed.place(path);
  }

  /** Where folders lie; the ledger must have been read. */
  get #placed(): FolderPlaces {
    this.#places ??= new FolderPlaces(this.#settings, this.#reader?.folders ?? [], this.issues);
    return this.#places;
  }

  async *deliver(batches: AsyncIterable<readonly Message[]>, last: LedgerView): AsyncGenerator<Delivery> {
    for await (const deliveries of this.deliverBatches(batches, last)) {
      yield* deliveries;
    }
  }

  async *deliverBatches(batches: AsyncIterable<readonly Message[]>, last: LedgerView): AsyncGenerator<readonly Delivery[]> {
    await this.#openAnnounced();
    for await (const batch of batches) {
      const deliveries: Delivery[] = [];
      for (const message of batch) {
        const delivery = notDelivered(message) ?? this.#take(message, last);
        deliveries.push(delivery instanceof Promise ? await delivery : delivery);
      }
      yield deliveries;
      await this.#writer.flush();
    }
  }

  #folderAt(path: FolderPath): MaildirFolder | undefined {
    if (this.#last?.path === path) {
      return this.#last.folder;
    }
    const folder = this.#folders.get(pathKey(path));
    this.#last = folder === undefined ? undefined : { path, folder };
    return folder;
  }

  #take(message: Message, last: LedgerView): Delivery | Promise<Delivery> {
    const folder = this.#folderAt(message.folder);
    if (folder === undefined && this.#isLeftAway(message, last)) return { message, status: 'filtered', reason: 'removedByUser' };
    const growth = folder === undefined ? this.#folderOf(message.folder) : folder.lettersFor(message);
    if (folder === undefined || growth !== undefined) {
      return Promise.resolve(growth).then(() => this.#take(message, last));
    }
    return folder.take(message, last.size === 0 ? undefined : last.find(message.folder, message.identity));
  }

  /** The user took the folder away with this message in it. */
  #isLeftAway({ folder: path, identity }: Message, last: LedgerView): boolean {
    const announced = this.#announced.get(pathKey(path));
    if (announced === undefined || !this.#isTakenAway(announced)) return false;
    const entry = last.find(path, identity);
    return entry !== undefined && !wasTakenByUs(entry);
  }

  /** An earlier run made the folder, and the user removed or renamed it: it is made again for new mail only. */
  #isTakenAway({ folder: { path }, stored: { directory } }: AnnouncedFolder): boolean {
    if (directory === '' || this.#reader?.view.uidValidity?.(path) === undefined) return false;
    return ['cur', 'new'].every((part) => lookAt(join(this.location, directory, part)) === undefined);
  }

  /** A folder that nobody announced, or that comes back. */
  async #folderOf(path: FolderPath): Promise<void> {
    await this.createFolder({ path });
    await this.#openAnnounced(pathKey(path));
  }

  /** INBOX first: it is the root, in which the others are built. @param needed - the folder that is opened whatever the user did with it */
  async #openAnnounced(needed?: string): Promise<void> {
    const waiting = [...this.#announced].filter(
      ([key, announced]) => !this.#folders.has(key) && (key === needed || !this.#isTakenAway(announced)),
    );
    waiting.sort(([, a], [, b]) => Number(b.stored.directory === '') - Number(a.stored.directory === ''));
    if (this.#announced.size > 0 && this.#notes === undefined) {
      const inbox = waiting[0]?.[1].stored.directory === '' ? waiting[0][1].folder : undefined;
      const spent = inbox === undefined ? undefined : this.#reader?.view.uidValidity?.(inbox.path);
      onDisk(this.location, () => makeRoot(this.#settings, inbox, spent));
      await this.#enter();
    }
    for (const [key, { folder, stored }] of waiting) {
      const opened = await MaildirFolder.open(this.#settings, folder, stored, await this.#enter());
      this.issues.push(...opened.issues.splice(0));
      this.#folders.set(key, opened);
    }
  }

  /** A run that was killed behind its last ledger line left its lock and empty staging directories; when nothing changed since, no folder is opened that would notice. */
  async #tidy(): Promise<void> {
    const { root } = this.#settings;
    if (lookAt(`${root}/${LEDGER_FILE}.lock`) === undefined) return;
    this.#lock ??= await lockRun(root).catch((error: unknown) => {
      if (error instanceof TargetError && error.code === 'TARGET_BUSY') return undefined;
      throw error;
    });
    if (this.#lock === undefined) return;
    for (const directory of new Set(['', ...(this.#reader?.folders ?? []).map((folder) => folder.directory)])) {
      onDisk(root, () => removeIfEmpty(join(root, directory, STAGING)));
    }
  }

  async commit(): Promise<void> {
    if (this.#announced.size === 0) await this.#tidy();
    await this.#openAnnounced();
    await this.#writer.drain();
    const folders = [...this.#folders.values()].filter((folder) => folder.isDirty || this.#isComplete);
    await this.#sync(folders);
    for (const folder of folders) {
      await folder.commit(this.#isComplete);
      this.issues.push(...folder.issues.splice(0));
    }
    this.#writeKeywordsScript(folders.flatMap((folder) => folder.takeSpilled()));
    await this.#subscribe();
    await this.#sync(folders);
    onDisk(this.location, () => this.#notes?.commit(this.#settings.fsync !== 'none'));
  }

  /** Before files appear their octets are on the disk, and before the ledger says so they have appeared. */
  async #sync(folders: readonly MaildirFolder[]): Promise<void> {
    if (this.#settings.fsync === 'folder' && folders.length > 0) {
      await syncFileSystem(
        this.location,
        folders.map((folder) => `${folder.directory}/${STAGING}`),
      );
    }
  }

  #writeKeywordsScript(spilled: readonly SpilledKeyword[]): void {
    const path = `${this.location}/mailferry-keywords.sh`;
    if (spilled.length > 0) {
      onDisk(path, () => {
        const script = extendKeywordsScript(readControlFile(path) ?? '', spilled);
        replaceControlText(path, this.#settings.fsync !== 'none', script, 0o700);
      });
    }
  }

  async #subscribe(): Promise<void> {
    const view = this.#reader?.view;
    const index = view instanceof LedgerIndex ? view : undefined;
    // What the user unsubscribed since an earlier run stays so.
    const isNews = ({ path, subscribed }: Folder): boolean => {
      const noted = index?.folder(path);
      return subscribed === true && (noted === undefined || noted.subscribed === false) && this.#folders.has(pathKey(path));
    };
    const names = [...this.#announced.values()].filter(({ folder }) => isNews(folder)).map(({ stored }) => stored.parts);
    if (names.length > 0) {
      await subscribe(this.location, this.#settings.layout === 'fs' ? '/' : '.', names, this.#settings.fsync !== 'none');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#writer.close();
      for (const folder of this.#folders.values()) {
        folder.close();
      }
    } finally {
      this.#notes?.close();
      this.#reader?.close();
      const lock = this.#lock;
      this.#lock = undefined;
      lock?.release();
    }
  }
}

/** Messages that the store or a decorator decided about. */
function notDelivered(message: Message): Delivery | undefined {
  if (message.failure !== undefined) {
    return { message, status: 'failed', failure: message.failure };
  }
  return message.filtered === undefined ? undefined : { message, status: 'filtered', reason: message.filtered };
}
