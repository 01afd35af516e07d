// A PST or OST as a store. What lies where is formats/pst's business, how a message looks as MIME is formats/mapi's; here the two meet:
// which folders are read, what is mail and what is not, flags, dates, identities, and the books of every message node.

import { closeSync, readSync } from 'node:fs';
import { SourceError } from '../errors.js';
import { NO_CONTENT } from '../formats/content/memory-content.js';
import { learnAddresses } from '../formats/mapi/address.js';
import type { ConversionContext } from '../formats/mapi/context.js';
import { messageFlags, messageKeywords } from '../formats/mapi/flags.js';
import { internalDate } from '../formats/mapi/internal-date.js';
import { itemKind } from '../formats/mapi/item-kind.js';
import type { MapiMessage } from '../formats/mapi/object.js';
import { toIcalendar } from '../formats/mapi/to-icalendar.js';
import { type MimeMessage, messageToMime } from '../formats/mapi/to-mime.js';
import { toVcard } from '../formats/mapi/to-vcard.js';
import { codePageCharset, decodeByGuess } from '../formats/mime/charset.js';
import { pstIdentity } from '../formats/pst/messaging/identity.js';
import { type PlannedFolder, planReading, type ReadingPlan } from '../formats/pst/messaging/reading-plan.js';
import { OutcomeBook, type PstReconciliation } from '../formats/pst/messaging/reconciliation.js';
import { PstStore } from '../formats/pst/messaging/store.js';
import { formatNid } from '../formats/pst/ndb/nid.js';
import { ReadWindows } from '../formats/pst/ndb/random-access.js';
import type { Folder } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import type { Item, ItemKind } from '../model/item.js';
import type { Message } from '../model/message.js';
import { countNodes } from '../model/node-counts.js';
import type { FileRead, FolderSelection, LeftAlone, MailStore, NodeCounts, SourceFile } from '../model/store.js';
import { ComposingRoom } from './composed-content.js';
import type { OpenOptions } from './format.js';
import { pstFile } from './pst-file.js';
import { rawPath } from './raw-path.js';
import { failsAll, hasChanged, onSource, openRegularFile, type RegularFile } from './regular-file.js';
import { type FileWindow, takeWindow } from './window-pool.js';

/** A PST or OST: a store that can account for every message node of its file. */
export interface PstMailStore extends MailStore {
  readonly format: 'pst';
  /** Where each message node went so far; complete after a pass over messages and items. */
  reconciliation(): PstReconciliation;
}

/** See {@link openPst} in pst.ts, which loads this file when a PST is opened. */
export function openPstStore(path: string, options: OpenOptions): PstMailStore {
  const file = openRegularFile(rawPath(path), { followsLink: true, ...(options.owner !== undefined && { owner: options.owner }) });
  try {
    return new PstSource(file, path, options);
  } catch (error) {
    closeSync(file.fd);
    throw error;
  }
}

