import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '@mailferry/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../src/job.js';
import type { JobProgress, JobResult } from '../src/job-result.js';
import { type JobLimits, localRunner } from '../src/local-runner.js';

/** A process of a job that does as its source says; the order is echoed in the report. */
const ENTRY = `
const order = await new Promise((resolve) => process.once('message', resolve));
const what = order.args[0];
process.on('disconnect', () => process.exit(0));
if (what === 'die') process.kill(process.pid, 'SIGKILL');
if (what === 'exit') process.exit(3);
if (what === 'throw') throw new Error('out of luck');
if (what === 'hog') { const all = []; for (;;) all.push(new Array(1e5).fill(all.length)); }
if (what === 'hoard') { const all = []; for (;;) all.push(Buffer.alloc(1 << 24, 1)); }
if (what === 'hang') for (;;);
if (what === 'wait') {
  process.on('SIGTERM', () => process.send({ type: 'end', exitStatus: 143 }, () => process.exit(143)));
  setInterval(() => process.send({ type: 'progress', messages: 5, bytesRead: 50 }), 10);
} else {
  process.send('nonsense');
  process.send({ type: 'report', report: { verdict: 'as ordered', order, env: process.env, argv: process.argv, totals: { read: 2 } } });
  process.send({ type: 'end', exitStatus: 0 }, () => process.exit(0));
}
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-'));
  writeFileSync(join(folder, 'entry.mjs'), ENTRY);
});
afterAll(() => rmSync(folder, { recursive: true }));

const USERS: Readonly<Record<string, string>> = { unknown: 'nobody-knows', unstartable: 'x'.repeat(3_000_000) };

interface Trial {
  readonly limits?: JobLimits;
  readonly stop?: AbortSignal;
  readonly kill?: AbortSignal;
  readonly observe?: (progress: JobProgress) => void;
}

async function run(
  source: string,
  { limits = {}, stop = new AbortController().signal, kill, observe = () => undefined }: Trial = {},
): Promise<JobResult> {
  const runner = localRunner({
    entry: join(folder, 'entry.mjs'),
    identityOf: ({ user }) => {
      if (user === 'nobody-knows') throw new UsageError('OWNER_UNKNOWN', 'there is no such user', { where: { path: '/etc/passwd' } });
      return [user];
    },
    orderFor: async ({ sources }) => ({ command: 'convert', args: sources, flags: {}, password: 'hidden-word' }),
    exitStatusOf: () => 64,
    limits,
  });
  const job: Job = {
    id: 'ann',
    user: USERS[source] ?? 'ann',
    sources: [source],
    target: '/t',
    priority: 0,
    options: {},
  };
  return await runner(job, { signal: stop, observe, ...(kill === undefined ? {} : { kill }) });
}

describe('a job in a process of its own', () => {
  it('has its order over a pipe, and nothing of ours in its environment', async () => {
    process.env['MAILFERRY_SECRET_TEST'] = 'hidden-word';
    const result = await run('/home/ann/mail', { limits: { memory: 2 ** 30, niceness: 1 } });
    delete process.env['MAILFERRY_SECRET_TEST'];
    const report = result.report as { order: unknown; env: Record<string, string>; argv: string[] };
    expect(result).toMatchObject({ exitStatus: 0, message: 'as ordered', totals: { read: 2, failed: 0 } });
    expect(report.order).toEqual({ command: 'convert', args: ['/home/ann/mail'], flags: {}, password: 'hidden-word' });
    expect(JSON.stringify([report.env, report.argv])).not.toContain('hidden-word');
    expect(report.argv.slice(2)).toEqual(['ann']);
  });

  it('that ends in any way is a result', async () => {
    expect(await run('unknown')).toEqual({ exitStatus: 64, code: 'OWNER_UNKNOWN', message: 'there is no such user: /etc/passwd' });
    expect(await run('die')).toMatchObject({ exitStatus: 137, signal: 'SIGKILL', code: 'JOB_CRASHED' });
    expect(await run('exit')).toMatchObject({ exitStatus: 70, code: 'JOB_CRASHED' });
    expect(await run('throw')).toMatchObject({ exitStatus: 70, code: 'JOB_CRASHED', message: expect.stringContaining('out of luck') });
  });

  it('that cannot be started now is tried again', async () => {
    expect(await run('unstartable')).toMatchObject({
      exitStatus: 75,
      code: 'JOB_CRASHED',
      message: expect.stringContaining('could not be started'),
    });
  });

  it('may be given more days than a timer has', async () => {
    expect(await run('/home/ann/mail', { limits: { time: 30 * 86_400_000 } })).toMatchObject({ exitStatus: 0 });
  });

  it('takes no more memory than it may, within the heap and beside it', async () => {
    expect(await run('hog', { limits: { memory: 256 * 2 ** 20 } })).toMatchObject({ code: 'JOB_OUT_OF_MEMORY' });
    expect(['JOB_OUT_OF_MEMORY', 'JOB_CRASHED']).toContain((await run('hoard', { limits: { memory: 256 * 2 ** 20 } })).code);
  });

  it('takes no more time than it may', async () => {
    expect(await run('wait', { limits: { time: 200 } })).toMatchObject({ exitStatus: 75, code: 'JOB_TIME_LIMIT' });
  });

  it('stops when it is asked to, and at once when it must', async () => {
    const stop = new AbortController();
    let messages = 0;
    const stopped = await run('wait', {
      stop: stop.signal,
      observe: (progress) => {
        messages = progress.messages ?? 0;
        stop.abort();
      },
    });
    expect([stopped.exitStatus, messages]).toEqual([143, 5]);
    const kill = new AbortController();
    setTimeout(() => kill.abort(), 300);
    expect(await run('hang', { kill: kill.signal })).toMatchObject({ signal: 'SIGKILL' });
  });
});
