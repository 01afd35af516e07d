// A PST or OST as a store. What lies where is formats/pst's business, how a message looks as MIME is formats/mapi's; here the two meet:
// which folders are read, what is mail and what is not, flags, dates, identities, and the books of every message node.

import { closeSync, readSync } from 'node:fs';
import { learnAddresses } from '../formats/mapi/address.js';
import { FolderUids } from '../formats/mapi/to-icalendar.js';
import { MailConverter, stringDecoder } from '../formats/outlook/mail-converter.js';
import { planReading, type ReadingPlan } from '../formats/pst/messaging/reading-plan.js';
import { OutcomeBook, type PstReconciliation } from '../formats/pst/messaging/reconciliation.js';
import { PstStore } from '../formats/pst/messaging/store.js';
import { ReadWindows } from '../formats/pst/ndb/random-access.js';
import { hasLanes } from '../lanes/lane.js';
import { MailLane } from '../lanes/mail-lane.js';
import type { Folder } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import type { Item } from '../model/item.js';
import type { Message } from '../model/message.js';
import { countNodes } from '../model/node-counts.js';
import type { FileRead, FolderSelection, LeftAlone, MailStore, NodeCounts, SourceFile } from '../model/store.js';
import { ComposingRoom } from './composed-content.js';
import type { OpenOptions } from './format.js';
import { LearnedDirectory } from './learned-directory.js';
import { type MadeBatch, MailAhead, type NodeRun } from './mail-ahead.js';
import { pstFile } from './pst-file.js';
import { PstNodes } from './pst-nodes.js';
import { rawPath } from './raw-path.js';
import { hasChanged, onSource, openRegularFile, type RegularFile } from './regular-file.js';
import { type FileWindow, takeWindow } from './window-pool.js';

/** A PST or OST: a store that can account for every message node of its file. */
export interface PstMailStore extends MailStore {
  readonly format: 'pst';
  /** Contacts, appointments and what else is not mail. */
  items(selection?: FolderSelection): AsyncIterable<Item>;
  /** Where each message node went so far; complete after a pass over messages and items. */
  reconciliation(): PstReconciliation;
}

/** See {@link openPst} in pst.ts, which loads this file when a PST is opened. */
export function openPstStore(path: string, options: OpenOptions): PstMailStore {
  const file = openRegularFile(rawPath(path), { followsLink: true, ...(options.owner !== undefined && { owner: options.owner }) });
  const windows: FileWindow[] = [];
  try {
    for (let i = 0; i < READ_WINDOWS; i += 1) windows.push(takeWindow(windows));
    return new PstSource(file, windows, path, options);
  } catch (error) {
    giveBack(windows);
    closeSync(file.fd);
    throw error;
  }
}

function giveBack(windows: readonly FileWindow[]): void {
  for (const window of windows) window.leases -= 1;
}

/** Messages of a batch, and octets after which it is full. */
const BATCH_COUNT = 32;
const BATCH_SIZE = 2 * 1024 * 1024;

/** Octets of a file for which a second thread is worth its start. */
const WORTH_A_LANE = 8 * 1024 * 1024;

/** Windows of a mebibyte that the file is read through. */
const READ_WINDOWS = 3;

/** Folders of these classes get a place among the mail only when there is mail in them. */
const NOT_MAIL_CLASS = /^IPF\.(?:Appointment|Contact|Task|Journal)/i;

class PstSource implements PstMailStore {
  readonly format = 'pst';
  readonly location: string;
  readonly dialect: string;
  readonly bytes: number;
  readonly issues: Issue[];
  readonly leftAlone: readonly LeftAlone[];
  readonly coversFiles = true;
  readonly files: readonly SourceFile[];
  readonly filesRead: FileRead[] = [];
  #hasReadMail = false;
  readonly #file: RegularFile;
  readonly #options: OpenOptions;
  readonly #store: PstStore;
  readonly #plan: ReadingPlan;
  readonly #outcomes = new OutcomeBook();
  readonly #converter: MailConverter;
  readonly #directory: LearnedDirectory;
  readonly #room = new ComposingRoom();
  readonly #nodes: PstNodes;
  /** What the file is read through. */
  readonly #windows: readonly FileWindow[];
  #lane: MailLane | undefined;

