import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LedgerFile } from '../../src/upload/ledger-file.js';
import { LedgerLock } from '../../src/upload/ledger-lock.js';

describe('the lock of a ledger', () => {
  let directory: string;
  let ledger: string;
  let lock: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'mailferry-lock-'));
    ledger = join(directory, 'a.ledger');
    lock = `${ledger}.lock`;
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  const locked = expect.objectContaining({ code: 'TARGET_LOCKED', retryable: true });

  it('lets one in at a time, and leaves nothing behind', () => {
    const first = new LedgerLock(ledger);
    expect(readFileSync(lock, 'utf8')).toMatch(new RegExp(`^${process.pid} \\d* ${hostname()}$`));
    expect(() => new LedgerLock(ledger)).toThrow(locked);
    expect(() => new LedgerLock(ledger)).toThrow(expect.objectContaining({ help: expect.stringContaining('this very process') }));
    first.release();
    new LedgerLock(ledger).release();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is taken over from a process that is no more, also from an older mailferry', () => {
    for (const holder of [`4194303 17 ${hostname()}`, '4194303 17', `${process.pid} 1 ${hostname()}`, '']) {
      writeFileSync(lock, holder);
      new LedgerLock(ledger).release();
      expect(readdirSync(directory), holder).toEqual([]);
    }
  });

  it('of another machine holds for five minutes after it was touched', () => {
    writeFileSync(lock, `4194303 17 not-${hostname()}`);
    expect(() => new LedgerLock(ledger)).toThrow(
      expect.objectContaining({ notes: [`it has the process id 4194303 on not-${hostname()}`] }),
    );
    const then = new Date(Date.now() - 301_000);
    utimesSync(lock, then, then);
    const ours = new LedgerLock(ledger);
    // Whoever has taken it meanwhile keeps it.
    writeFileSync(lock, 'another');
    ours.release();
    expect(existsSync(lock)).toBe(true);
  });

  it('is not taken where the ledger cannot be written, which is told as an error', async () => {
    writeFileSync(ledger, '');
    await expect(LedgerFile.open(ledger, 'b')).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      help: expect.stringContaining('--ledger'),
    });
    mkdirSync(join(directory, 'c.ledger'));
    await expect(LedgerFile.open(directory, 'c')).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
    expect(existsSync(join(directory, 'c.ledger.lock'))).toBe(false);
  });
});
