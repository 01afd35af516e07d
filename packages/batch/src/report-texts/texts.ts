import type { ReportTexts } from '@mailferry/core';
import type { BatchOutcome, ByHandKind } from '../report.js';
import type { JobState } from '../state-file.js';

/** What the verdict on a batch speaks of: users. */
export interface BatchVerdict {
  readonly outcome: BatchOutcome;
  readonly users: number;
  readonly done: number;
  readonly incomplete: number;
  readonly failed: number;
  readonly left: number;
}

/** Every word of a batch report in one language, beside those that a report of one transfer has. */
export interface BatchTexts {
  /** The words for books, years, sizes and the like. */
  readonly words: ReportTexts;
  verdict(facts: BatchVerdict): string;
  readonly title: string;
  readonly users: string;
  readonly user: string;
  readonly usersByOutcome: string;
  readonly states: Readonly<Record<JobState, string>>;
  readonly groups: string;
  readonly group: string;
  readonly noGroup: string;
  readonly left: string;
  readonly outcome: string;
  readonly tries: string;
  readonly folderNames: string;
  readonly folderCount: string;
  readonly arrived: string;
  readonly throughput: string;
  readonly messagesOverTime: string;
  readonly bytesOverTime: string;
  readonly from: string;
  readonly stretch: string;
  readonly skipped: string;
  readonly reason: string;
  readonly places: string;
  readonly byHand: string;
  readonly nothingByHand: string;
  readonly byHandKinds: Readonly<Record<ByHandKind, string>>;
  readonly largestUsers: string;
  readonly otherUsers: string;
  readonly round: string;
  readonly ended: string;
  readonly lastWord: string;
}
