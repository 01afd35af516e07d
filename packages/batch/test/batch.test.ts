import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BatchOptions, type BatchResult, runBatch } from '../src/batch.js';
import { planBatch } from '../src/batch-plan.js';
import type { Job } from '../src/job.js';
import type { JobResult } from '../src/job-result.js';
import type { Runner } from '../src/runner.js';
import { makeStateDirectory, readKeptReport, readStateDirectory, readStateOfShard, stateFileIn } from '../src/state-directory.js';
import { StateFile } from '../src/state-file.js';

const job = (user: string, more: Partial<Job> = {}): Job => ({
  id: user,
  user,
  sources: [`/home/${user}/mail`],
  target: `/home/${user}/Maildir`,
  priority: 0,
  options: {},
  ...more,
});
const DONE: JobResult = { exitStatus: 0, message: 'all there' };
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'batch-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a round as the command does, on the state that is there. */
async function round(
  jobs: readonly Job[],
  runner: Runner,
  more: Partial<BatchOptions> & { again?: boolean } = {},
): Promise<BatchResult & { ran: number }> {
  makeStateDirectory(folder);
  const before = readStateDirectory(folder);
  const plan = planBatch(jobs, before, { again: more.again === true });
  const file = new StateFile(stateFileIn(folder));
  try {
    file.appendAll(plan.lines);
    const record = { directory: folder, file, before: before.jobs, round: plan.round };
    return { ...(await runBatch(plan.jobs, { parallel: 2, retryWait: 1, ...more, runner, record })), ran: plan.jobs.length };
  } finally {
    file.close();
  }
}

