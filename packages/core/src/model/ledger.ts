import type { Flag } from './flag.js';
import type { FolderPath } from './folder.js';
import type { DateSource } from './message.js';

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
  /** Maildir base name, without `:2,` and what follows. */
  readonly name?: string;
}

/** What an earlier run left. */
export interface LedgerView {
  /** Entries in all. */
  readonly size: number;
  /** The entry of a message in a folder of the target, by identity. */
  find(folder: FolderPath, identity: string): LedgerEntry | undefined;
  /** All entries, in the order they were written. */
  entries(): Iterable<LedgerEntry>;
}

/** The ledger of a target that no run has written yet. */
export const EMPTY_LEDGER: LedgerView = {
  size: 0,
  find: () => undefined,
  entries: () => [],
};