/** Messages of a batch, and octets after which it is full. */
const BATCH_COUNT = 64;
const BATCH_SIZE = 2 * 1024 * 1024;

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
  readonly #context: ConversionContext;
  readonly #room = new ComposingRoom();
  /** What the file is read through. */
  readonly #windows: readonly FileWindow[] = Array.from({ length: READ_WINDOWS }, () => takeWindow(this));

  constructor(regular: RegularFile, path: string, options: OpenOptions) {
    const { fd, size } = regular;
    const fallbacks = [options.codePage ?? 1252];
    const decode = (octets: Uint8Array, pages: readonly number[]): string => {
      const charsets = [...pages, ...fallbacks].map(codePageCharset).filter((charset) => charset !== undefined);
      return decodeByGuess(octets, charsets).text;
    };
    const file = new ReadWindows(
      size,
      (into, offset) => onSource(path, () => readSync(fd, into, 0, into.length, offset)),
      this.#windows.map(({ buffer }) => buffer),
    );
    this.#file = regular;
    this.#options = options;
    this.#store = PstStore.open(file, path, decode);
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
    this.issues = [...this.#store.issues];
    this.leftAlone = this.#plan.leftAlone;
    this.#context = {
      idSeed: this.#store.recordKey,
      addressDirectory: new LearnedDirectory((directory) => this.#learn(directory)),
      ...(options.codePage !== undefined && { codePage: options.codePage }),
      ...(options.keepsWinmail === true && { unpacksTnef: false }),
      ...(options.keepsDeleted === true && { keepsDeleted: true }),
    };
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
    let batch: Message[] = [];
    let size = 0;
    for (const folder of this.#plan.folders) {
      if (selection?.includes?.(folder.path) === false) {
        continue;
      }
      for (const nid of folder.nids) {
        const message = this.#message(nid, folder);
        if (message !== undefined) {
          batch.push(message);
          size += message.content.size;
        }
        if (batch.length >= BATCH_COUNT || size >= BATCH_SIZE) {
          yield batch;
          this.#room.release();
          batch = [];
          size = 0;
        }
      }
    }
    if (batch.length > 0) {
      yield batch;
    }
    this.#room.release();
    this.#noteChange();
    this.#hasReadMail = true;
  }

  async *items(selection?: FolderSelection): AsyncGenerator<Item> {
    if (selection?.skips?.(0) === true) return;
    for (const folder of this.#plan.folders) {
      if (folder.isSearch !== true && selection?.includes?.(folder.path) !== false) {
        for (const nid of folder.nids) {
          const item = this.#item(nid, folder);
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

  [Symbol.asyncDispose](): Promise<void> {
    for (const window of this.#windows) window.leases -= 1;
    closeSync(this.#file.fd);
    return Promise.resolve();
  }

  /** A message node as mail; undefined when it is an item. */
  #message(nid: number, folder: PlannedFolder): Message | undefined {
    const { message, issues } = this.#store.message(nid);
    if (message === undefined) {
      return this.#failed(nid, folder, issues, 'none of its properties can be read');
    }
    const kind = this.#kind(message);
    this.#outcomes.enter(nid, kind);
    if (kind !== 'mail') {
      return undefined;
    }
    try {
      return this.#mail(nid, folder, message, issues);
    } catch (error) {
      if (failsAll(error)) throw error;
      return this.#failed(nid, folder, issues, error instanceof Error ? error.message : 'it cannot be converted');
    }
  }

  #mail(nid: number, folder: PlannedFolder, message: MapiMessage, issues: readonly Issue[]): Message {
    const { specialUse } = folder;
    const context = specialUse === undefined ? this.#context : { ...this.#context, specialUse };
    const { content: made, issues: guesses } = messageToMime(message, context);
    const content = this.#room.place(made, () => this.#again(nid, context).content);
    const { ms, source } = internalDate(message);
    return {
      identity: pstIdentity(this.#store.recordKey, nid),
      sourceId: formatNid(nid),
      folder: folder.path,
      file: 0,
      content,
      // The identity is that of the node; what was made of it is known by its own hash.
      get contentHash() {
        return content.sha256;
      },
      flags: new Set([...messageFlags(message, context), ...messageKeywords(message)]),
      internalDate: ms,
      dateSource: source,
      issues: [...this.#unlisted(nid), ...issues, ...guesses],
    };
  }

  /** Converts a message once more, for one who kept it longer than its place in memory. */
  #again(nid: number, context: ConversionContext): MimeMessage {
    const { message } = this.#store.message(nid);
    if (message === undefined) {
      throw new SourceError('SOURCE_CHANGED', 'a message can no longer be read', { where: { path: this.location } });
    }
    return messageToMime(message, context);
  }

  /** A message node as an item; undefined when it is mail or was yielded as a failure among the mail. */
  #item(nid: number, folder: PlannedFolder): Item | undefined {
    const known = this.#outcomes.outcome(nid);
    if (known === 'mail' || known === 'failed') {
      return undefined;
    }
    const { message, issues } = this.#store.message(nid);
    const kind = message === undefined ? 'mail' : this.#kind(message);
    if (message === undefined || kind === 'mail') {
      return undefined;
    }
    try {
      const item = this.#converted(message, kind, folder, [...this.#unlisted(nid), ...issues]);
      this.#outcomes.enter(nid, kind);
      return item;
    } catch (error) {
      if (failsAll(error)) throw error;
      this.#outcomes.enter(nid, 'failed');
      const note = `${formatNid(nid)}: ${error instanceof Error ? error.message : 'it cannot be converted'}`;
      this.issues.push({ code: 'PST_MESSAGE_UNREADABLE', where: { path: this.location }, note });
      return undefined;
    }
  }

  #converted(message: MapiMessage, kind: ItemKind, folder: PlannedFolder, found: readonly Issue[]): Item {
    const isCard = kind === 'contact' || kind === 'distributionList';
    const { uid, text, issues } = isCard ? toVcard(message, this.#context, this.#options.vcard ?? 4) : toIcalendar(message, this.#context);
    const format = isCard ? 'vcard' : 'icalendar';
    return { kind, folder: folder.path, file: 0, sourceId: message.sourceId, uid, format, text, issues: [...found, ...issues] };
  }

  #failed(nid: number, folder: PlannedFolder, issues: readonly Issue[], note: string): Message {
    this.#outcomes.enter(nid, 'failed');
    return {
      identity: pstIdentity(this.#store.recordKey, nid),
      sourceId: formatNid(nid),
      folder: folder.path,
      file: 0,
      content: NO_CONTENT,
      flags: new Set(),
      internalDate: 0,
      dateSource: 'none',
      issues: [...this.#unlisted(nid), ...issues],
      failure: { code: 'PST_MESSAGE_UNREADABLE', where: { path: this.location }, note },
    };
  }

  #unlisted(nid: number): Issue[] {
    return this.#store.index.unlisted.has(nid) ? [{ code: 'PST_MESSAGE_UNLISTED', where: { path: this.location } }] : [];
  }

  /** What a message is to this store: notes are mail, and so is everything where items were asked for as mail. */
  #kind(message: MapiMessage): ItemKind | 'mail' {
    const kind = itemKind(message);
    return kind === 'note' || this.#options.itemsAs === 'mail' ? 'mail' : kind;
  }

  #isMail(nid: number): boolean {
    const { message } = this.#store.message(nid);
    return message === undefined || this.#kind(message) === 'mail';
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

/** A map that is filled when it is first asked. */
class LearnedDirectory extends Map<string, string> {
  #fill: ((directory: Map<string, string>) => void) | undefined;

  constructor(fill: (directory: Map<string, string>) => void) {
    super();
    this.#fill = fill;
  }

  override get(address: string): string | undefined {
    const fill = this.#fill;
    this.#fill = undefined;
    fill?.(this);
    return super.get(address);
  }
}
