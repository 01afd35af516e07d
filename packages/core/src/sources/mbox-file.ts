// One mbox as messages. Cutting is mbox-scan's business, meaning is formats/mbox's; here the two meet: flags, dates, UIDs, folders.

import type { Place } from '../errors.js';
import type { GrowingHash } from '../formats/content/growing-hash.js';
import { IdentityCounter } from '../formats/content/identity.js';
import { dialectOf, isThunderbirds, type MboxDialect } from '../formats/mbox/dialect.js';
import { gmailPlacement } from '../formats/mbox/gmail-labels.js';
import type { HeaderFields } from '../formats/mbox/header-block.js';
import { findHeaderDate } from '../formats/mbox/header-date.js';
import { type ImapBase, isPseudoMessage, MAX_LAST_UID, parseImapBase, parseUid } from '../formats/mbox/imap-base.js';
import { mozillaState } from '../formats/mbox/mozilla.js';
import { type Pop3UidlFormat, pop3Uidls } from '../formats/mbox/pop3-uidl.js';
import { QuotesSeen, type QuotingRule, quotingRule } from '../formats/mbox/quoting.js';
import { FlagSets, statusBits } from '../formats/mbox/status-flags.js';
import { type FromClock, fromClock } from '../formats/mbox/time-zone.js';
import { UidSequence } from '../formats/mbox/uid-sequence.js';
import type { Flag } from '../model/flag.js';
import type { FolderPath } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import type { DateSource } from '../model/message.js';
import type { KnownStart } from '../model/store.js';
import { WindowedFile, type WindowOptions } from './file-window.js';
import { FromLineSearch } from './from-line-search.js';
import { type MboxEntry, NO_HEADER, SCAN_LIMITS, type ScanLimits } from './mbox-entry.js';
import { provedRanges } from './mbox-heal.js';
import { MboxMessage } from './mbox-message.js';
import { type CutRanges, cutRanges } from './mbox-ranges.js';
import { MboxScan } from './mbox-scan.js';
import type { FileWindow } from './window-pool.js';

/** What to read and how. */
export interface MboxFileOptions {
  readonly path: string;
  /** A seekable file that the caller opened and closes; decompressed. */
  readonly fd: number;
  /** Octets. */
  readonly size: number;
  /** Index for `SourceSpan.file`. */
  readonly file: number;
  readonly folder: FolderPath;
  /** The date of messages that have none: milliseconds since the epoch, usually the file's modification time. */
  readonly fallbackDate: number;
  /** Zone of From_ lines that name none: `local` (default), `UTC`, or an IANA name. */
  readonly fromTz?: string;
  /** Which quoting of `From ` in bodies is undone; `auto` (default): only where the software that wrote the file does so itself. */
  readonly unescape?: 'none' | 'mboxrd' | 'mboxo' | 'auto';
  /** Keep the mailbox's own headers in the content. */
  readonly keepHeaders?: boolean;
  /** Whether messages of a Takeout go where their labels say; without it all stay in `folder`. */
  readonly labels?: 'keywords' | 'folders';
  readonly pop3Uidl?: Pop3UidlFormat;
  /** Shared by the files of one folder; each file counts for itself without it. */
  readonly identities?: IdentityCounter;
  /** Asked when the last message is reached: true when it may be half written, so that it is left for a later run. */
  readonly mayBeTorn?: () => boolean;
  /** Takes the octets in order, behind those that it has. */
  readonly hash?: GrowingHash;
  /** Made small by tests. */
  readonly window?: WindowOptions;
  readonly limits?: ScanLimits;
  /** False when another file gives the UIDs of the folder; asked once the file is open. Default true. */
  readonly keepsUids?: () => boolean;
}

/** A stretch of the file that is no message. */
export interface MboxRegion {
  readonly kind: 'metadata' | 'garbage';
  readonly offset: number;
  readonly length: number;
}

/** Reads one mbox, once. */
export class MboxFile {
  readonly dialect: MboxDialect;
  readonly uidValidity?: number;
  readonly uidNext?: number;
  readonly keywords?: readonly string[];
  /** Of the file, not of a message; grows while it is read. */
  readonly issues: Issue[] = [];
  /** Quoted lines; grows while it is read. */
  readonly quotes: QuotesSeen = new QuotesSeen();
  #search = new FromLineSearch(this.quotes);
  /** What was read and is no message; grows while it is read. */
  readonly regions: MboxRegion[] = [];
  readonly #options: MboxFileOptions;
  #file: WindowedFile;
  #scan: MboxScan;
  #isResumed = false;
  #isTorn = false;
  readonly #clock: FromClock;
  readonly #flagSets = new FlagSets();
  readonly #identities: IdentityCounter;
  readonly #base: ImapBase | undefined;
  readonly #keywords = new Map<string, Flag>();
  /** X-Keywords → keywords: a mailbox has few combinations. */
  readonly #combinations = new Map<string, readonly Flag[]>();
  readonly #uids: UidSequence<MboxMessage> | undefined;
  readonly #uidls: ReturnType<typeof pop3Uidls> | undefined;
  readonly #quoting: QuotingRule;
  /** Where nothing says which quoting is to be undone, signatures may prove it. */
  readonly #asksSignatures: boolean;
  #head: MboxEntry | undefined;
  /** The window that the last batch was cut from. */
  #window: FileWindow | undefined;