describe('a batch', () => {
  it('runs users who share a target one after the other, however many may run at a time', async () => {
    const jobs = ['ann', 'bob', 'cleo'].map((user) => job(user, { target: '/shared' }));
    let [running, most] = [0, 0];
    await round(
      jobs,
      async () => {
        running += 1;
        most = Math.max(most, running);
        await turn();
        running -= 1;
        return DONE;
      },
      { parallel: 3 },
    );
    expect(most).toBe(1);
  });

  it('runs so many at a time, never two of one user or one target, in order', async () => {
    const jobs = [
      job('ann'),
      job('ann', { id: 'ann#2', target: '/elsewhere' }),
      job('bob'),
      job('cleo', { target: '/home/bob/Maildir' }),
      job('dan'),
    ];
    const running = new Set<Job>();
    let most = 0;
    const begun: string[] = [];
    const runner: Runner = async (one) => {
      for (const other of running) expect([other.user, other.target]).not.toEqual(expect.arrayContaining([one.user]));
      for (const other of running) expect(other.target).not.toBe(one.target);
      begun.push(one.id);
      running.add(one);
      most = Math.max(most, running.size);
      await turn();
      running.delete(one);
      return DONE;
    };
    const { outcomes, left } = await round(jobs, runner);
    expect([most, left, begun[0], begun[1]]).toEqual([2, 0, 'ann', 'bob']);
    expect([...outcomes.values()]).toEqual(['done', 'done', 'done', 'done', 'done']);
  });

  it('tries again what may pass, so often and no more, and nothing else', async () => {
    const tries = new Map<string, number>();
    const busy: JobResult = { exitStatus: 75, code: 'TARGET_BUSY', message: 'busy' };
    const results: Readonly<Record<string, readonly JobResult[]>> = {
      busy: [busy, busy, DONE],
      never: [busy],
      killed: [{ exitStatus: 137, signal: 'SIGKILL', code: 'JOB_CRASHED', message: 'gone' }, DONE],
      late: [{ exitStatus: 75, code: 'JOB_TIME_LIMIT', message: 'late' }],
      some: [{ exitStatus: 1, message: 'some failed' }],
      absent: [{ exitStatus: 66, message: 'not there' }],
    };
    const runner: Runner = async ({ id }) => {
      const count = (tries.get(id) ?? 0) + 1;
      tries.set(id, count);
      return results[id]?.[count - 1] ?? results[id]?.at(-1) ?? DONE;
    };
    const { outcomes } = await round(
      Object.keys(results).map((user) => job(user)),
      runner,
      { retries: 2 },
    );
    expect(Object.fromEntries(outcomes)).toEqual({
      busy: 'done',
      never: 'failed',
      killed: 'done',
      late: 'failed',
      some: 'incomplete',
      absent: 'failed',
    });
    expect(Object.fromEntries(tries)).toEqual({ busy: 3, never: 3, killed: 2, late: 1, some: 1, absent: 1 });
    expect(readStateDirectory(folder).jobs.get('busy')).toMatchObject({ attempts: 3, successes: 1, lastMessage: 'all there' });
  });

  it('keeps report, totals and the last word of each job, and nothing of its secret', async () => {
    const report = { schema: 'mailferry.report/1', verdict: 'all there' };
    const totals = { read: 3, written: 2, alreadyPresent: 1, updated: 0, filtered: 0, failed: 0 };
    const secret = { kind: 'manifest', path: '/root/users.csv', record: 3 } as const;
    await round([job('ann', { secret })], async (_, { observe }) => {
      observe({ messages: 1, bytesRead: 10, bytesTotal: 30 });
      return { ...DONE, report, totals, bytesRead: 30, bytesWritten: 20 };
    });
    const { jobs, runs } = readStateDirectory(folder);
    const ann = jobs.get('ann');
    expect(ann).toMatchObject({ state: 'done', round: 1, latest: { totals, bytesRead: 30, exitStatus: 0 }, plan: { secret } });
    expect(readKeptReport(folder, ann?.report ?? '')).toEqual(report);
    expect(runs.map(({ batch }) => batch)).toEqual(['begin', 'end']);
  });

  it('that is drained finishes who runs, begins nobody, and goes on with those who are left', async () => {
    const drain = new AbortController();
    const first = await round(
      ['ann', 'bob', 'cleo', 'dan'].map((user) => job(user)),
      async ({ user }) => {
        if (user === 'ann') drain.abort();
        await turn();
        return DONE;
      },
      { drain: drain.signal },
    );
    expect([[...first.outcomes.keys()], first.left]).toEqual([['ann', 'bob'], 2]);
    const second = await round(
      ['ann', 'bob', 'cleo', 'dan'].map((user) => job(user)),
      async () => DONE,
    );
    expect([...second.outcomes.keys()]).toEqual(['cleo', 'dan']);
    const third = await round(
      ['ann', 'bob', 'cleo', 'dan'].map((user) => job(user)),
      async () => DONE,
    );
    expect(third.ran).toBe(4);
    expect([...readStateDirectory(folder).jobs.values()].map((one) => one.round)).toEqual([2, 2, 2, 2]);
  });

  it('that is stopped stops who runs and leaves them', async () => {
    const stop = new AbortController();
    const { outcomes, left } = await round(
      [job('ann'), job('bob'), job('cleo')],
      async ({ user }, { signal }) => {
        if (user === 'bob') stop.abort();
        if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return { exitStatus: 143, message: 'interrupted' };
      },
      { stop: stop.signal },
    );
    expect(Object.fromEntries(outcomes)).toEqual({ ann: 'interrupted', bob: 'interrupted' });
    expect(left).toBe(3);
    expect(readStateDirectory(folder).runs.at(-1)).toMatchObject({ batch: 'end', interrupted: true });
  });

  it('waits while the machine is busy', async () => {
    const loads = [9, 9, 0];
    const reasons: string[] = [];
    const stop = new AbortController();
    const { outcomes } = await round([job('ann')], async () => DONE, {
      maxLoad: 2,
      load: () => loads.shift() ?? 0,
      drain: stop.signal,
      observe: (event) => {
        if (event.type !== 'waiting') return;
        reasons.push(event.reason);
        stop.abort();
      },
    });
    expect([reasons, outcomes.size]).toEqual([['load'], 0]);
  });

  it('begins nobody outside its hours', async () => {
    const now = new Date();
    const minute = now.getHours() * 60 + now.getMinutes();
    const stop = new AbortController();
    let until = 0;
    const { left } = await round([job('ann')], async () => DONE, {
      window: { from: (minute + 120) % 1440, to: (minute + 180) % 1440 },
      drain: stop.signal,
      observe: (event) => {
        if (event.type === 'waiting') until = event.until ?? 0;
        stop.abort();
      },
    });
    expect(left).toBe(1);
    expect(until).toBeGreaterThan(now.getTime());
  });

  it('stops who runs when its hours are over, and goes on when they begin again', async () => {
    // Ten seconds before six, by the clock on the wall.
    vi.useFakeTimers({ now: new Date(2026, 10, 22, 5, 59, 50) });
    try {
      const told: string[] = [];
      let tries = 0;
      const run = round(
        [job('ann')],
        async (_, { signal }) => {
          tries += 1;
          if (tries > 1) return DONE;
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          return { exitStatus: 143, message: 'stopped after the message in flight' };
        },
        {
          window: { from: 22 * 60, to: 6 * 60 },
          observe: (event) => {
            const hours = new Date().getHours();
            if (event.type === 'begin') told.push(`${hours}: begin ${event.attempt}`);
            if (event.type === 'ended') told.push(`${hours}: ${event.outcome}`);
            if (event.type === 'waiting') told.push(`${hours}: waiting until ${new Date(event.until ?? 0).getHours()}`);
          },
        },
      );
      await vi.advanceTimersByTimeAsync(9_000);
      expect(told).toEqual(['5: begin 1']);
      await vi.advanceTimersByTimeAsync(15 * 3_600_000);
      expect(told).toEqual(['5: begin 1', '6: waiting until 22', '6: interrupted']);
      expect(readStateDirectory(folder).jobs.get('ann')?.state).toBe('interrupted');
      await vi.advanceTimersByTimeAsync(2 * 3_600_000);
      expect(told.slice(3)).toEqual(['22: begin 2', '22: done']);
      expect(await run).toMatchObject({ left: 0 });
    } finally {
      vi.useRealTimers();
    }
  });

  it('ends with the trouble of its own state, once who runs has ended', async () => {
    let ended = 0;
    const run = round([job('ann'), job('bob')], async ({ user }, { signal }) => {
      if (user === 'ann') throw new Error('no room');
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      ended += 1;
      return DONE;
    });
    await expect(run).rejects.toThrow('no room');
    expect(ended).toBe(1);
  });
});

