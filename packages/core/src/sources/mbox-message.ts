import type { IdentityCounter } from '../formats/content/identity.js';
import type { MadeUidl, Pop3UidlFacts } from '../formats/mbox/pop3-uidl.js';
import { headerText } from '../formats/mime/find-field.js';
import type { Flag } from '../model/flag.js';
import { type FolderPath, INBOX, samePath } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import type { DateSource, FilterReason, Message, SourceSpan } from '../model/message.js';
import type { WindowedFile } from './file-window.js';
import { RangeContent, type Ranges } from './range-content.js';
import type { FileWindow } from './window-pool.js';

/** What a message of an mbox is made of. */
export interface MboxMessageParts {
  readonly file: WindowedFile;
  readonly fileIndex: number;
  readonly window: FileWindow | undefined;
  readonly start: number;
  readonly end: number;
  readonly ranges: Ranges;
  /** What the identity is the hash of: without the mailbox's own headers, quoting as it is. */
  readonly identityRanges: Ranges;
  readonly identities: IdentityCounter;
  readonly folder: FolderPath;
  readonly flags: ReadonlySet<Flag>;
  readonly filtered: FilterReason | undefined;
  /** Milliseconds since the epoch. */
  readonly internalDate: number;
  readonly dateSource: DateSource;
  /** As X-UID says; believed or not by the sequence. */
  readonly claimedUid: number | undefined;
  readonly xUidl: string | undefined;
  readonly issues: Issue[];
}

/** A message of an mbox. Its identity is computed when it is asked for, in the order of asking. */
export class MboxMessage implements Message {
  readonly content: RangeContent;
  readonly folder: FolderPath;
  readonly flags: ReadonlySet<Flag>;
  readonly internalDate: number;
  readonly dateSource: DateSource;
  readonly issues: Issue[];
  readonly claimedUid: number | undefined;
  readonly xUidl: string | undefined;
  declare uid?: number;
  declare pop3Uidl?: string;
  declare filtered?: FilterReason;
  readonly #parts: MboxMessageParts;
  /** What the identity is the hash of. */
  readonly #hashed: RangeContent;
  #identity: string | undefined;
  #span: SourceSpan | undefined;

  constructor(parts: MboxMessageParts) {
    this.#parts = parts;
    const { file, ranges, identityRanges, window } = parts;
    this.content = new RangeContent(file, ranges, window);
    this.#hashed = ranges === identityRanges ? this.content : new RangeContent(file, identityRanges, window);
    this.folder = parts.folder;
    this.flags = parts.flags;
    this.internalDate = parts.internalDate;
    this.dateSource = parts.dateSource;
    this.issues = parts.issues;
    this.claimedUid = parts.claimedUid;
    this.xUidl = parts.xUidl;
    if (parts.filtered !== undefined) this.filtered = parts.filtered;
  }

  get sourceId(): string {
    return `offset:${this.#parts.start}`;
  }

  get span(): SourceSpan {
    const { fileIndex, start, end, ranges } = this.#parts;
    this.#span ??= { file: fileIndex, offset: start, length: end - start, ranges };
    return this.#span;
  }

  get contentHash(): string | undefined {
    return this.#hashed === this.content ? undefined : this.content.digest().sha256;
  }

  get identity(): string {
    this.#identity ??= this.#parts.identities.identity(this.folder, this.#hashed.digest().sha256);
    return this.#identity;
  }

  /** The contents whose digests will be asked for. */
  toDigest(): readonly RangeContent[] {
    return this.#hashed === this.content ? [this.content] : [this.#hashed, this.content];
  }

  /** Takes the verdict on the UID. */
  settleUid(uid: number | undefined): void {
    if (uid !== undefined) this.uid = uid;
    else if (this.claimedUid !== undefined) {
      const where = { path: this.#parts.file.path, offset: this.#parts.start };
      this.issues.push({ code: 'MBOX_UID_IMPLAUSIBLE', where, note: `X-UID: ${this.claimedUid}` });
    }
  }

  /** Another mailbox gives the UIDs of the folder. */
  dropUid(): void {
    delete this.uid;
  }

  /** Takes the POP3 UIDL that is made of what is known of the message. Servers give none outside INBOX, so that none is missed there. */
  settlePop3Uidl(uidls: (facts: Pop3UidlFacts) => MadeUidl, uidValidity: number | undefined): void {
    const made = uidls({ uidValidity, uid: this.uid, header: () => headerText(this.content), xUidl: this.xUidl });
    if ('uidl' in made) this.pop3Uidl = made.uidl;
    else if (samePath(this.folder, INBOX)) {
      const where = { path: this.#parts.file.path, offset: this.#parts.start };
      this.issues.push({ code: 'UIDL_DROPPED', where, note: `no ${made.lacks}` });
    }
  }
}
