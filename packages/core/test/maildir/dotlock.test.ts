import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Dotlock } from '../../src/targets/maildir/dotlock.js';

const full = vi.hoisted(() => ({ isFull: false }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return {
    ...fs,
    writeSync: (...args: Parameters<typeof fs.writeSync>) => {
      if (full.isFull) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC', syscall: 'write' });
      return fs.writeSync(...args);
    },
  };
});

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mailferry-dotlock-'));
});
afterEach(() => {
  full.isFull = false;
  rmSync(directory, { recursive: true });
});

it('says whose it is, and is gone when it was released', async () => {
  const lock = await Dotlock.take(join(directory, 'dovecot-uidlist'));
  expect(readFileSync(join(directory, 'dovecot-uidlist.lock'), 'latin1')).toBe(`${process.pid}:${hostname()}`);
  lock.release();
  expect(readdirSync(directory)).toEqual([]);
});

it('leaves nothing on a full disk that would stand in the way later', async () => {
  full.isFull = true;
  await expect(Dotlock.take(join(directory, 'dovecot-uidlist'))).rejects.toMatchObject({ code: 'TARGET_ENOSPC' });
  expect(readdirSync(directory)).toEqual([]);
});