  /**
   * Opens an mbox: reads as far as its first message.
   * @throws SourceError SOURCE_UNREADABLE when the file cannot be read
   * @throws RangeError when `fromTz` names no zone
   */
  static open(options: MboxFileOptions): MboxFile {
    return new MboxFile(options);
  }

  /**
   * Opens an mbox whose start is what an earlier run read, to go on behind it. Undefined when the last message of that run goes on too: then all is to be read again.
   * @throws SourceError SOURCE_UNREADABLE when the file cannot be read
   */
  static resume(options: MboxFileOptions, start: KnownStart): MboxFile | undefined {
    const mbox = new MboxFile(options);
    if (mbox.#goOn(start)) return mbox;
    mbox.close();
    return undefined;
  }

  private constructor(options: MboxFileOptions) {
    this.#options = options;
    this.#clock = fromClock(options.fromTz);
    if (options.pop3Uidl !== undefined) this.#uidls = pop3Uidls(options.pop3Uidl);
    this.#identities = options.identities ?? new IdentityCounter();
    this.#file = this.#open(0);
    this.#scan = new MboxScan(this.#file, this.#search, options.limits ?? SCAN_LIMITS);
    this.#head = this.#nextMessage();
    const { fields } = this.#head?.header ?? NO_HEADER;
    this.dialect = dialectOf({
      isMmdf: this.#scan.isMmdf,
      from: this.#head?.from,
      fields,
      header: this.#head === undefined ? '' : this.#headerText(this.#head),
    });
    this.#quoting = quotingRule(options.unescape ?? 'auto', this.dialect);
    this.#asksSignatures = (options.unescape ?? 'auto') === 'auto' && this.#quoting === 'none';
    this.#base = parseImapBase(fields.get('x-imap') ?? fields.get('x-imapbase') ?? '');
    if (this.#base === undefined) return;
    this.uidValidity = this.#base.uidValidity;
    this.keywords = this.#base.keywords;
    for (const keyword of this.#base.keywords) this.#keywords.set(keyword.toLowerCase(), keyword);
    const isPlausible = this.#base.lastUid <= MAX_LAST_UID;
    if (isPlausible) this.uidNext = this.#base.lastUid + 1;
    else this.issues.push({ code: 'MBOX_UID_BASE_IMPLAUSIBLE', where: { path: options.path, offset: this.#head?.start ?? 0 } });
    this.#uids = new UidSequence(isPlausible ? this.#base.lastUid : MAX_LAST_UID, (message, uid) => message.settleUid(uid));
  }

  #open(start: number): WindowedFile {
    const { path, fd, size, window } = this.#options;
    return new WindowedFile(path, fd, size, { ...window, onRead: (view, fresh) => this.#onRead(view, fresh), start });
  }

  #onRead(view: Buffer, fresh: number): void {
    const { start } = this.#file.window;
    this.#search.see(view, fresh, start);
    const { hash } = this.#options;
    if (hash === undefined) return;
    const known = hash.size - start;
    if (known < view.length) hash.update(view.subarray(Math.max(known, fresh)));
  }

  /** Begins again at the message that was the last one, and passes it if it ends where it did. */
  #goOn({ size, resume }: KnownStart): boolean {
    const [offset = 0, headerless = 0, lastUid = -1, previous = 0, newest = 0] = resume.state;
    if (offset <= 0 || offset >= size || this.#head === undefined) return false;
    const point = { offset, headerless: headerless === 1, lastUid: lastUid < 0 ? undefined : lastUid };
    this.#file.close();
    this.#search = new FromLineSearch(this.quotes);
    this.#file = this.#open(offset);
    this.#scan = new MboxScan(this.#file, this.#search, this.#options.limits ?? SCAN_LIMITS, { head: this.#scan, point });
    const last = this.#scan.next();
    if (last?.end !== size) return false;
    this.#uids?.goOn([previous, newest]);
    this.#isResumed = true;
    this.#head = this.#nextMessage();
    return true;
  }

  /** Where a later run can go on, once all was read: the state of the last message. */
  get resumeState(): readonly number[] | undefined {
    const { offset, headerless, lastUid } = this.#scan.point;
    return offset === 0 ? undefined : [offset, Number(headerless), lastUid ?? -1, ...(this.#uids?.state ?? [])];
  }

  /** True when the last message was left, since it may be half written. */
  get isTorn(): boolean {
    return this.#isTorn;
  }

  /** True when the file ended before its size said so. */
  get hasShrunk(): boolean {
    return this.#file.hasShrunk;
  }

  /** Octets of the file: lent, where a window still shows them. */
  octets(offset: number, length: number): Uint8Array {
    return this.#file.held(offset, length) ?? this.#file.read(offset, length);
  }

  /** The messages in order, about one window of the file at a time. To be called once. */
  *batches(): Generator<readonly MboxMessage[]> {
    try {
      yield* this.#batches();
    } finally {
      this.close();
    }
  }

  *#batches(): Generator<readonly MboxMessage[]> {
    let batch: MboxMessage[] = [];
    for (const message of this.#messages()) {
      batch.push(this.#finish(message));
      if (this.#file.window === this.#window && batch.length < BATCH) continue;
      this.#window = this.#file.window;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
    if (this.#file.hasShrunk) this.issues.push(this.#file.shortfall);
  }

  /** Gives back what reading took; to be called when no batches are asked for, and safe to repeat. */
  close(): void {
    this.#file.close();
  }

  /** The messages whose UIDs are settled. */
  *#messages(): Generator<MboxMessage> {
    const uids = this.#uids;
    let isFirst = !this.#isResumed;
    for (let entry = this.#takeHead(); entry !== undefined; entry = this.#nextMessage()) {
      const message = this.#message(entry, isFirst);
      isFirst = false;
      const ready = message === undefined || uids === undefined ? message : uids.push(message);
      if (ready !== undefined) yield ready;
    }
    for (let rest = uids?.shift(); rest !== undefined; rest = uids?.shift()) yield rest;
  }

  #takeHead(): MboxEntry | undefined {
    const head = this.#head;
    this.#head = undefined;
    return head;
  }

  /** The next entry that is a message; the others are noted. */
  #nextMessage(): MboxEntry | undefined {
    for (;;) {
      const entry = this.#scan.next();
      if (entry !== undefined && entry.end >= this.#file.size && this.#options.mayBeTorn?.() === true) {
        this.#isTorn = true;
        return undefined;
      }
      if (entry === undefined) return undefined;
      if (this.#isBlankMmdf(entry)) {
        this.regions.push({ kind: 'metadata', offset: entry.start, length: entry.end - entry.start });
        continue;
      }
      if (entry.kind === 'message') return entry;
      this.regions.push({ kind: 'garbage', offset: entry.start, length: entry.end - entry.start });
      this.issues.push({
        code: 'MBOX_GARBAGE',
        where: { path: this.#options.path, offset: entry.start },
        note: `${entry.end - entry.start} octets`,
      });
    }
  }

  /** Nothing but line ends between two separators of MMDF: they were doubled. */
  #isBlankMmdf({ textStart, textEnd }: MboxEntry): boolean {
    return this.#scan.isMmdf && textEnd - textStart <= 16 && /^[\r\n]*$/.test(this.#file.text(textStart, textEnd - textStart));
  }

  #message(entry: MboxEntry, isFirst: boolean): MboxMessage | undefined {
    const { fields } = entry.header;
    if (fields.has('x-imap') && this.#isPseudo(entry)) {
      this.regions.push({ kind: 'metadata', offset: entry.start, length: entry.end - entry.start });
      if (!isFirst) this.issues.push({ code: 'MBOX_PSEUDO_MESSAGE_INSIDE', where: { path: this.#options.path, offset: entry.start } });
      return undefined;
    }
    const issues = entry.issues.length === 0 ? [] : [...entry.issues];
    const where = { path: this.#options.path, offset: entry.start };
    const date = this.#date(entry);
    if (date.source === 'received' || date.source === 'date') issues.push({ code: 'DATE_FROM_HEADER', where });
    if (date.source === 'file') issues.push({ code: 'DATE_FROM_FILE', where });
    if (!entry.header.ended && entry.header.bodyStart >= (this.#options.limits ?? SCAN_LIMITS).header)
      issues.push({ code: 'MBOX_HEADER_TOO_LONG', where });
    const state = this.#state(fields, issues, where);
    return new MboxMessage({
      file: this.#file,
      fileIndex: this.#options.file,
      window: entry.window,
      start: entry.start,
      end: entry.end,
      ...this.#cut(entry, where, issues),
      identities: this.#identities,
      folder: state.folder,
      flags: this.#flagSets.of(state.bits, state.keywords),
      filtered: state.isExpunged ? 'expunged' : undefined,
      internalDate: date.time,
      dateSource: date.source,
      claimedUid: this.#uids === undefined ? undefined : parseUid(fields.get('x-uid') ?? ''),
      xUidl: fields.get('x-uidl'),
      issues,
    });
  }

  #cut(entry: MboxEntry, where: Place, issues: Issue[]): CutRanges {
    const cut = cutRanges(this.#file, entry, { keepHeaders: this.#options.keepHeaders === true, quoting: this.#quoting });
    const mayHave = this.#asksSignatures && this.quotes.mayBeIn(entry.textStart, entry.textEnd);
    const proved = mayHave ? provedRanges(this.#file, entry, cut.ranges) : undefined;
    if (proved === undefined) return cut;
    issues.push({ code: 'MBOX_QUOTING_PROVED', where, note: proved.note });
    return { ranges: proved.ranges, identityRanges: cut.identityRanges };
  }

  /** Gives a message what depends on its UID. */
  #finish(message: MboxMessage): MboxMessage {
    if (this.#uidls !== undefined) message.settlePop3Uidl(this.#uidls, this.uidValidity);
    if (message.uid !== undefined && this.#options.keepsUids?.() === false) message.dropUid();
    return message;
  }

  #isPseudo(entry: MboxEntry): boolean {
    const body = entry.textStart + entry.header.bodyStart;
    return isPseudoMessage(this.#headerText(entry), this.#file.text(body, Math.min(1024, entry.textEnd - body)));
  }

  #headerText(entry: MboxEntry): string {
    return this.#file.text(entry.textStart, Math.min(entry.header.bodyStart, 64 * 1024));
  }

  #date(entry: MboxEntry): { time: number; source: DateSource } {
    if (entry.from?.date !== undefined) {
      const time = this.#clock(entry.from.date);
      if (Number.isFinite(time)) return { time, source: 'fromLine' };
    }
    return findHeaderDate(this.#headerText(entry)) ?? { time: this.#options.fallbackDate, source: 'file' };
  }

  /** Flags, keywords and folder, from the headers of the software that wrote the file. */
  #state(fields: HeaderFields, issues: Issue[], where: { path: string; offset: number }): MessageState {
    let bits = statusBits(fields.get('status') ?? '', fields.get('x-status') ?? '');
    let keywords: readonly Flag[] = this.#listed(fields.get('x-keywords'), issues, where);
    let folder = this.#options.folder;
    let isExpunged = false;
    const isMozilla = fields.has('x-mozilla-status') && isThunderbirds(this.#file.text(where.offset, 2048));
    if (this.dialect === 'thunderbird' || isMozilla) {
      const mozilla = mozillaState(fields);
      bits |= mozilla.bits;
      keywords = [...new Set([...keywords, ...mozilla.keywords])];
      isExpunged = mozilla.isExpunged;
    }
    // A message without labels is one that was read and archived.
    const labels = fields.get('x-gmail-labels') ?? (this.#options.labels === undefined ? undefined : '');
    if (labels !== undefined && this.dialect === 'takeout') {
      const placement = gmailPlacement(labels);
      bits |= placement.bits;
      keywords = [...new Set([...keywords, ...placement.keywords])];
      if (this.#options.labels !== undefined) folder = placement.folder;
    }
    return { bits, keywords, folder, isExpunged };
  }

  /** The keywords of X-Keywords that the mailbox lists, in its spelling. */
  #listed(value: string | undefined, issues: Issue[], where: { path: string; offset: number }): readonly Flag[] {
    if (value === undefined || value === '') return NO_KEYWORDS;
    const cached = this.#combinations.get(value);
    if (cached !== undefined) return cached;
    const known = new Set<Flag>();
    const unknown: string[] = [];
    for (const name of value.split(/\s+/)) {
      const keyword = this.#keywords.get(name.toLowerCase());
      if (keyword !== undefined) known.add(keyword);
      else if (name !== '') unknown.push(name);
    }
    if (unknown.length > 0) issues.push({ code: 'MBOX_KEYWORD_UNKNOWN', where, note: unknown.join(' ').slice(0, 200) });
    const keywords = [...known];
    if (unknown.length === 0 && this.#combinations.size < 10_000) this.#combinations.set(value, keywords);
    return keywords;
  }
}

interface MessageState {
  readonly bits: number;
  readonly keywords: readonly Flag[];
  readonly folder: FolderPath;
  readonly isExpunged: boolean;
}

const NO_KEYWORDS: readonly Flag[] = [];
/** Messages in a batch at most: what lives as long as a batch of very small ones would fill the memory of the collector. */
const BATCH = 256;