  constructor(regular: RegularFile, windows: readonly FileWindow[], path: string, options: OpenOptions) {
    const { fd, size } = regular;
    const file = new ReadWindows(
      size,
      (into, offset) => onSource(path, () => readSync(fd, into, 0, into.length, offset)),
      windows.map(({ buffer }) => buffer),
    );
    this.#windows = windows;
    this.#file = regular;
    this.#options = options;
    this.#store = PstStore.open(file, path, stringDecoder(options.codePage));
    const include = new Set(options.include);
    if (options.recoverable === true) {
      include.add('recoverableItems');
    }
    this.#plan = planReading(this.#store, {
      include,
      includesAssociated: options.associated === true,
      includesSearchFolders: options.searchFolders === true,
    });
    this.location = path;
    this.files = [pstFile(regular, path)];
    this.bytes = size;
    this.dialect = this.#store.dialect;
    const merged = this.#plan.merged.map((folder): Issue => ({ code: 'FOLDERS_MERGED', where: { path }, note: folder.join('/') }));
    this.issues = [...this.#store.issues, ...merged];
    this.leftAlone = this.#plan.leftAlone;
    this.#directory = new LearnedDirectory((directory) => this.#learn(directory));
    this.#converter = new MailConverter(this.#store, options, this.#directory);
    this.#nodes = new PstNodes({
      store: this.#store,
      converter: this.#converter,
      room: this.#room,
      outcomes: this.#outcomes,
      issues: this.issues,
      vcard: options.vcard ?? 4,
    });
  }

  get excluded(): Readonly<Record<string, number>> {
    return this.#plan.excluded;
  }

  reconciliation(): PstReconciliation {
    return this.#outcomes.close(this.#store.index, this.#plan.excluded);
  }

  nodes(): NodeCounts {
    return countNodes(this.#outcomes.books(this.#store.index, this.#plan.excludedNids));
  }

  async *folders(): AsyncGenerator<Folder> {
    for (const { path, specialUse, ...folder } of this.#plan.folders) {
      if (!NOT_MAIL_CLASS.test(folder.containerClass) || folder.nids.some((nid) => this.#isMail(nid))) {
        yield specialUse === undefined ? { path } : { path, specialUse };
      }
    }
  }

  async *messages(selection?: FolderSelection): AsyncGenerator<Message> {
    for await (const batch of this.batches(selection)) {
      yield* batch;
    }
  }

  async *batches(selection?: FolderSelection): AsyncGenerator<readonly Message[]> {
    if (selection?.skips?.(0) === true) return;
    this.#nodes.share = this.bytes / Math.max(1, this.#mailCount(selection));
    const runs = this.#runs(selection);
    const { lanes } = this.#options;
    if (selection?.wantsIdentities === true && lanes !== 0 && this.bytes >= WORTH_A_LANE && hasLanes()) {
      yield* this.#ahead(runs);
    } else {
      yield* this.#alone(runs);
    }
    this.#noteChange();
    this.#hasReadMail = true;
  }

  async *#alone(runs: Iterable<NodeRun>): AsyncGenerator<readonly Message[]> {
    for (const { folder, nids } of runs) {
      for (let first = 0; first < nids.length; ) {
        const { messages, done, release } = this.#batch({ folder, nids: first === 0 ? nids : nids.slice(first) });
        first += done;
        try {
          if (messages.length > 0) yield messages;
        } finally {
          release();
        }
      }
    }
  }

  async *#ahead(runs: Iterable<NodeRun>): AsyncGenerator<readonly Message[]> {
    const { codePage, keepsWinmail, keepsDeleted, itemsAs } = this.#options;
    const options = {
      ...(codePage !== undefined && { codePage }),
      ...(keepsWinmail !== undefined && { keepsWinmail }),
      ...(keepsDeleted !== undefined && { keepsDeleted }),
      ...(itemsAs !== undefined && { itemsAs }),
    };
    this.#lane ??= new MailLane({
      fd: this.#file.fd,
      size: this.bytes,
      path: this.location,
      options,
      indexes: this.#store.database.share(),
    });
    const ahead = new MailAhead(this.#lane, {
      here: (run) => this.#batch(run),
      fromLane: (run, answer, window) => ({
        messages: this.#nodes.fromLane(run, answer, window),
        done: run.nids.length,
        release: this.#room.seal(),
      }),
      directory: () => (this.#directory.isFilled ? this.#directory : undefined),
    });
    yield* ahead.of(runs);
  }

  /** What is read, in the order of folders and nodes. */
  *#runs(selection: FolderSelection | undefined): Iterable<NodeRun> {
    for (const folder of this.#plan.folders) {
      if (selection?.includes?.(folder.path) === false) {
        continue;
      }
      for (let at = 0; at < folder.nids.length; at += BATCH_COUNT) {
        yield { folder, nids: folder.nids.slice(at, at + BATCH_COUNT) };
      }
    }
  }

  /** About how many messages there will be: what is in folders for mail. */
  #mailCount(selection: FolderSelection | undefined): number {
    const folders = this.#plan.folders.filter(
      ({ path, containerClass }) => selection?.includes?.(path) !== false && !NOT_MAIL_CLASS.test(containerClass),
    );
    return folders.reduce((sum, { nids }) => sum + nids.length, 0);
  }

  /** Converts nodes until they are enough for a batch. */
  #batch({ folder, nids }: NodeRun): MadeBatch {
    const messages: Message[] = [];
    let size = 0;
    let done = 0;
    for (const nid of nids) {
      const message = this.#nodes.message(nid, folder);
      if (message !== undefined) {
        messages.push(message);
        size += message.content.size;
      }
      done += 1;
      if (size >= BATCH_SIZE) break;
    }
    return { messages, done, release: this.#room.seal() };
  }

  async *items(selection?: FolderSelection): AsyncGenerator<Item> {
    if (selection?.skips?.(0) === true) return;
    for (const folder of this.#plan.folders) {
      if (folder.isSearch !== true && selection?.includes?.(folder.path) !== false) {
        const uids = new FolderUids();
        for (const nid of folder.nids) {
          const item = this.#nodes.item(nid, folder, uids);
          if (item !== undefined) {
            yield item;
          }
        }
      }
    }
    this.#noteChange();
    this.#noteRead();
  }

  /** Mail and items were read to their end, and nobody wrote meanwhile. */
  #noteRead(): void {
    if (!this.#hasReadMail || this.filesRead.length > 0 || hasChanged(this.#file)) return;
    const nodes = this.#outcomes.books(this.#store.index, this.#plan.excludedNids);
    this.filesRead.push({ file: 0, size: this.bytes, isOpaque: true, nodes });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The other thread reads through the same descriptor.
    await this.#lane?.close();
    giveBack(this.#windows);
    closeSync(this.#file.fd);
  }

  #isMail(nid: number): boolean {
    const { kind } = this.#converter.open(nid);
    return kind === 'mail' || kind === 'unreadable';
  }

  /** Reads all addresses of the store; done once, and only when a message has an Exchange address that it does not explain itself. */
  #learn(directory: Map<string, string>): void {
    for (const { nids } of this.#plan.folders) {
      for (const nid of nids) {
        const { message } = this.#store.message(nid);
        if (message !== undefined) {
          learnAddresses(message, directory);
        }
      }
    }
  }

  #noteChange(): void {
    if (hasChanged(this.#file) && !this.issues.some((issue) => issue.code === 'SOURCE_CHANGED')) {
      this.issues.push({ code: 'SOURCE_CHANGED', where: { path: this.location } });
    }
  }
}
