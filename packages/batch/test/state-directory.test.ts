import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BatchLock } from '../src/batch-lock.js';
import {
  keepReport,
  makeStateDirectory,
  readKeptReport,
  readStateDirectory,
  reportPathOf,
  stateDirectoryOf,
  stateFileIn,
} from '../src/state-directory.js';
import { StateFile } from '../src/state-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-directory-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the directory of a batch', () => {
  it('is beside the manifest, private, and its state is that of all shards', () => {
    const path = stateDirectoryOf(join(folder, 'users.csv'));
    expect(readStateDirectory(path)).toEqual({ jobs: new Map(), runs: [], running: [] });
    makeStateDirectory(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    for (const [index, user] of ['ann', 'bob'].entries()) {
      const file = new StateFile(stateFileIn(path, { part: index + 1, of: 2 }));
      file.append({ time: 5 - index, batch: 'begin', round: 1, jobs: 1, pid: 1, host: 'one' });
      file.append({ time: 10, job: user, user, state: 'done', attempt: 1 });
      file.close();
    }
    const { jobs, runs } = readStateDirectory(path);
    expect([...jobs.keys()]).toEqual(['ann', 'bob']);
    expect(runs.map(({ time }) => time)).toEqual([4, 5]);
  });

  it('says who works on it now: who was killed wrote no end, and holds no lock', () => {
    makeStateDirectory(folder);
    const file = new StateFile(stateFileIn(folder));
    const line = { time: 1, round: 1, jobs: 1, pid: process.pid, host: 'one' };
    file.append({ ...line, batch: 'begin' });
    expect(readStateDirectory(folder).running).toEqual([]);
    using lock = new BatchLock(stateFileIn(folder));
    expect([lock instanceof BatchLock, readStateDirectory(folder).running.length]).toEqual([true, 1]);
    file.append({ ...line, batch: 'end' });
    expect(readStateDirectory(folder).running).toEqual([]);
    file.close();
  });

  it('keeps the order of its lines where the clock was set back', () => {
    makeStateDirectory(folder);
    const file = new StateFile(stateFileIn(folder));
    for (const [batch, time] of [
      ['begin', 9000],
      ['begin', 1000],
      ['end', 2000],
    ] as const)
      file.append({ time, batch, round: 1, jobs: 1, pid: 1, host: 'one' });
    file.close();
    expect(readStateDirectory(folder).runs.map(({ time }) => time)).toEqual([9000, 1000, 2000]);
  });

  it('that others can write, or that is a link, is refused', () => {
    const path = join(folder, 'open');
    makeStateDirectory(path);
    chmodSync(path, 0o777);
    expect(() => makeStateDirectory(path)).toThrow(expect.objectContaining({ code: 'OUTPUT_UNWRITABLE' }));
    chmodSync(path, 0o700);
    symlinkSync(path, join(folder, 'link'));
    expect(() => makeStateDirectory(join(folder, 'link'))).toThrow(expect.objectContaining({ code: 'OUTPUT_UNWRITABLE' }));
  });

  it('keeps one report a job, under a name that stays in its place', () => {
    makeStateDirectory(folder);
    expect(reportPathOf('ann')).toBe('reports/ann.json');
    expect(reportPathOf('ann@example.org#2')).toBe('reports/ann@example.org%232.json');
    expect(reportPathOf('../x')).toBe('reports/%2E.%2Fx.json');
    expect(reportPathOf('ю'.repeat(100))).toMatch(/^reports\/[0-9a-f]{64}\.json$/u);
    keepReport(folder, 'ann', { schema: 'mailferry.report/1', n: 1 });
    const relative = keepReport(folder, 'ann', { schema: 'mailferry.report/1', n: 2 });
    expect(readKeptReport(folder, relative)).toMatchObject({ n: 2 });
    expect(statSync(join(folder, relative)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, relative), 'utf8').endsWith('}\n')).toBe(true);
    expect(readKeptReport(folder, 'reports/none.json')).toBeUndefined();
  });
});
