import type { Books } from '@mailferry/core';
import type { JobTotals } from './job-result.js';
import type { BatchOutcome, BatchReport, ReportGroup, ReportJob } from './report.js';
import { ByHand } from './report-by-hand.js';
import { isJobReport, ReportSum } from './report-sum.js';
import { BATCH_TEXTS, type BatchTexts } from './report-texts/index.js';
import { throughputOf } from './report-throughput.js';
import type { BatchState, JobState, JobStatus } from './state-file.js';

const NOTHING: JobTotals = { read: 0, written: 0, alreadyPresent: 0, updated: 0, filtered: 0, failed: 0 };
const STATES: readonly JobState[] = ['done', 'incomplete', 'failed', 'retry', 'interrupted', 'running', 'waiting'];

/**
 * Builds the report of a batch from its state and the reports of its jobs.
 * @param jobReport - gives what a job reported by its path within the directory of the batch: unchecked JSON, asked once each
 */
export function buildBatchReport(state: BatchState, jobReport: (path: string) => unknown, texts: BatchTexts = BATCH_TEXTS.en): BatchReport {
  const statuses = [...state.jobs.values()];
  const jobs: ReportJob[] = [];
  const sum = new ReportSum();
  const byHand = new ByHand();
  for (const job of statuses.map(jobOf).sort((a, b) => (a.job < b.job ? -1 : 1))) {
    const report = job.report === undefined ? undefined : jobReport(job.report);
    const checked = isJobReport(report) ? report : undefined;
    if (checked !== undefined) sum.add(job.user, checked);
    byHand.add(job, checked);
    const format = formatIn(report);
    jobs.push(format === undefined ? job : { ...job, format });
  }
  const { filteredBy, items, ...sums } = sum.result();
  const users = usersOf(jobs);
  const outcome = outcomeOf(users);
  const timed = statuses.flatMap(timedOf);
  return {
    schema: 'mailferry.batch-report/1',
    outcome,
    verdict: texts.verdict({
      outcome,
      users: users.total,
      done: users.done,
      incomplete: users.incomplete,
      failed: users.failed,
      left: leftOf(users),
    }),
    ...spanOf(timed),
    round: statuses.reduce((most, { round }) => Math.max(most, round), 1),
    users,
    groups: groupsOf(jobs),
    totals: { ...totalsOf(jobs), filteredBy, items },
    ...sums,
    throughput: throughputOf(timed),
    byHand: byHand.list(),
    jobs,
  };
}

/** What a report of a job says that the sources were; it is unchecked JSON. */
function formatIn(report: unknown): string | undefined {
  const { source } = Object(report) as { source?: unknown };
  const { format } = Object(source) as { format?: unknown };
  return typeof format === 'string' && format !== '' ? format : undefined;
}

function jobOf(status: JobStatus): ReportJob {
  const { job, user, state, attempts, plan, latest, started, ended, lastMessage, report } = status;
  const isTold = state === 'running' || state === 'waiting';
  const group = plan?.group;
  return {
    job,
    user,
    ...(group === undefined ? {} : { group }),
    state,
    tries: attempts,
    totals: latest?.totals ?? NOTHING,
    bytesRead: latest?.bytesRead ?? 0,
    bytesWritten: latest?.bytesWritten ?? 0,
    ...(started === undefined || ended === undefined ? {} : { seconds: Math.max(0, ended - started) / 1000 }),
    ...(latest?.code === undefined ? {} : { code: latest.code }),
    ...(lastMessage === undefined || isTold ? {} : { message: lastMessage }),
    ...(report === undefined || isTold ? {} : { report }),
  };
}

function timedOf({ started, ended, latest }: JobStatus): { started: number; ended: number; messages: number; bytes: number }[] {
  if (started === undefined || ended === undefined) return [];
  return [{ started, ended: Math.max(started, ended), messages: latest?.totals?.read ?? 0, bytes: latest?.bytesRead ?? 0 }];
}

function spanOf(
  timed: readonly { readonly started: number; readonly ended: number }[],
): Pick<BatchReport, 'started' | 'ended' | 'seconds'> {
  if (timed.length === 0) return { seconds: 0 };
  const started = timed.reduce((least, job) => Math.min(least, job.started), Number.POSITIVE_INFINITY);
  const ended = timed.reduce((most, job) => Math.max(most, job.ended), started);
  return { started: new Date(started).toISOString(), ended: new Date(ended).toISOString(), seconds: (ended - started) / 1000 };
}

function usersOf(jobs: readonly ReportJob[]): BatchReport['users'] {
  const counts = Object.fromEntries(STATES.map((state) => [state, jobs.filter((job) => job.state === state).length])) as Record<
    JobState,
    number
  >;
  return { ...counts, total: jobs.length };
}

function leftOf(users: BatchReport['users']): number {
  return users.retry + users.interrupted + users.running + users.waiting;
}

function outcomeOf(users: BatchReport['users']): BatchOutcome {
  if (leftOf(users) > 0) return 'interrupted';
  return users.failed + users.incomplete > 0 ? 'failed' : 'complete';
}

function groupsOf(jobs: readonly ReportJob[]): ReportGroup[] {
  const groups = new Map<string, ReportJob[]>();
  for (const job of jobs) {
    const known = groups.get(job.group ?? '');
    if (known === undefined) groups.set(job.group ?? '', [job]);
    else known.push(job);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, members]) => {
      const { total, done, incomplete, failed, ...others } = usersOf(members);
      return { group, users: total, done, incomplete, failed, left: leftOf({ total, done, incomplete, failed, ...others }) };
    });
}

function totalsOf(jobs: readonly ReportJob[]): Omit<Books, 'filteredBy'> & { readonly bytesRead: number; readonly bytesWritten: number } {
  const sum = (value: (job: ReportJob) => number): number => jobs.reduce((all, job) => all + value(job), 0);
  return {
    read: sum(({ totals }) => totals.read),
    written: sum(({ totals }) => totals.written),
    alreadyPresent: sum(({ totals }) => totals.alreadyPresent),
    updated: sum(({ totals }) => totals.updated),
    filtered: sum(({ totals }) => totals.filtered),
    failed: sum(({ totals }) => totals.failed),
    bytesRead: sum(({ bytesRead }) => bytesRead),
    bytesWritten: sum(({ bytesWritten }) => bytesWritten),
  };
}
