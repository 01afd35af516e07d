// What a batch came to, in one object with three renderings (text, JSON, HTML). The schema only ever grows.
import type { Books, ReportIssue } from '@mailferry/core';
import type { JobTotals } from './job-result.js';
import type { JobState } from './state-file.js';

/** `complete`: every user is done. `failed`: some failed or lack messages. `interrupted`: some are still to be done. */
export type BatchOutcome = 'complete' | 'failed' | 'interrupted';

/** One user's row. */
export interface ReportJob {
  readonly job: string;
  readonly user: string;
  readonly group?: string;
  readonly state: JobState;
  readonly tries: number;
  readonly totals: JobTotals;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Of the latest try; absent where none has ended. */
  readonly seconds?: number;
  /** Code of the error that ended it. */
  readonly code?: string;
  /** The last word. */
  readonly message?: string;
  /** Formats of the sources, as the report of the job has them. */
  readonly format?: string;
  /** The report of the job, a path within the directory of the batch. */
  readonly report?: string;
}

/** Users of a group by how they stand. */
export interface ReportGroup {
  readonly group: string;
  readonly users: number;
  readonly done: number;
  readonly incomplete: number;
  readonly failed: number;
  /** Still to be done. */
  readonly left: number;
}

/** Folders of one name over all users. */
export interface ReportFolderName {
  readonly path: readonly string[];
  readonly users: number;
  readonly read: number;
  /** Messages that are in the target. */
  readonly arrived: number;
  readonly bytes: number;
}

/** A stretch of time: what jobs did in it, where the work of a job is spread evenly over its time. */
export interface ReportStretch {
  /** Its start, ISO 8601, UTC. */
  readonly time: string;
  readonly messages: number;
  readonly bytes: number;
}

/** An issue over all users. */
export interface BatchIssue extends ReportIssue {
  readonly users: number;
  /** The user of each of the first places. */
  readonly firstUsers: readonly string[];
}

/** What was seen and left, by reason. */
export interface ReportSkipped {
  readonly reason: string;
  readonly count: number;
  readonly users: number;
  /** The first places. */
  readonly first: readonly string[];
}

/** What a person has to do. Kinds stay, texts may improve. */
export type ByHandKind = 'failed' | 'left' | 'messagesFailed' | 'items' | 'lookalikes' | 'changed' | 'damaged' | 'unreadable';

/** One thing that a person has to do, with whom it concerns. */
export interface ReportByHand {
  readonly kind: ByHandKind;
  readonly count: number;
  readonly users: readonly { readonly user: string; readonly count: number; readonly note?: string }[];
}

/** What a batch came to. */
export interface BatchReport {
  readonly schema: 'mailferry.batch-report/1';
  readonly outcome: BatchOutcome;
  /** One sentence. */
  readonly verdict: string;
  /** ISO 8601, UTC; absent when nothing has begun. */
  readonly started?: string;
  readonly ended?: string;
  /** From the first begin to the last end of the round. */
  readonly seconds: number;
  readonly round: number;
  /** Users by state. */
  readonly users: Readonly<Record<JobState, number>> & { readonly total: number };
  readonly groups: readonly ReportGroup[];
  /** The books of the latest try of every user. */
  readonly totals: Books & {
    readonly items: Omit<Books, 'filteredBy' | 'updated'>;
    readonly bytesRead: number;
    readonly bytesWritten: number;
  };
  /** Folders of all users. */
  readonly folderCount: number;
  /** The names that hold most, over all users. */
  readonly folders: readonly ReportFolderName[];
  readonly years: { readonly source: Readonly<Record<string, number>>; readonly target: Readonly<Record<string, number>> };
  readonly sizes: readonly { readonly upTo?: number; readonly messages: number }[];
  readonly throughput: { readonly stretchSeconds: number; readonly stretches: readonly ReportStretch[] };
  readonly issues: readonly BatchIssue[];
  readonly failures: readonly BatchIssue[];
  readonly skipped: readonly ReportSkipped[];
  readonly byHand: readonly ReportByHand[];
  readonly jobs: readonly ReportJob[];
}
