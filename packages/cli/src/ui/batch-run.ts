import { availableParallelism, hostname, loadavg } from 'node:os';
import {
  BatchLock,
  type BatchOptions,
  type BatchPlan,
  type BatchResult,
  type Job,
  type JobOutcome,
  makeStateDirectory,
  parseShard,
  parseWindow,
  planBatch,
  type Runner,
  readStateOfShard,
  runBatch,
  StateFile,
  stateFileIn,
} from '@mailferry/batch';
import { formatBytes, formatCount, formatCountOf, UsageError } from '@mailferry/core';
import type { Context } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { jobsOf, namedBatch, stateDirectory } from './batch-jobs.js';
import { readBatchReport, writeBatchReportFiles } from './batch-report-files.js';
import { defaultOptions, runnerOf } from './batch-runner.js';
import { BatchSignals } from './batch-signals.js';
import { BatchView } from './batch-view.js';
import { readDuration } from './duration.js';
import { complaint, queueAddress } from './queue-settings.js';
import { checkReportFiles } from './report-files.js';
import type { Settings } from './settings.js';

/** Runs a batch; the exit status. */
export async function runBatchCommand(context: Context): Promise<number> {
  const { args, settings } = context;
  const jobs = jobsOf(args, settings);
  // Every setting is looked at before anything is written.
  const reports = settings.list('report');
  checkReportFiles(reports);
  const schedule = scheduleOf(settings, jobs.length);
  const runnerFor = await chooseRunner(context, schedule.parallel);
  if (settings.on('dry-run')) {
    const nothing = { round: 1, isResumed: false, jobs, skipped: 0, lines: [] };
    await using runner = runnerFor('', nothing.round);
    return await run(context, nothing, { ...schedule, runner: runner.run });
  }
  const directory = stateDirectory(args, settings);
  makeStateDirectory(directory);
  const shard = settings.text('shard');
  const path = stateFileIn(directory, shard === undefined ? undefined : parseShard(shard));
  using _lock = new BatchLock(path);
  const state = readStateOfShard(directory, path);
  const plan = planBatch(jobs, state, { again: settings.on('again'), unfinished: settings.on('unfinished') });
  const file = new StateFile(path);
  try {
    file.appendAll(plan.lines);
    const record = { directory, file, before: state.jobs, round: plan.round };
    await using runner = runnerFor(directory, plan.round);
    const status = await run(context, plan, { ...schedule, runner: runner.run, record });
    if (reports.length > 0) writeBatchReportFiles(readBatchReport(directory), reports);
    return status;
  } finally {
    file.close();
  }
}

/** A runner, until it is disposed of. */
type OpenRunner = AsyncDisposable & { readonly run: Runner };

/** Where jobs run; what is needed for a queue is loaded only for one. */
async function chooseRunner({ settings, output }: Context, parallel: number): Promise<(batch: string, round: number) => OpenRunner> {
  const shared = { dryRun: settings.on('dry-run'), defaults: defaultOptions(settings) };
  if (settings.text('runner') !== 'bullmq') {
    if (settings.text('redis') !== undefined) {
      throw new UsageError('USAGE', '--redis is for jobs that workers take from a queue', {
        help: 'add --runner bullmq, or leave --redis out',
      });
    }
    const run = runnerOf(settings, { ...shared, isFull: parallel >= availableParallelism() });
    return () => ({ run, [Symbol.asyncDispose]: async () => undefined });
  }
  const address = queueAddress(settings);
  const { QueueRunner } = await import('@mailferry/queue');
  return (batch, round) => new QueueRunner({ ...address, ...shared, batch: `${hostname()} ${batch}`, round, observe: complaint(output) });
}

