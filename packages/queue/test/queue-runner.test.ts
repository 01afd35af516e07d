import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job, JobResult } from '@mailferry/batch';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueueAddress, QueuedOrder } from '../src/connection.js';
import { QueueRunner } from '../src/queue-runner.js';
import { runWorker } from '../src/worker.js';

function hasRedis(): boolean {
  const found = spawnSync('redis-server', ['--version']).status === 0;
  if (!found && process.env['ORACLE'] === 'required') throw new Error('redis-server is not installed');
  if (!found) process.stderr.write('SKIPPED: the queue is not tried, redis-server is not installed\n');
  return found;
}

const job: Job = { id: 'ann', user: 'ann', sources: ['/a'], target: '/b', priority: 3, options: {} };
const result: JobResult = { exitStatus: 0, message: 'all there', report: { verdict: 'all there' } };
const never = new AbortController().signal;

describe.runIf(hasRedis())('a runner on a queue', () => {
  let folder: string;
  let redis: ChildProcess;
  let port: number;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'queue-'));
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as { port: number }).port;
    await new Promise((resolve) => server.close(resolve));
    redis = spawn('redis-server', ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', ''], { stdio: 'ignore' });
    for (
      let tries = 0;
      spawnSync('redis-cli', ['-p', `${port}`, 'ping'])
        .stdout.toString()
        .trim() !== 'PONG';
      tries += 1
    ) {
      if (tries > 200) throw new Error('Redis does not answer');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  afterAll(async () => {
    const ended = new Promise((resolve) => redis.once('exit', resolve));
    redis.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true });
  });

  const address = (name: string, key = 1): QueueAddress => ({ url: `redis://127.0.0.1:${port}/`, name, key: Buffer.alloc(32, key) });
  const runnerOn = (name: string, key?: number): QueueRunner =>
    new QueueRunner({ ...address(name, key), batch: '/b', round: 1, dryRun: false, defaults: { layout: 'fs' } });

  it('hands a job to a worker, with its progress and its result, and leaves nothing behind', async () => {
    const stop = new AbortController();
    const orders: QueuedOrder[] = [];
    const working = runWorker({
      ...address('one'),
      parallel: 2,
      lease: 5000,
      drain: stop.signal,
      work: async (order, observe) => {
        orders.push(order);
        observe({ messages: 7, bytesRead: 70 });
        await new Promise((resolve) => setTimeout(resolve, 1500));
        return result;
      },
    });
    await using runner = runnerOn('one');
    const seen: unknown[] = [];
    expect(await runner.run(job, { signal: never, observe: (progress) => seen.push(progress) })).toEqual(result);
    expect(orders).toMatchObject([{ job, defaults: { layout: 'fs' }, dryRun: false }]);
    expect(seen).toContainEqual({ messages: 7, bytesRead: 70 });
    const connection = new Redis(port);
    const queue = new Queue('one', { connection });
    expect(await queue.getJobCounts()).toMatchObject({ completed: 0, failed: 0, waiting: 0, active: 0, prioritized: 0 });
    await queue.close();
    connection.disconnect();
    stop.abort();
    await working;
  });

  it('finds again what a batch that was killed has put in, and puts in nothing twice', async () => {
    let runs = 0;
    await using first = runnerOn('two');
    const stop = new AbortController();
    const lost = first.run(job, { signal: stop.signal, observe: () => undefined });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const drain = new AbortController();
    const working = runWorker({
      ...address('two'),
      parallel: 2,
      lease: 5000,
      drain: drain.signal,
      work: async () => {
        runs += 1;
        await new Promise((resolve) => setTimeout(resolve, 1000));
        return result;
      },
    });
    for (let tries = 0; runs === 0 && tries < 500; tries += 1) await new Promise((resolve) => setTimeout(resolve, 10));
    stop.abort();
    expect(await lost).toMatchObject({ exitStatus: 143, message: 'left with its worker' });
    await using second = runnerOn('two');
    expect(await second.run(job, { signal: never, observe: () => undefined })).toEqual(result);
    expect(runs).toBe(1);
    drain.abort();
    await working;
  });

  it('ends when it is told to, though Redis is away', async () => {
    const away = { ...address('away'), url: 'redis://127.0.0.1:1/' };
    await using runner = new QueueRunner({ ...away, batch: '/b', round: 1, dryRun: false, defaults: {}, observe: () => undefined });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 200);
    expect(await runner.run(job, { signal: stop.signal, observe: () => undefined })).toMatchObject({
      exitStatus: 143,
      message: 'Redis does not answer; what it has of the job is left there',
    });
  });

  it('takes back what nobody has begun', async () => {
    await using runner = runnerOn('three');
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 200);
    expect(await runner.run(job, { signal: stop.signal, observe: () => undefined })).toMatchObject({
      exitStatus: 143,
      message: 'taken out of the queue',
    });
  });

  it('believes no result that is not signed', async () => {
    const connection = new Redis(port, { maxRetriesPerRequest: null });
    const liar = new Worker('four', async () => ({ payload: JSON.stringify(result), mac: '0'.repeat(64) }), { connection });
    await using runner = runnerOn('four');
    expect(await runner.run(job, { signal: never, observe: () => undefined })).toMatchObject({ exitStatus: 70, code: 'QUEUE_UNSIGNED' });
    await liar.close();
    connection.disconnect();
  });
});
