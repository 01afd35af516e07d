// What a run of a batch has to do, from its manifest and its state. A round is one run over the manifest, with all the runs that finish what a crash or
// Ctrl-C left of it; who is done in it is not touched again until the next round.
import type { Job } from './job.js';
import type { BatchState, JobStatus, StateLine } from './state-file.js';

/** What a run has to do. */
export interface BatchPlan {
  readonly round: number;
  /** True when it finishes a round that was left. */
  readonly isResumed: boolean;
  readonly jobs: readonly Job[];
  /** Jobs that this round has done already. */
  readonly skipped: number;
  /** Lines that say so in the state file. */
  readonly lines: readonly StateLine[];
}

/** Which jobs a run may take. */
export interface PlanOptions {
  /** A new round, even where the last one was left. */
  readonly again?: boolean;
  /** Only users whose last try did not succeed. */
  readonly unfinished?: boolean;
}

/** What is to be done with these jobs, where they stand like this. */
export function planBatch(jobs: readonly Job[], state: BatchState, { again = false, unfinished = false }: PlanOptions = {}): BatchPlan {
  const last = lastRound(jobs, state);
  const isResumed = last > 0 && !again && !hasEnded(state, last);
  const round = isResumed ? last : last + 1;
  const isOpen = (job: Job): boolean => {
    const before = state.jobs.get(job.id);
    if (before === undefined) return true;
    if (isResumed && before.round === round && isSettled(before)) return false;
    return !unfinished || before.state !== 'done';
  };
  const open = jobs.filter(isOpen);
  const time = Date.now();
  const lines = open.flatMap((job) => {
    const before = state.jobs.get(job.id);
    const isKnown = before?.round === round && JSON.stringify(before.plan) === JSON.stringify(job);
    const line = { time, job: job.id, user: job.user, state: 'waiting' as const, attempt: before?.attempts ?? 0, round, plan: job };
    return isKnown ? [] : [line];
  });
  return { round, isResumed, jobs: open, skipped: jobs.length - open.length, lines };
}

function lastRound(jobs: readonly Job[], state: BatchState): number {
  const rounds = [...state.runs, ...jobs.flatMap(({ id }) => state.jobs.get(id) ?? [])].map(({ round }) => round);
  return rounds.reduce((last, round) => Math.max(last, round), 0);
}

/** True when the last word on a round is that it came to its end. */
function hasEnded({ runs }: BatchState, round: number): boolean {
  const last = runs.filter((line) => line.round === round).at(-1);
  return last?.batch === 'end' && last.interrupted !== true;
}

function isSettled({ state }: JobStatus): boolean {
  return state === 'done' || state === 'incomplete';
}
