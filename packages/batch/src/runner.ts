import type { Job } from './job.js';
import type { JobProgress, JobResult } from './job-result.js';

/** What a runner is given beside the job. */
export interface JobControl {
  /** When it is aborted the job stops after the message in flight. */
  readonly signal: AbortSignal;
  /** When it is aborted the job stops at once. */
  readonly kill?: AbortSignal;
  /** Told now and then how far the job is. */
  readonly observe: (progress: JobProgress) => void;
}

/** A place to run jobs. It never throws for what a job does: whatever that is, it is the result. */
export type Runner = (job: Job, control: JobControl) => Promise<JobResult>;
