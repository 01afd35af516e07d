// What came of a job: what a runner hands back, what a queue carries home and what the state file keeps. JSON, without secrets.
import type { Books } from '@mailferry/core';

/** How a try at a job ended. */
export type JobOutcome = 'done' | 'incomplete' | 'failed' | 'retry' | 'interrupted';

/** The books of a job, as the state file keeps them. */
export type JobTotals = Pick<Books, 'read' | 'written' | 'alreadyPresent' | 'updated' | 'filtered' | 'failed'>;

/** One try at a job, ended. */
export interface JobResult {
  /** As `mailferry convert` would have ended; 128 and the signal when the process was killed. */
  readonly exitStatus: number;
  /** The signal that ended the process. */
  readonly signal?: string;
  /** The code of the error that ended it. */
  readonly code?: string;
  /** The last word: the verdict of the report, or the message of the error. */
  readonly message: string;
  readonly totals?: JobTotals;
  readonly bytesRead?: number;
  readonly bytesWritten?: number;
  /** The job's report (`mailferry.report/1`), as it came from the process of the job: unchecked JSON. */
  readonly report?: unknown;
}

/** How far a running job is. */
export interface JobProgress {
  /** Messages read so far. */
  readonly messages?: number;
  readonly bytesRead?: number;
  /** Octets of the sources, once they are open. */
  readonly bytesTotal?: number;
}
