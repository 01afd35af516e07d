import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { syncFileSystem } from '../../src/targets/maildir/file-system-sync.js';
import { LedgerFile, readLedger } from '../../src/targets/maildir/ledger-file.js';
import { TextPile } from '../../src/targets/maildir/text-pile.js';

vi.mock('node:child_process');
const disk = vi.hoisted(() => ({ isBroken: false }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return {
    ...fs,
    readSync: (...args: Parameters<typeof fs.readSync>) => {
      if (disk.isBroken) throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' });
      return fs.readSync(...args);
    },
  };
});

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mailferry-refused-'));
});
afterEach(() => {
  disk.isBroken = false;
  rmSync(directory, { recursive: true });
});

it('notes of a folder that no longer fit into memory, and not on the disk either, are an error of the target', () => {
  const pile = new TextPile(join(directory, 'none', 'spill'));
  const fill = (): void => {
    for (let n = 0; n < 100_000; n += 1) pile.next().text('a line of notes that goes on for a while\n');
  };
  expect(fill).toThrow(expect.objectContaining({ name: 'TargetError', code: 'TARGET_ENOENT' }));
});

it('a sync that could not be started says why, and does not blame the disk', async () => {
  vi.mocked(execFile).mockImplementation(((
    _program: string,
    _args: unknown,
    _options: unknown,
    done: (error: Error, out: string, err: string) => void,
  ) => {
    done(Object.assign(new Error('spawn sync EMFILE'), { code: 'EMFILE', syscall: 'spawn sync' }), '', '');
  }) as never);
  const staged = join(directory, 'staged');
  mkdirSync(staged);
  for (let n = 0; n < 20; n += 1) writeFileSync(join(staged, `${n}`), '');
  await expect(syncFileSystem(directory, [staged])).rejects.toMatchObject({ code: 'TARGET_EMFILE' });
});

it('a ledger of which the disk does not give a block is an error of the target', () => {
  const ledger = LedgerFile.open(directory, { layout: 'maildir++', separator: ':' });
  ledger.commit({ lines: [], added: 0, sources: undefined, residue: 0, run: undefined }, false);
  ledger.close();
  const { view, lines, close } = readLedger(directory);
  disk.isBroken = true;
  const eio = expect.objectContaining({ name: 'TargetError', code: 'TARGET_EIO' });
  expect(() => view.find([], 'nobody')).toThrow(eio);
  expect(() => [...lines()]).toThrow(eio);
  close();
});
