import type { DateSource } from '@mailferry/core';

/** What is known of a message that was or may have been sent. */
export interface SentItem {
  readonly identity: string;
  readonly sourceId: string;
  /** The RFC822.SIZE that the server will tell: octets as sent, or as it alters them where that is foreseen. */
  readonly size: number;
  /** See headerKey. */
  readonly key: string;
  /** SHA-256 of these octets. */
  readonly sha256: string;
  /** As sent. */
  readonly flags: readonly string[];
  /** ms since the epoch, as sent. */
  readonly internalDate: number;
  readonly dateSource: DateSource;
  /** Number of the source file that it came from, where the ledger has one. */
  readonly source?: number | undefined;
}

/** A message that is on the server for sure. */
export interface DoneItem extends SentItem {
  readonly uid: number | undefined;
  readonly run: string;
  /** UIDNEXT as known when it was sent. */
  readonly uidNext: number;
  /** True when it was there before any run of ours. */
  readonly isFound: boolean;
  /** True when its source has it no more. */
  readonly isGone?: boolean;
}

/** What a stored message has beside what was sent. */
export type StoredFacts = Pick<DoneItem, 'uid' | 'run' | 'uidNext' | 'isFound' | 'isGone'>;
