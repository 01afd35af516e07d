import type { Place } from '../errors.js';
import type { FolderReport, IssueCode, IssueSeverity, NodeCounts, TransferReport } from '../model/index.js';

/** One message that an issue or a failure concerns; only with `--report-details`. */
export interface ReportDetail {
  readonly code: IssueCode;
  readonly folder: readonly string[];
  readonly sourceId: string;
  /** Decoded as far as it is ASCII; as the header has it else. */
  readonly subject?: string;
  readonly from?: string;
  /** ISO 8601, UTC. */
  readonly internalDate?: string;
}

/** An issue code with its count, in a report. */
export interface ReportIssue {
  readonly code: IssueCode;
  readonly severity: IssueSeverity;
  readonly title: string;
  readonly count: number;
  /** The first places. */
  readonly first: readonly { readonly where?: Place; readonly note?: string; readonly sourceId?: string }[];
}

/** The outcome in one word: `complete`; some messages `failed`; none failed, but the source is `damaged` and gave less than it once held; `interrupted` by a signal. */
export type ReportOutcome = 'complete' | 'failed' | 'damaged' | 'interrupted';

/** What a run did, in one object with three renderings. The schema only ever grows. */
export interface Report {
  readonly schema: 'mailferry.report/1';
  readonly command: string;
  readonly outcome: ReportOutcome;
  /** One sentence. */
  readonly verdict: string;
  readonly dryRun: boolean;
  readonly source: { readonly location: string; readonly format: string; readonly dialect?: string };
  readonly target: { readonly location: string; readonly format: string; readonly items?: string };
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly ended: string;
  readonly seconds: number;
  readonly totals: TransferReport['totals'];
  readonly folders: readonly ReportFolder[];
  /** UTC year → messages. `source` counts what was read, `target` what is there now. */
  readonly years: { readonly source: Readonly<Record<string, number>>; readonly target: Readonly<Record<string, number>> };
  /** Messages read by the size of their content; `upTo` in octets, absent for the last. */
  readonly sizes: readonly { readonly upTo?: number; readonly messages: number }[];
  readonly issues: readonly ReportIssue[];
  /** Why messages failed: a part of `issues`. */
  readonly failures: readonly ReportIssue[];
  /** What the source did not have and the run had to decide. */
  readonly invented: { readonly dates: Readonly<Record<string, number>>; readonly messageIds: number; readonly names: number };
  readonly leftAlone: readonly { readonly path: string; readonly reason: string }[];
  /** Where the message nodes of a PST went; absent for other sources, and when it was not read to its end. */
  readonly nodes?: NodeCounts;
  readonly versions: Readonly<Record<string, string>>;
  /** Without secrets. */
  readonly options: Readonly<Record<string, boolean | number | string | readonly string[]>>;
  /** How to go on: command lines or sentences. */
  readonly next: readonly string[];
  readonly details?: readonly ReportDetail[];
}

/** The books of one folder; moments as ISO 8601, UTC. */
export interface ReportFolder extends Omit<FolderReport, 'oldest' | 'newest'> {
  readonly oldest?: string;
  readonly newest?: string;
}
