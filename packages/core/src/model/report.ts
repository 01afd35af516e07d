import type { Place } from '../errors.js';
import type { FolderPath, SpecialUse } from './folder.js';
import type { IssueCode } from './issue.js';
import type { DateSource, FilterReason } from './message.js';
import type { NodeCounts } from './store.js';

/** Counts that must balance: `read = written + alreadyPresent + filtered + failed`. */
export interface Books {
  readonly read: number;
  readonly written: number;
  readonly alreadyPresent: number;
  /** A part of `alreadyPresent`. */
  readonly updated: number;
  readonly filtered: number;
  readonly filteredBy: Readonly<Record<FilterReason, number>>;
  readonly failed: number;
}

/** The books of one folder, with what a report shows of it. */
export interface FolderReport extends Books {
  readonly path: FolderPath;
  readonly specialUse?: SpecialUse;
  /** Octets of content that were read. */
  readonly bytes: number;
  /** Milliseconds since the epoch; absent without messages. */
  readonly oldest?: number;
  readonly newest?: number;
  /** UTC year → messages read. */
  readonly years: Readonly<Record<string, number>>;
}

/** One issue code with its count and its first places. */
export interface IssueSummary {
  readonly code: IssueCode;
  readonly count: number;
  readonly first: readonly { readonly where?: Place; readonly note?: string; readonly sourceId?: string }[];
}

/** What a transfer did. */
export interface TransferReport {
  readonly source: { readonly location: string; readonly format: string; readonly dialect?: string };
  readonly target: {
    readonly location: string;
    readonly format: string;
    /** The directory of what is not mail. */
    readonly items?: string;
  };
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly ended: number;
  readonly totals: Books & {
    readonly items: Books;
    readonly bytesRead: number;
    readonly bytesWritten: number;
    /** A part of `alreadyPresent`: came with an earlier run, from what did not change in the source since; it was not looked for in the target. Absent when 0. */
    readonly unchanged?: number;
    /** The same of `items`. */
    readonly unchangedItems?: number;
  };
  readonly folders: readonly FolderReport[];
  readonly issues: readonly IssueSummary[];
  /** Messages by where their internal date came from. */
  readonly dates: Readonly<Record<DateSource, number>>;
  readonly leftAlone: readonly { readonly path: string; readonly reason: string }[];
  /** Where the message nodes of the source went, for one that consists of nodes and was read to its end. */
  readonly nodes?: NodeCounts;
  /** True when a signal ended the run early; the same command goes on. */
  readonly interrupted: boolean;
}
