import type { Flag } from './flag.js';
import type { FolderPath } from './folder.js';
import type { ItemPlace } from './item.js';
import type { DateSource, FilterReason } from './message.js';
import type { FileState, NodeCounts, ResumePoint } from './store.js';

/** What the ledger keeps of one delivered message. */
export interface LedgerEntry {
  /** {@link Message.identity} */
  readonly identity: string;
  readonly sourceId: string;
  /** The folder in the target. */
  readonly folder: FolderPath;
  /** As delivered in the last run: the base of the three-way merge. */
  readonly flags: ReadonlySet<Flag>;
  /** Milliseconds since the epoch. */
  readonly internalDate: number;
  readonly dateSource: DateSource;
  readonly uid?: number;
  /** SHA-256 (hex) of the CRLF form as it was sent, where that is known and not the source's: it was repaired on the way. */
  readonly sentHash?: string;
  /** Maildir base name, without `:2,` and what follows. */
  readonly name?: string;
  /** Absolute path of the source file that it was read from last. */
  readonly source?: string;
  /** True when the last run that read its source whole did not find it there. */
  readonly isGone?: true;
}

/**
 * True for a message that a run of ours flagged \\Deleted because the source had it no more: that it is not in the target is our doing, and when the
 * source has it again it is a new one. Of one that the user had taken away before, the ledger has no UID any more.
 */
export function wasTakenByUs({ isGone, flags, uid }: Pick<LedgerEntry, 'isGone' | 'flags' | 'uid'>): boolean {
  return isGone === true && uid !== undefined && flags.has('\\Deleted');
}

/** Messages of one folder that one source file gave. */
export interface FolderCount {
  readonly path: FolderPath;
  readonly read: number;
  /** Of these, what was not delivered, by reason. */
  readonly filtered: Readonly<Partial<Record<FilterReason, number>>>;
}

/** A source file that an earlier run read to its end. */
export interface KnownSource {
  /** Absolute. */
  readonly path: string;
  /** Of the source. */
  readonly folder: FolderPath;
  /** Octets, decompressed. */
  readonly size: number;
  readonly state: FileState;
  /** Stands for the options of that run; empty when messages failed or were damaged. */
  readonly fingerprint: string;
  readonly counts: readonly FolderCount[];
  readonly resume?: ResumePoint;
  /** What is not mail: items that were read, how many of them were not delivered, and where the others went. */
  readonly items?: { readonly read: number; readonly filtered: number; readonly places: readonly ItemPlace[] };
  readonly nodes?: NodeCounts;
  /** True when its messages have no spans. */
  readonly isOpaque?: true;
}

/** What a run that changed something did, and how long it took. */
export interface RunFacts {
  /** Milliseconds since the epoch. */
  readonly started: number;
  /** Until its last commit. */
  readonly seconds: number;
  /** Octets that were parsed. */
  readonly octets: number;
  /** Messages, as in the books. */
  readonly read: number;
  readonly written: number;
  readonly updated: number;
}

/** What an earlier run left. */
export interface LedgerView {
  /** Entries in all. */
  readonly size: number;
  /** The entry of a message in a folder of the target, by identity. */
  find(folder: FolderPath, identity: string): LedgerEntry | undefined;
  /** The UIDVALIDITY that a folder of the target had at the last run; an ability. */
  uidValidity?(folder: FolderPath): number | undefined;
  /** Source files that were read to their end, as they were; an ability. */
  sources?(): readonly KnownSource[];
  /** The last run that changed something, and the one that parsed the most; an ability. */
  runs?(): { readonly last: RunFacts; readonly largest: RunFacts } | undefined;
  /** Entries that nobody asked for with `find`; an ability. */
  unseen?(): Iterable<LedgerEntry>;
  /** All entries, in the order they were written. */
  entries(): Iterable<LedgerEntry>;
}

/** The ledger of a target that no run has written yet. */
export const EMPTY_LEDGER: LedgerView = {
  size: 0,
  find: () => undefined,
  entries: () => [],
};
