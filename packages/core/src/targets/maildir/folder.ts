import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerMessage } from '../../formats/ledger/message-line.js';
import { formatBaseName, nameKey, parseBaseName } from '../../formats/maildir/filename.js';
import type { StoredFolderName } from '../../formats/maildir/folder-name.js';
import type { SpilledKeyword } from '../../formats/maildir/keywords-script.js';
import { isStorableUidl, type UidlistHeader, writeUidlistEntry } from '../../formats/maildir/uidlist-file.js';
import type { Flag } from '../../model/flag.js';
import type { Folder } from '../../model/folder.js';
import type { Issue } from '../../model/issue.js';
import { type LedgerEntry, wasTakenByUs } from '../../model/ledger.js';
import type { Message } from '../../model/message.js';
import type { Delivery } from '../../model/target.js';
import { ensureDirectory, lookAt, requireDirectory, syncPath } from './control-file.js';
import { onDisk } from './disk-error.js';
import { Dotlock } from './dotlock.js';
import { firstControlFiles, firstUidlistHeader, uidValidityOf } from './first-files.js';
import { changedBits, FLAG_DELETED, FlagLetters } from './flag-letters.js';
import { IdentitySet, IdentityTable } from './identity-table.js';
import type { FolderNotes, LedgerNotes } from './ledger-notes.js';
import { NameClock } from './name-clock.js';
import { publishStaged, removeStaged } from './publish.js';
import { finishEarlierRun, removeUnfinished } from './recovery.js';
import { scanFolder } from './scan.js';
import { DOVECOT_LOG, type MaildirSettings, SPILL, STAGING } from './settings.js';
import { makeFolder, removeIfEmpty } from './skeleton.js';
import { storedDate } from './stored-form.js';
import { TextPile } from './text-pile.js';
import { UidAllotment } from './uid-allotment.js';
import { listFilesAnew } from './uidlist-anew.js';
import { UidlistAsFound } from './uidlist-as-found.js';
import {
  basesOf,
  changeUidls,
  type ListedName,
  nextUid,
  placesOf,
  renumberLines,
  requireUid,
  rewriteUidlist,
  stampOf,
  type UidlistOnDisk,
} from './uidlist-room.js';

/** One folder of a Maildir while it is written. */
export class MaildirFolder {
  readonly folder: Folder;
  readonly stored: StoredFolderName;
  readonly directory: string;
  /** Issues that belong to no message. */
  readonly issues: Issue[] = [];
  readonly #settings: MaildirSettings;
  readonly #staging: string;
  readonly #list: UidlistAsFound;
  readonly #uidlistPath: string;
  #flags: FlagLetters;
  /** What was here before this run, with its letters as bits. */
  readonly #known: IdentityTable = new IdentityTable();
  /** What this run wrote. */
  readonly #written: IdentitySet = new IdentitySet();
  #header: UidlistHeader;
  #keepsUids: boolean;
  readonly #uids: UidAllotment;
  readonly #clock = new NameClock();
  readonly #pending: TextPile;
  /** Lines with late UIDs (see UidAllotment). */
  readonly #late: TextPile;
  readonly #notes: FolderNotes;
  /** What the uidlist says of our files; read when it is first asked for. */
  #places: ReadonlyMap<string, ListedName> | undefined;
  /** The next UID at the last commit. */
  #committedUid = 1;
  /** POP3 UIDLs of messages that were there, by their keys: what an earlier run was not asked for. */
  readonly #uidls = new Map<string, string>();
  /** A staged file goes to `new/`. */
  #hasRecent = false;

  /** Opens the folder, or makes it. */
  static async open(settings: MaildirSettings, folder: Folder, stored: StoredFolderName, notes: LedgerNotes): Promise<MaildirFolder> {
    const directory = stored.directory === '' ? settings.root : join(settings.root, stored.directory);
    return new MaildirFolder(settings, folder, stored, directory, notes).#prepare();
  }

  private constructor(settings: MaildirSettings, folder: Folder, stored: StoredFolderName, directory: string, notes: LedgerNotes) {
    this.#notes = notes.folder(folder.path, stored.directory);
    this.#pending = new TextPile(join(settings.root, SPILL));
    this.#late = new TextPile(join(settings.root, SPILL));
    this.folder = folder;
    this.stored = stored;
    this.directory = directory;
    this.#settings = settings;
    this.#staging = join(directory, STAGING);
    this.#list = new UidlistAsFound(directory, this.issues);
    this.#uidlistPath = this.#list.path;
    this.#header = firstUidlistHeader(settings, folder, this.#notes.uidValidity);
    this.#flags = new FlagLetters(directory, folder.keywords ?? [], settings.separator, settings.fsync !== 'none');
    this.#keepsUids = folder.uidValidity !== undefined;
    this.#uids = new UidAllotment(folder.uidNext ?? 0);
  }

