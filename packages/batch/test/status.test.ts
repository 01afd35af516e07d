import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { Job } from '../src/job.js';
import type { BatchLine, JobStatus } from '../src/state-file.js';
import { statusCsv, statusOf } from '../src/status.js';

const plan = (user: string, bytes?: number): Job => ({
  id: user,
  user,
  sources: [],
  target: '/t',
  priority: 0,
  options: {},
  group: 'pilot',
  ...(bytes === undefined ? {} : { expected: { bytes } }),
});
const status = (user: string, state: JobStatus['state'], more: Partial<JobStatus> = {}): [string, JobStatus] => [
  user,
  { job: user, user, state, attempts: 1, round: 1, successes: 0, ...more },
];
const line = (more: Partial<JobStatus['latest']> & object): NonNullable<JobStatus['latest']> => ({
  time: 0,
  job: 'x',
  user: 'x',
  state: 'done',
  attempt: 1,
  ...more,
});
const run = (batch: BatchLine['batch'], time: number): BatchLine => ({ time, batch, round: 1, jobs: 4, pid: 1, host: 'one' });

describe('the status of a batch', () => {
  it('has a row a user, and says when the rest will be done', () => {
    const totals = { read: 100, written: 100, alreadyPresent: 0, updated: 0, filtered: 0, failed: 2 };
    const jobs = new Map([
      status('ann', 'done', {
        started: 1000,
        ended: 11_000,
        lastOk: 11_000,
        successes: 1,
        plan: plan('ann', 1000),
        latest: line({ totals, bytesRead: 1000 }),
      }),
      status('bob', 'done', { started: 1000, ended: 21_000, plan: plan('bob', 1000), latest: line({ totals, bytesRead: 1000 }) }),
      status('cleo', 'running', {
        started: 11_000,
        plan: plan('cleo', 4000),
        latest: line({ state: 'running', time: 21_000, messages: 7, bytesRead: 1000, bytesTotal: 4000 }),
      }),
      status('dan', 'waiting', { plan: plan('dan', 1000), attempts: 0 }),
    ]);
    const found = statusOf({ jobs, runs: [run('begin', 1000)], running: [run('begin', 1000)] }, 22_000);
    expect(found).toMatchObject({
      isRunning: true,
      round: 1,
      messages: 207,
      bytes: 3000,
      counts: { done: 2, running: 1, waiting: 1, failed: 0 },
    });
    // 2,000 octets in 20 s; 3,000 of cleo and 1,000 of dan are left.
    expect(found.secondsLeft).toBe(40);
    expect(found.rows[0]).toMatchObject({ user: 'ann', group: 'pilot', rate: 100, messages: 100, failed: 2, lastOk: 11_000, successes: 1 });
    expect(found.rows[2]).toMatchObject({ state: 'running', messages: 7, rate: 100, secondsLeft: 30 });
    expect(statusOf({ jobs, runs: [run('begin', 1000), run('end', 22_000)], running: [] }, 22_000)).toMatchObject({ isRunning: false });
    expect(statusOf({ jobs, runs: [], running: [] }, 22_000).secondsLeft).toBeUndefined();
  });

  it('is a CSV that spreadsheets read and do not compute', () => {
    const jobs = new Map([
      status('ann', 'failed', { lastMessage: '=cmd|"x", and\nmore' }),
      status('boris "б"', 'done', { lastOk: 0, successes: 3, started: 0, ended: 1000 }),
    ]);
    const csv = statusCsv(statusOf({ jobs, runs: [], running: [] }, 5));
    const rows = parse(csv, { columns: true }) as Record<string, string>[];
    expect(rows[0]).toMatchObject({ user: 'ann', state: 'failed', LastMsg: '\'=cmd|"x", and\nmore', LastOK: '', NumSuccessCollects: '0' });
    expect(rows[1]).toMatchObject({ user: 'boris "б"', LastOK: '1970-01-01T00:00:00.000Z', NumSuccessCollects: '3' });
    expect(csv.split('\r\n')[0]).toContain('LastOK,NumSuccessCollects,LastMsg');
  });
});
