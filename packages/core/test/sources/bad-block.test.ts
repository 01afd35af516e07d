import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../src/index.js';
import { collect } from './collect.js';

/** A disk with one block that it does not give, in one file. */
const disk = vi.hoisted(() => ({ badAt: -1, ino: -1 }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return {
    ...fs,
    readSync: (fd: number, target: Uint8Array, at: number, length: number, position: number): number => {
      const isHit = fs.fstatSync(fd).ino === disk.ino && position < disk.badAt + 512 && position + length > disk.badAt;
      if (isHit) throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' });
      return fs.readSync(fd, target, at, length, position);
    },
  };
});
const { statSync } = await vi.importActual<typeof import('node:fs')>('node:fs');

const message = (n: number): string =>
  `From a@example.org Sat Jan  3 01:02:03 2004\nFrom: a@example.org\nSubject: ${n}\n\n${'text\n'.repeat(400)}\n`;

describe('an mbox with a block that the disk does not give', () => {
  const directory = mkdtempSync(join(tmpdir(), 'bad-block-'));
  const bad = join(directory, 'mail', 'bad');
  beforeAll(() => {
    mkdirSync(join(directory, 'mail'));
    for (const [name, first] of [
      ['bad', 0],
      ['good', 100],
    ] as const) {
      writeFileSync(join(directory, 'mail', name), Array.from({ length: 50 }, (_, n) => message(first + n)).join(''));
    }
    disk.ino = statSync(bad).ino;
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  async function read(path: string, badAt: number): Promise<{ folders: Record<string, number>; issues: string[] }> {
    disk.badAt = badAt;
    await using store = await openStore(path);
    const folders: Record<string, number> = {};
    for (const { folder } of await collect(store.messages())) folders[folder.join('/')] = (folders[folder.join('/')] ?? 0) + 1;
    return { folders, issues: store.issues.map(({ code, where }) => `${code} ${where?.path.split('/').at(-1)} ${where?.offset}`) };
  }

  it('is read up to it, and the other files whole', async () => {
    const size = message(0).length;
    const before = Math.floor(50_000 / 4096) * 4096;
    expect(await read(join(directory, 'mail'), 50_000)).toEqual({
      folders: { bad: Math.ceil(before / size), good: 50 },
      issues: [`SOURCE_INCOMPLETE bad ${before}`],
    });
    expect(await read(bad, 50_000)).toMatchObject({ folders: { INBOX: Math.ceil(before / size) } });
  });

  it('is named where it is the first one', async () => {
    expect(await read(join(directory, 'mail'), 0)).toEqual({ folders: { good: 50 }, issues: ['SOURCE_INCOMPLETE bad 0'] });
    await expect(openStore(bad)).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });
  });

  it('is whole again on a disk that works', async () => {
    expect(await read(join(directory, 'mail'), -1000)).toEqual({ folders: { bad: 50, good: 50 }, issues: [] });
  });
});
