import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { LedgerFile } from '../../src/upload/ledger-file.js';

/** A disk that can be full. */
const disk = vi.hoisted(() => ({ isFull: false }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const writeSync = (...args: [number, Uint8Array, number]) => {
    if (disk.isFull) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC', errno: -28 });
    return fs.writeSync(...args);
  };
  return { ...fs, writeSync };
});

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'mailferry-ledger-file-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('says that the disk of the ledger is full, and goes on when there is room again', async () => {
  const ledger = await LedgerFile.open(directory, 'carol');
  ledger.append(['one']);
  disk.isFull = true;
  await expect(ledger.sync()).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
  disk.isFull = false;
  ledger.append(['two']);
  await ledger.close();
  expect(readFileSync(join(directory, 'carol.ledger'), 'utf8')).toMatch(/^\["two"\]\t/m);
});
