import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BatchLock } from '../src/batch-lock.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'batch-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const held = (): string => readFileSync(join(folder, 'state.lock'), 'utf8');

it('is held by one batch, and gone when it is given back', () => {
  const state = join(folder, 'state');
  {
    using _lock = new BatchLock(state);
    expect(held()).toMatch(new RegExp(`^${process.pid} `));
    expect(() => new BatchLock(state)).toThrow(expect.objectContaining({ code: 'BATCH_RUNNING', retryable: true }));
  }
  expect(existsSync(join(folder, 'state.lock'))).toBe(false);
});

it.each([
  ['a process whose number was given to another one since', () => `${process.pid} 1 ${hostname()}`, true],
  ['a process that is no more', () => `999999999 1 ${hostname()}`, true],
  ['another machine', () => `${process.pid} 1 not-${hostname()}`, false],
])('of %s', (_, holder, isTaken) => {
  writeFileSync(join(folder, 'state.lock'), holder());
  if (isTaken) {
    using _lock = new BatchLock(join(folder, 'state'));
    expect(held()).not.toBe(holder());
  } else expect(() => new BatchLock(join(folder, 'state'))).toThrow('this batch is running already');
});
