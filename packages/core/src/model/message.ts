import type { Content } from './content.js';
import type { Flag } from './flag.js';
import type { FolderPath } from './folder.js';
import type { Issue } from './issue.js';

/** Where an internal date came from. */
export type DateSource = 'fromLine' | 'internalDate' | 'received' | 'date' | 'property' | 'file' | 'none';

/** Why a message that was read is not delivered. */
export type FilterReason = 'option' | 'expunged' | 'removedByUser' | 'duplicate';

/** The octets of a source file that one message stands on. */
export interface SourceSpan {
  /** Index into {@link MailStore.files}. */
  readonly file: number;
  /** First octet of the message with its From_ line and all. */
  readonly offset: number;
  /** Octets up to the next message. */
  readonly length: number;
  /** Pairs of offset and length: the octets that became content, in order. What lies between is residue. */
  readonly ranges: readonly number[];
}

/** One message, a value: what every store yields and every target takes. */
export interface Message {
  /** SHA-256 (hex) of the source octets in CRLF form without the mailbox's own headers, then `-k` for the k-th equal one of its folder, from 0. */
  readonly identity: string;
  /** Where it was: `offset:1024`, `nid:0x200024`, `file:cur/…`; a locator, not an identity. */
  readonly sourceId: string;
  readonly folder: FolderPath;
  readonly content: Content;
  readonly flags: ReadonlySet<Flag>;
  /** Milliseconds since the epoch (RFC 9051 §2.3.3). */
  readonly internalDate: number;
  readonly dateSource: DateSource;
  /** Kept when the source has one. */
  readonly uid?: number;
  readonly pop3Uidl?: string;
  /** What was guessed or repaired. */
  readonly issues: readonly Issue[];
  /** The octets it stands on, for a source that is a file of octets. */
  readonly span?: SourceSpan;
  /** Index into {@link MailStore.files}, for a message without a span. */
  readonly file?: number;
  /** Octets of the source that it stands for in progress, where its content is not a part of them. */
  readonly share?: number;
  /** SHA-256 (hex) of the CRLF form of the content, where it is not that of the identity: quoting was undone, or the mailbox's headers were kept. */
  readonly contentHash?: string | undefined;
  /** Set by a store (`expunged`) or a decorator (`option`): read and counted, not delivered. */
  readonly filtered?: FilterReason;
  /** Set when it could not be read: counted as failed, not delivered; the content is empty. */
  readonly failure?: Issue;
}
