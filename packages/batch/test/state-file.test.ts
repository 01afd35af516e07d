import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addUp, readState, StateFile, type StateLine } from '../src/state-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const line = (state: StateLine['state'], time: number, attempt: number, more: Partial<StateLine> = {}): StateLine => ({
  time,
  job: 'ann',
  user: 'ann',
  state,
  attempt,
  ...more,
});

describe('the state file', () => {
  it('adds up to where everyone stands', () => {
    const path = join(folder, 'state');
    const file = new StateFile(path);
    for (const one of [
      line('running', 10, 1),
      line('retry', 20, 1, { message: 'busy' }),
      line('running', 30, 2),
      line('running', 35, 2),
      line('done', 40, 2),
    ]) {
      file.append(one);
    }
    file.close();
    expect(readState(path).get('ann')).toMatchObject({
      state: 'done',
      attempts: 2,
      successes: 1,
      started: 30,
      lastOk: 40,
      lastMessage: 'busy',
    });
  });

  it('survives a line that a crash cut off', () => {
    const path = join(folder, 'state');
    const file = new StateFile(path);
    file.append(line('done', 10, 1));
    file.close();
    appendFileSync(path, '{"time":20,"job":"ann","user":"ann","state":"fai');
    expect(readState(path).get('ann')).toMatchObject({ state: 'done' });
    const again = new StateFile(path);
    again.append(line('failed', 30, 2));
    again.close();
    expect(readState(path).get('ann')).toMatchObject({ state: 'failed', successes: 1 });
    expect(readFileSync(path, 'utf8').endsWith('\n')).toBe(true);
  });

  it('that cannot be written says so', () => {
    const unwritable = expect.objectContaining({ code: 'OUTPUT_UNWRITABLE', where: expect.anything() });
    expect(() => new StateFile(folder)).toThrow(unwritable);
    const file = new StateFile(join(folder, 'state'));
    file.close();
    expect(() => file.append(line('done', 10, 1))).toThrow(unwritable);
    expect(() => file.appendAll([line('done', 10, 1)])).toThrow(unwritable);
  });

  it('at every length of its text is a state that was', () => {
    const text = [line('running', 10, 1), line('done', 20, 1), line('running', 30, 2), line('failed', 40, 2)]
      .map((one) => `${JSON.stringify(one)}\n`)
      .join('');
    for (let length = 0; length <= text.length; length += 1) {
      const state = addUp(text.slice(0, length)).get('ann')?.state ?? 'waiting';
      expect(['waiting', 'running', 'done', 'failed']).toContain(state);
    }
    expect(addUp('garbage\n\n{"no":1}\n').size).toBe(0);
  });

  it('that is absent is a batch that has not begun', () => {
    expect(readState(join(folder, 'none')).size).toBe(0);
  });
});
