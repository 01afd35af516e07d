import type { IdentityCounter } from '../formats/content/identity.js';
import type { Flag } from '../model/flag.js';
import type { FolderPath } from '../model/folder.js';
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
  declare readonly filtered?: FilterReason;
  readonly #parts: MboxMessageParts;
  readonly #generation: number;
  #identity: string | undefined;

  constructor(parts: MboxMessageParts) {
    this.#parts = parts;
    this.#generation = parts.window?.generation ?? -1;
    this.content = new RangeContent(parts.file, parts.ranges, parts.window);
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
    return { file: fileIndex, offset: start, length: end - start, ranges };
  }

  get contentHash(): string | undefined {
    const { ranges, identityRanges } = this.#parts;
    return ranges === identityRanges ? undefined : this.content.digest().sha256;
  }

  get identity(): string {
    this.#identity ??= this.#parts.identities.identity(this.folder, this.#hashed().digest().sha256);
    return this.#identity;
  }

  /** Takes the verdict on the UID. */
  settleUid(uid: number | undefined): void {
    if (uid !== undefined) this.uid = uid;
    else if (this.claimedUid !== undefined) {
      const where = { path: this.#parts.file.path, offset: this.#parts.start };
      this.issues.push({ code: 'MBOX_UID_IMPLAUSIBLE', where, note: `X-UID: ${this.claimedUid}` });
    }
  }

  /** Takes the POP3 UIDL. */
  settlePop3Uidl(pop3Uidl: string | undefined): void {
    if (pop3Uidl !== undefined) this.pop3Uidl = pop3Uidl;
  }

  #hashed(): RangeContent {
    const { file, ranges, identityRanges, window } = this.#parts;
    if (ranges === identityRanges) return this.content;
    return new RangeContent(file, identityRanges, window?.generation === this.#generation ? window : undefined);
  }
}