  async #prepare(): Promise<this> {
    const { root } = this.#settings;
    const aside = this.stored.directory === '' ? `${root}.mailferry-new` : join(root, 'tmp', 'mailferry-folder');
    onDisk(this.directory, () => {
      const skeleton = firstControlFiles(this.#settings, this.folder, this.stored.directory !== '', this.#notes.uidValidity);
      makeFolder(this.directory, aside, skeleton, this.#settings.fsync !== 'none');
      for (const part of ['cur', 'new', 'tmp']) {
        if (part !== 'cur' || lookAt(join(this.directory, part)) !== undefined) {
          requireDirectory(join(this.directory, part));
        }
      }
      ensureDirectory(this.#staging);
      removeUnfinished(this.directory);
    });
    this.#flags.reload();
    await this.#recover();
    this.#clock.start(onDisk(this.directory, () => scanFolder(this.directory, this.#known)));
    const list = this.#readUidlist() ?? (await this.#listAnew());
    this.#uids.settle(list === undefined ? 1 : nextUid(list));
    this.#committedUid = this.#uids.next;
    if (this.folder.uidValidity !== undefined && this.folder.uidValidity !== this.#header.uidValidity) {
      this.issues.push({
        code: 'UIDVALIDITY_REPLACED',
        where: { path: this.directory },
        note: `${this.#header.uidValidity} stays, the source has ${this.folder.uidValidity}`,
      });
    }
    this.#notes.announce(this.#header.uidValidity, this.folder.subscribed);
    return this;
  }

  /** The list of a folder with mail of ours is gone: its UIDs may not be given again under the same UIDVALIDITY. */
  async #listAnew(): Promise<UidlistOnDisk | undefined> {
    if (this.#known.size === 0) return undefined;
    return await this.#locked(() => {
      const found = this.#readUidlist();
      if (found !== undefined) return found;
      this.#header = firstUidlistHeader(this.#settings, { path: this.folder.path }, this.#notes.uidValidity);
      const sync = this.#settings.fsync !== 'none';
      const count = onDisk(this.directory, () => listFilesAnew(this.directory, this.#header, this.#uidlistPath, sync));
      this.issues.push({ code: 'UIDLIST_LOST', where: { path: this.#uidlistPath }, note: `messages with new UIDs: ${count}` });
      return this.#readUidlist();
    });
  }

  /** Files that an earlier run staged and the uidlist names are published; the others are removed. */
  async #recover(): Promise<void> {
    if (onDisk(this.#staging, () => readdirSync(this.#staging)).length === 0) {
      return;
    }
    await this.#locked(() => onDisk(this.directory, () => finishEarlierRun(this.directory, this.#staging, this.#uidlistPath)));
  }

  async #locked<T>(work: () => T | Promise<T>): Promise<T> {
    const lock = await Dotlock.take(this.#uidlistPath);
    try {
      return await work();
    } finally {
      lock.release();
    }
  }

  #readUidlist(): UidlistOnDisk | undefined {
    const list = this.#list.read();
    if (list === undefined) return undefined;
    const uidValidity = uidValidityOf(this.directory, list, this.folder, this.#notes.uidValidity);
    this.#header = { ...list.header, uidValidity, guid: list.header.guid ?? this.#header.guid };
    this.#keepsUids = this.folder.uidValidity === uidValidity;
    return list;
  }

  /** Prepares letters for the keywords of a message; a promise only when the keyword file must grow. */
  lettersFor(message: Message): Promise<void> | undefined {
    return this.#flags.prepare(message.flags);
  }

  /** Stages a message, or recognises it. */
  take(message: Message, last: LedgerEntry | undefined): Delivery {
    const key = nameKey(message.identity);
    const bits = this.#known.get(key);
    if (bits >= 0) {
      if (message.pop3Uidl !== undefined && isStorableUidl(message.pop3Uidl)) this.#uidls.set(key, message.pop3Uidl);
      return this.#recognised(message, key, bits, last);
    }
    if (this.#written.has(key)) {
      return { message, status: 'filtered', reason: 'duplicate' };
    }
    if (last !== undefined && !wasTakenByUs(last)) {
      return { message, status: 'filtered', reason: 'removedByUser' };
    }
    return this.#write(message, key, last === undefined);
  }

  #recognised(message: Message, key: string, bits: number, last: LedgerEntry | undefined): Delivery {
    if (last === undefined) {
      return this.#rediscovered(message, key);
    }
    const issues: Issue[] = [];
    const change = this.#flags.merge(last.flags, message.flags, last.uid, issues);
    if (change !== undefined || last.isGone === true || this.#notes.isElsewhere(message)) {
      this.#notes.add(message, last.uid ?? 0, parseBaseName(last.name ?? ''), false);
    }
    const more = { ...(last.uid === undefined ? {} : { uid: last.uid }), ...(issues.length === 0 ? {} : { issues }) };
    const merged = change === undefined ? bits : changedBits(bits, change);
    if (change === undefined || merged === bits) {
      return { message, status: 'alreadyPresent', ...more };
    }
    this.#known.set(key, merged);
    this.#flags.change(key, change);
    return { message, status: 'updated', ...more };
  }

  /** The source has a message no more. It is flagged if that is wanted and it is still here. */
  noteGone(line: LedgerMessage, propagate: boolean): void {
    const key = nameKey(line.identity);
    const isHere = this.#known.get(key) >= 0;
    if (propagate && isHere) {
      this.#flags.change(key, FLAG_DELETED);
    }
    // Without a UID where the user was first: what comes back in the source stays away then (see wasTakenByUs).
    const kept = propagate && !isHere ? { ...line, uid: 0 } : line;
    this.#notes.addGone(kept, propagate ? [...new Set<Flag>([...line.flags, '\\Deleted'])] : line.flags);
  }

  /** It is there, and the ledger does not know it: a run was killed between publishing and the ledger, or there was none. */
  #rediscovered(message: Message, key: string): Delivery {
    this.#places ??= placesOf(this.#uidlistPath);
    const place = this.#places.get(key);
    this.#notes.add(message, place?.uid ?? 0, place, true);
    if (place === undefined) {
      return { message, status: 'alreadyPresent' };
    }
    const issues: Issue[] = [];
    this.#flags.spillAgain(message.flags, place.uid, issues);
    return { message, status: 'alreadyPresent', uid: place.uid, ...(issues.length === 0 ? {} : { issues }) };
  }

  #write(message: Message, key: string, isNew: boolean): Delivery {
    const issues: Issue[] = [];
    const seconds = this.#timeOf(message, issues);
    const { size, crlfSize } = message.content;
    // No spread: V8 makes a slow object of what is defined behind one.
    const { seconds: second, counter } = this.#clock.next(seconds);
    const name = { seconds: second, counter, key, size, crlfSize };
    const base = formatBaseName(name);
    const uid = this.#uidOf(message, issues);
    const suffix = this.#flags.suffix(message.flags, base, uid, issues);
    this.#hasRecent ||= suffix === '';
    this.#settings.writer.write(`${this.#staging}/${base}${suffix}`, message.content, seconds);
    writeUidlistEntry((this.#uids.isLate(uid) ? this.#late : this.#pending).next(), uid, base, this.#uidlOf(message, issues));
    this.#written.add(key);
    this.#notes.add(message, uid, name, isNew);
    return issues.length === 0 ? { message, status: 'written', uid } : { message, status: 'written', uid, issues };
  }

  #timeOf(message: Message, issues: Issue[]): number {
    const kept = storedDate(message.internalDate);
    if (kept !== message.internalDate) issues.push({ code: 'DATE_OUT_OF_RANGE', note: `${message.internalDate} ms since the epoch` });
    return kept / 1000;
  }

  #uidOf(message: Message, issues: Issue[]): number {
    const uid = requireUid(this.#uids.give(message.uid, this.#keepsUids), this.#uidlistPath);
    if (message.uid !== undefined && (message.uid !== uid || !this.#keepsUids)) {
      issues.push({ code: 'UID_REASSIGNED', note: `${message.uid} became ${uid}` });
    }
    return uid;
  }

  #uidlOf(message: Message, issues: Issue[]): string | undefined {
    const uidl = message.pop3Uidl;
    if (uidl === undefined || isStorableUidl(uidl)) return uidl;
    issues.push({ code: 'UIDL_DROPPED', note: JSON.stringify(uidl.slice(0, 80)) });
    return undefined;
  }

  /** True while a commit would publish UIDs above those of messages that may still come, who would lose theirs. */
  get awaitsUids(): boolean {
    return this.#uids.awaitsMore;
  }

  /** The run ends midway: messages without a UID are left to the next one, since theirs would cost all that were not read yet their own. */
  withdrawLate(): number {
    if (!this.#uids.hasFewLate || this.#flags.hasOverflow) return 0;
    const bases = basesOf(this.#late.take());
    onDisk(this.#staging, () => removeStaged(this.#staging, bases));
    this.#notes.withdraw((uid) => this.#uids.isLate(uid));
    this.#uids.settle(this.#uids.next);
    return bases.size;
  }

  /** Lines that wait for the uidlist. */
  get #staged(): number {
    return this.#pending.count + this.#late.count;
  }

  *#takeStaged(): Generator<Uint8Array> {
    yield* this.#pending.take();
    yield* this.#late.take();
  }

  /** True when a commit has something to do. */
  get isDirty(): boolean {
    return (
      this.#staged > 0 ||
      this.#uidls.size > 0 ||
      this.#notes.count > 0 ||
      this.#flags.hasChanges ||
      lookAt(join(this.directory, 'cur')) === undefined
    );
  }

  /**
   * Publishes what is staged, with the files synced before if the policy says so. Under the lock of the uidlist: first
   * the uidlist names the files, then they appear, so that nobody gives them other UIDs.
   */
  async commit(isComplete: boolean): Promise<void> {
    await this.#locked(async () => {
      await this.#flags.settle(this.#staging, this.issues);
      onDisk(this.directory, () => this.#publish(isComplete));
    });
  }

  #publish(isComplete: boolean): void {
    const list = this.#readUidlist();
    this.#moveUids(list === undefined ? 1 : nextUid(list));
    const sourceNext = isComplete && this.#keepsUids ? (this.folder.uidNext ?? 1) : 1;
    const uidNext = Math.max(this.#uids.end, sourceNext);
    const sync = this.#settings.fsync !== 'none';
    const log = stampOf(join(this.directory, DOVECOT_LOG));
    const isOther = uidNext !== list?.header.uidNext || this.#header.uidValidity !== list.header.uidValidity;
    if (this.#staged > 0 || isOther || list?.path !== this.#uidlistPath) {
      rewriteUidlist(this.#uidlistPath, list, { ...this.#header, uidNext }, this.#takeStaged(), sync);
      this.#header = { ...this.#header, uidNext };
    }
    const changed = this.#uidls.size === 0 ? 0 : changeUidls(this.#uidlistPath, this.#uidls, sync);
    if (changed > 0) this.issues.push({ code: 'UIDL_CHANGED', where: { path: this.#uidlistPath }, note: `messages: ${changed}` });
    this.#uidls.clear();
    this.#uids.settle(uidNext);
    this.#committedUid = uidNext;
    publishStaged(this.directory, this.#staging, this.#hasRecent);
    if (this.#settings.fsync === 'message') {
      for (const name of ['cur', 'new', '.']) syncPath(join(this.directory, name));
    }
    this.#hasRecent = false;
    if (log !== stampOf(join(this.directory, DOVECOT_LOG))) this.#outrun(list === undefined ? 1 : nextUid(list), sync);
    this.#flags.applyChanges();
  }

  /**
   * A Dovecot looked between the uidlist and the files, and may have expunged what it did not find. It can give no UIDs while the lock is
   * held, so ours are given anew before it can.
   */
  #outrun(from: number, sync: boolean): void {
    const moved = renumberLines(this.#uidlistPath, ({ uid }) => uid >= from, sync);
    if (moved.size === 0) return;
    this.#committedUid = this.#uids.next + moved.size;
    this.#uids.settle(this.#committedUid);
    this.#header = { ...this.#header, uidNext: this.#committedUid };
    this.#flags.moveUids(moved);
    this.#notes.moveUids(moved);
    this.issues.push({
      code: 'UID_REASSIGNED',
      where: { path: this.directory },
      note: `Dovecot looked while they appeared; messages: ${moved.size}`,
    });
  }

  /** Keywords that found no letter since the last call. */
  takeSpilled(): SpilledKeyword[] {
    const folderGuid = this.#header.guid ?? '';
    return this.#flags.takeOverflow().map(([keyword, uids]) => ({ keyword, folderGuid, uids }));
  }

  /** Gives pending messages later UIDs when the first of theirs was taken meanwhile. */
  #moveUids(next: number): void {
    if (next <= this.#committedUid) return;
    if (this.#staged === 0) {
      this.#uids.settle(Math.max(this.#uids.end, next));
      return;
    }
    const moved = new Map<number, number>();
    const lines = Buffer.concat([...this.#takeStaged()].map((piece) => Buffer.from(piece)))
      .toString('utf8')
      .split('\n')
      .slice(0, -1);
    for (const line of lines) {
      const space = line.indexOf(' ');
      const old = Number(line.slice(0, space));
      const uid = Math.max(old, next);
      next = uid + 1;
      moved.set(old, uid);
      this.#pending.next().number(uid).text(line.slice(space)).text('\n');
    }
    this.#uids.settle(next);
    this.#flags.moveUids(moved);
    this.#notes.moveUids(moved);
    this.issues.push({ code: 'UID_REASSIGNED', where: { path: this.directory }, note: `mail arrived meanwhile; messages: ${moved.size}` });
  }

  /** Leaves nothing behind but mail. */
  close(): void {
    this.#pending.close();
    this.#late.close();
    onDisk(this.#staging, () => removeIfEmpty(this.#staging));
  }
}
