// Live mailboxes: locked while they are read where that is wanted, and else read without taking half a change for mail.
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maildirTarget, openMbox, type TransferEvent, type TransferReport, transfer } from '../../src/index.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'locked-'));
  path = join(folder, 'inbox');
  writeFileSync(path, mboxOf(0, 3));
});
afterEach(() => rmSync(folder, { recursive: true }));

const mboxOf = (from: number, to: number, size = 20): string =>
  Array.from(
    { length: to - from },
    (_, i) => `From ann@example.org Thu Jan  1 12:00:00 2004\nSubject: ${from + i}\n\n${'x'.repeat(size)}\n\n`,
  ).join('');

function writerFinds(): 'free' | 'locked' {
  const script = `import fcntl,sys\nf=open(sys.argv[1],'r+')\ntry: fcntl.lockf(f,fcntl.LOCK_EX|fcntl.LOCK_NB)\nexcept OSError: sys.exit(1)`;
  return spawnSync('python3', ['-c', script, path]).status === 0 ? 'free' : 'locked';
}

async function convert(source: string, lock = false): Promise<TransferReport> {
  await using store = await openMbox(source, { fromTz: 'UTC', lock });
  await using target = await maildirTarget(join(folder, 'Maildir'), { fsync: 'none', lanes: 0 });
  return await transfer(store, target, { fingerprint: 'a' });
}

const codes = ({ issues }: TransferReport): string[] => issues.map(({ code }) => code);

describe('with a lock', () => {
  it('keeps writers out while an mbox is read, and no longer', async () => {
    await using store = await openMbox(path, { lock: true });
    for await (const _ of store.folders());
    expect(writerFinds()).toBe('free');
    const seen: string[] = [];
    for await (const _ of store.messages()) seen.push(`${writerFinds()} ${readdirSync(folder).join(' ')}`);
    expect(seen).toEqual(Array.from({ length: 3 }, () => 'locked inbox inbox.lock'));
    expect([writerFinds(), readdirSync(folder)]).toEqual(['free', ['inbox']]);
  });

  it('locks the file that a link names, and lets go of it when reading ends early', async () => {
    const link = join(folder, 'link');
    symlinkSync(path, link);
    await using store = await openMbox(link, { lock: true });
    for await (const _ of store.messages()) {
      expect(readdirSync(folder)).toContain('inbox.lock');
      break;
    }
    expect([writerFinds(), readdirSync(folder)]).toEqual(['free', ['inbox', 'link']]);
  });

  it('goes on behind the known start under the lock', async () => {
    await convert(path, true);
    appendFileSync(path, mboxOf(3, 5));
    const grown = await convert(path, true);
    expect([grown.totals.read, grown.totals.written, grown.totals.bytesRead]).toEqual([5, 2, mboxOf(3, 5).length]);
  });

  it('says when the folder allows no dotlock: SOURCE_DOTLOCK_DENIED', () => {
    const spool = join(folder, 'spool');
    mkdirSync(spool);
    writeFileSync(join(spool, 'ann'), mboxOf(0, 2));
    for (const one of [folder, spool]) chmodSync(one, 0o555);
    try {
      const script = `import { openMbox } from '@mailferry/core';
        const store = await openMbox(process.argv[1], { lock: true });
        for await (const _ of store.messages());
        console.log(JSON.stringify(store.issues.map(({ code }) => code)));`;
      const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
      const out = execFileSync(process.execPath, ['--input-type=module', '-e', script, join(spool, 'ann')], { encoding: 'utf8', ...user });
      expect(JSON.parse(out)).toEqual(['SOURCE_DOTLOCK_DENIED']);
    } finally {
      for (const one of [folder, spool]) chmodSync(one, 0o755);
    }
  });
});

describe('without a lock', () => {
  it('leaves the last message to the next run while a file grows: SOURCE_CHANGED', async () => {
    writeFileSync(path, mboxOf(0, 400, 20_000));
    {
      await using store = await openMbox(path, { fromTz: 'UTC' });
      await using target = await maildirTarget(join(folder, 'Maildir'), { fsync: 'none', lanes: 0 });
      let isGrown = false;
      const observe = (event: TransferEvent): void => {
        if (event.type !== 'delivery' || isGrown) return;
        appendFileSync(path, mboxOf(400, 401));
        isGrown = true;
      };
      const report = await transfer(store, target, { fingerprint: 'a', observe });
      expect([codes(report), report.totals.read]).toEqual([['SOURCE_CHANGED'], 399]);
    }
    const next = await convert(path);
    expect([next.totals.written, next.totals.failed, codes(next)]).toEqual([2, 0, []]);
    expect(readdirSync(join(folder, 'Maildir/cur')).length).toBe(401);
  });

  it('stops where a file is written anew, and delivers what it had', async () => {
    writeFileSync(path, mboxOf(0, 400, 20_000));
    await using store = await openMbox(path, { fromTz: 'UTC' });
    await using target = await maildirTarget(join(folder, 'Maildir'), { fsync: 'none', lanes: 0 });
    let isDone = false;
    const report = await transfer(store, target, {
      fingerprint: 'a',
      observe: (event) => {
        if (event.type !== 'delivery' || isDone) return;
        writeFileSync(path, mboxOf(7, 400, 20_001));
        isDone = true;
      },
    });
    expect(codes(report)).toEqual(['SOURCE_CHANGED']);
    expect(report.totals.read).toBeLessThan(300);
    expect(report.totals.failed).toBe(0);
  });

  it('waits for a writer with a dotlock, and leaves the last message where it stays', { timeout: 30_000 }, async () => {
    writeFileSync(`${path}.lock`, '1:elsewhere.example.org');
    const waiting = convert(path);
    setTimeout(() => {
      appendFileSync(path, mboxOf(3, 4));
      unlinkSync(`${path}.lock`);
    }, 300);
    const report = await waiting;
    expect([report.totals.written, codes(report)]).toEqual([4, []]);
    appendFileSync(path, mboxOf(4, 6));
    writeFileSync(`${path}.lock`, '1:elsewhere.example.org');
    const locked = await convert(path);
    expect([locked.totals.written, codes(locked)]).toEqual([1, ['SOURCE_CHANGED']]);
  });
});