describe('the rounds of a batch', () => {
  it('go on where a kill left them, and begin anew after an end', async () => {
    makeStateDirectory(folder);
    const file = new StateFile(stateFileIn(folder));
    const about = { round: 4, jobs: 3, pid: 1, host: 'one' };
    file.append({ time: 1, batch: 'begin', ...about });
    const line = { user: 'ann', round: 4, attempt: 1 };
    file.append({ time: 2, job: 'ann', state: 'done', ...line });
    file.append({ time: 3, job: 'bob', state: 'running', ...line });
    file.append({ time: 3, job: 'cleo', state: 'failed', ...line });
    const jobs = ['ann', 'bob', 'cleo', 'new'].map((user) => job(user));
    const cut = planBatch(jobs, readStateDirectory(folder));
    expect([cut.round, cut.isResumed, cut.jobs.map(({ id }) => id), cut.skipped]).toEqual([4, true, ['bob', 'cleo', 'new'], 1]);
    expect(planBatch(jobs, readStateDirectory(folder), { again: true })).toMatchObject({ round: 5, isResumed: false, skipped: 0 });
    file.append({ time: 9, batch: 'end', ...about });
    file.close();
    expect(planBatch(jobs, readStateDirectory(folder))).toMatchObject({ round: 5, isResumed: false, skipped: 0 });
    const open = planBatch(jobs, readStateDirectory(folder), { unfinished: true });
    expect(open.jobs.map(({ id }) => id)).toEqual(['bob', 'cleo', 'new']);
    expect(open.lines.map(({ state, plan }) => [state, plan?.id])).toEqual(open.jobs.map(({ id }) => ['waiting', id]));
    expect(readFileSync(stateFileIn(folder), 'utf8').split('\n')).toHaveLength(6);
  });

  it('are those of one shard, whatever became of the others', async () => {
    makeStateDirectory(folder);
    const [first, second] = [1, 2].map((part) => stateFileIn(folder, { part, of: 2 }));
    const note = (path: string | undefined, ...lines: Parameters<StateFile['append']>[0][]): void => {
      const file = new StateFile(path ?? expect.fail('no file'));
      for (const line of lines) file.append(line);
      file.close();
    };
    const about = { round: 1, jobs: 2, pid: 1, host: 'one' };
    const done = (user: string) => ({ time: 3, job: user, user, state: 'done' as const, round: 1, attempt: 1 });
    const planOf = (path: string | undefined, ...users: string[]) =>
      planBatch(
        users.map((user) => job(user)),
        readStateOfShard(folder, path ?? ''),
      );
    note(first, { time: 1, batch: 'begin', ...about }, done('ann'), { time: 4, batch: 'end', ...about });
    // The machine of the second shard went away behind that, and nobody went on there.
    note(second, { time: 5, batch: 'begin', ...about }, done('bob'));
    expect(planOf(first, 'ann')).toMatchObject({ round: 2, isResumed: false, skipped: 0 });
    expect(planOf(second, 'bob', 'cleo')).toMatchObject({ round: 1, isResumed: true, skipped: 1 });
    note(first, { time: 7, batch: 'begin', ...about, round: 2 }, { time: 9, batch: 'end', ...about, round: 2 });
    expect(planOf(second, 'bob', 'cleo')).toMatchObject({ round: 1, isResumed: true, skipped: 1 });
    // A part that never ran by itself goes by what the others did.
    expect(planOf(stateFileIn(folder, { part: 1, of: 3 }), 'ann')).toMatchObject({ round: 3, isResumed: false });
  });
});
