import type { Folder, FolderPath } from './folder.js';
import type { Issue } from './issue.js';
import type { Item } from './item.js';
import type { Message } from './message.js';

/** Which part of a store to read. */
export interface FolderSelection {
  /** Folders to read; all when absent. */
  readonly includes?: (path: FolderPath) => boolean;
  /** Files of {@link MailStore.files} that need not be read, since an earlier run did; none when absent. */
  readonly skips?: (file: number) => boolean;
  /** The identity of every message will be asked for: a store that can compute them ahead does so. */
  readonly wantsIdentities?: boolean;
  /** What is known of a file that grew since an earlier run read it: what was added is enough where the rest is the same. Undefined for a file that is to be read whole. */
  readonly resumes?: (file: number) => KnownStart | undefined;
}

/** Where a later run can go on reading a file that grew. */
export interface ResumePoint {
  /** Hash of all octets that were read: docs/formats/ledger.md. */
  readonly hash: string;
  /** The reader's own state, for the same reader. */
  readonly state: readonly number[];
}

/** The start of a file as an earlier run read it. */
export interface KnownStart {
  /** Octets. */
  readonly size: number;
  readonly resume: ResumePoint;
  /** How many messages of this start have that hash in their identity. */
  readonly count: (sha256: string) => number;
}

/** What tells that a file did not change. Times in milliseconds with fractions. */
export interface FileState {
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly dev: number;
  readonly ino: number;
  /** Of a directory of messages: stands for names, inodes, sizes and times of its files. */
  readonly listing?: string;
}

/** Where the message nodes of a file went, for a file that consists of nodes (PST): `expected` is the sum of all outcomes. */
export interface NodeCounts {
  readonly expected: number;
  /** `mail`, `failed`, `notSelected`, `filtered:REASON`, a kind of item, or why nobody asked for it → nodes. */
  readonly outcomes: Readonly<Record<string, number>>;
}

/** The same, node by node. */
export interface NodeBooks {
  readonly expected: number;
  /** Numbers of nodes by outcome. */
  readonly outcomes: ReadonlyMap<string, readonly number[]>;
}

/** A file that was read to its end, and stayed what it was meanwhile. */
export interface FileRead {
  /** Index into {@link MailStore.files}. */
  readonly file: number;
  /** Octets, decompressed. */
  readonly size: number;
  /** Where a later run can go on; absent where it has to read all again. */
  readonly resume?: ResumePoint;
  /** True when its messages have no spans: there is no residue, and no way back to the file. */
  readonly isOpaque?: true;
  /** Where its nodes went, for a file of nodes. */
  readonly nodes?: NodeBooks;
}

/** A file that a store reads. */
export interface SourceFile {
  readonly path: string;
  /** Octets, decompressed. */
  readonly size: number;
  readonly folder: FolderPath;
  /** As `fstat` gave it when the file was opened: what tells a later run that nothing changed. Times in milliseconds with fractions. */
  readonly state?: FileState;
  /** Octets from its start that an earlier run read and that are the same, so that this one went on behind them. */
  readonly kept?: number;
}

/** A place in a source that was seen and is not mail. */
export interface LeftAlone {
  readonly path: string;
  readonly reason: string;
}

/** Lines that begin with a quoted `From `, and which quoting they speak for. */
export interface QuotingEvidence {
  /** Lines `>From `. */
  readonly once: number;
  /** Lines `>>From ` and more. */
  readonly more: number;
  /**
   * `mboxrd` where quoted lines were quoted again, as only it does; `mboxo` where none was, which a mailbox in mboxrd may have as well.
   * Evidence, not proof: an answer quotes with the same sign. Absent without such lines.
   */
  readonly likely?: 'mboxo' | 'mboxrd';
}

/** What a source gives: folders, messages, items. A store never modifies what it reads. */
export interface MailStore extends AsyncDisposable {
  /** `mbox`, `pst`, `maildir`, `mh`, `eml`, `imap`. */
  readonly format: string;
  /** The path or URL it was opened from. */
  readonly location: string;
  /** Variant of the format in words: `mboxrd`, `Unicode PST`. Known once folders were listed. */
  readonly dialect?: string | undefined;
  /** Octets to read in all, for progress; once messages are asked for, without those that are passed over. */
  readonly bytes?: number | undefined;
  /** Files that {@link SourceSpan.file} counts in. */
  readonly files?: readonly SourceFile[] | undefined;
  /** Issues that belong to no message; grows while the store is read. */
  readonly issues: readonly Issue[];
  /** What lies in the source and was left: logs, binaries, indexes. */
  readonly leftAlone: readonly LeftAlone[];
  /** Messages that lie in the source and are not read unless asked for, by reason: an ability of stores that can tell. */
  readonly excluded?: Readonly<Record<string, number>>;
  /** Quoting in the files that were read so far, of a store that was opened with `countQuotes`. */
  readonly quoting?: QuotingEvidence | undefined;
  /** Parents first. */
  folders(): AsyncIterable<Folder>;
  /** Each message once; folders may interleave. */
  messages(selection?: FolderSelection): AsyncIterable<Message>;
  /** The same, many at a time: an ability of stores that read fast. A batch may be empty: a file came to its end. */
  batches?(selection?: FolderSelection): AsyncIterable<readonly Message[]>;
  /** Files that were read to their end; grows while the store is read: an ability of stores over files. */
  readonly filesRead?: readonly FileRead[] | undefined;
  /** Octets of the file that is being read or was read just before, lent until the store is asked for anything else: an ability of stores over files. Shorter where there is no more. */
  readOctets?(file: number, offset: number, length: number): Uint8Array;
  /** True when every message and item lies in one of {@link MailStore.files}: then a run of which all files are known need not open the store. */
  readonly coversFiles?: boolean | undefined;
  /** Where the message nodes of its files went so far: an ability of stores over files of nodes. */
  nodes?(): NodeCounts | undefined;
  /** True for an absolute path that would be a file of this store if it was still there: an ability of stores over files. */
  lacks?(path: string): boolean;
  /** What is not mail. */
  items?(selection?: FolderSelection): AsyncIterable<Item>;
}