/** When jobs begin, and how often they are tried. */
function scheduleOf(settings: Settings, users: number): Omit<BatchOptions, 'runner' | 'record'> {
  const [window, load, wait] = [settings.text('window'), settings.text('max-load'), settings.text('retry-wait')];
  const retries = settings.number('retries');
  // With a queue the workers say how many they take at a time.
  const parallel = settings.number('jobs') ?? (settings.text('runner') === 'bullmq' ? Math.max(1, users) : availableParallelism());
  return {
    parallel,
    ...(window === undefined ? {} : { window: parseWindow(window) }),
    ...(load === undefined ? {} : { maxLoad: readLoad(load), load: () => loadavg()[0] ?? 0 }),
    ...(wait === undefined ? {} : { retryWait: readDuration(wait, 'retry-wait') }),
    ...(retries === undefined ? {} : { retries }),
  };
}

function readLoad(text: string): number {
  if (!/^\d{1,4}(?:\.\d{1,2})?$/u.test(text))
    throw new UsageError('USAGE', `--max-load cannot be "${text}"`, { help: 'give a number such as 3.5' });
  return Number(text);
}

async function run(context: Context, plan: BatchPlan, options: BatchOptions): Promise<number> {
  const { output } = context;
  using signals = new BatchSignals(output);
  const { round, isResumed, jobs, skipped } = plan;
  output.event({ type: 'plan', command: 'batch', round, resumed: isResumed, users: jobs.length, skipped, jobs: options.parallel });
  if (isResumed) output.say(`going on where the last run was cut off: ${formatCountOf(skipped, 'user is', 'users are')} done already`);
  using view = new BatchView(output, jobs.length);
  const result = await runBatch(jobs, {
    ...options,
    drain: signals.drain,
    stop: signals.stop,
    kill: signals.kill,
    observe: (event) => view.observe(event),
  });
  const status = statusOf(result, signals.status);
  show(context, jobs, result, view.sums, status);
  return status;
}

function statusOf({ outcomes, left }: BatchResult, interrupted: number | undefined): number {
  if (left > 0) return interrupted ?? EXIT.temporary;
  return [...outcomes.values()].every((outcome) => outcome === 'done') ? EXIT.ok : EXIT.someFailed;
}

function show(
  { args, output, settings }: Context,
  jobs: readonly Job[],
  result: BatchResult,
  sums: BatchView['sums'],
  exitStatus: number,
): void {
  const { outcomes, left } = result;
  const count = (outcome: JobOutcome): number => [...outcomes.values()].filter((one) => one === outcome).length;
  const counts = { done: count('done'), incomplete: count('incomplete'), failed: count('failed'), left };
  const isDry = settings.on('dry-run');
  const verdict = verdictOf(jobs.length, counts, isDry);
  output.event({
    type: 'summary',
    outcome: exitStatus === EXIT.ok ? 'complete' : left > 0 ? 'interrupted' : 'failed',
    verdict,
    dryRun: isDry,
    exitStatus,
    users: counts,
    messages: sums.messages,
    failed: sums.failed,
    bytesRead: sums.bytes,
  });
  if (output.isQuiet) return;
  const { good, bad, strong } = output.resultPalette;
  const lines = [
    (exitStatus === EXIT.ok ? good : bad)(strong(verdict)),
    `${formatCountOf(sums.messages, 'message')} and ${formatBytes(sums.bytes)} read, ${formatCountOf(sums.failed, 'message')} failed`,
    ...(left > 0 ? ['To go on, run the same command again'] : []),
    ...(counts.failed + counts.incomplete > 0 && !isDry
      ? [`Who and why: mailferry status --open ${namedBatch(args, settings)}`.trimEnd()]
      : []),
  ];
  output.result(lines.join('\n'));
}

function verdictOf(all: number, counts: { done: number; incomplete: number; failed: number; left: number }, isDry: boolean): string {
  if (all === 0) return 'nobody is left to do';
  const parts = [
    counts.incomplete > 0 ? `${formatCount(counts.incomplete)} but for some messages` : '',
    counts.failed > 0 ? `${formatCount(counts.failed)} failed` : '',
    counts.left > 0 ? `${formatCount(counts.left)} are left` : '',
  ].filter((part) => part !== '');
  const rest = parts.length === 0 ? '' : `; ${parts.join(', ')}`;
  return `${formatCount(counts.done)} of ${formatCountOf(all, 'user')} ${isDry ? 'can be' : counts.done === 1 ? 'is' : 'are'} done${rest}.`;
}
