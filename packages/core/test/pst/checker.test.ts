import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ordinaryMail, Random, writePstFile } from '@mailferry/pst-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPeer } from '../../../../scripts/oracle/peer.ts';
import {
  type Difference,
  digestExactly,
  maildirTarget,
  openMaildir,
  openStore,
  readLedger,
  storedDate,
  transfer,
  verify,
} from '../../src/index.js';

const CHECKER = fileURLToPath(new URL('../../../../scripts/verify_independent.py', import.meta.url));

describe.runIf(hasPeer('python3'))('the independent checker on a PST', () => {
  let directory = '';
  const path = (name: string): string => join(directory, name);
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'mailferry-checker-'));
    const random = new Random(3);
    writePstFile(path('mail.pst'), {
      folders: [{ name: 'Inbox', specialUse: 'inbox', messages: Array.from({ length: 12 }, (_, i) => ordinaryMail(random, i, 20)) }],
    });
    await using store = await openStore(path('mail.pst'));
    await using target = await maildirTarget(path('Maildir'), { fsync: 'none' });
    await transfer(store, target);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const checked = (): { status: number | null; kinds: string[] } => {
    const { status, stdout, stderr } = spawnSync('python3', [CHECKER, path('Maildir')], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const lines = stdout.trimEnd().split('\n').slice(0, -1);
    return { status, kinds: lines.map((line) => String((JSON.parse(line) as { kind: unknown }).kind)) };
  };
  const ours = async (): Promise<string[]> => {
    const found: Difference[] = [];
    await using store = await openStore(path('mail.pst'));
    await using target = await openMaildir(path('Maildir'), { namesAbsent: true });
    const ledger = readLedger(path('Maildir'));
    const stored = { flags: (flags: ReadonlySet<string>) => flags, date: storedDate };
    await verify(store, target, { digest: digestExactly, ledger: ledger.view, stored, observe: (difference) => found.push(difference) });
    ledger.close();
    return found.map(({ kind }) => kind);
  };
  const file = (i: number): string => join(path('Maildir/cur'), readdirSync(path('Maildir/cur')).sort()[i] ?? '');

  it('agrees with verify: clean, altered by one octet, dated otherwise, and with another flag', async () => {
    expect([checked(), await ours()]).toEqual([{ status: 0, kinds: [] }, []]);
    const [name, { mtime }] = [file(5), statSync(file(5))];
    const octets = readFileSync(name);
    const spoilt = Buffer.from(octets);
    spoilt[spoilt.length - 5] = (spoilt[spoilt.length - 5] ?? 0) ^ 1;
    writeFileSync(name, spoilt);
    utimesSync(name, mtime, mtime);
    expect([checked(), await ours()]).toEqual([{ status: 1, kinds: ['altered'] }, ['altered']]);
    writeFileSync(name, octets);
    utimesSync(name, 5, 5);
    expect([checked(), await ours()]).toEqual([{ status: 1, kinds: ['date'] }, ['date']]);
    utimesSync(name, mtime, mtime);
    renameSync(name, name.includes('F') && name.endsWith('F') ? name.slice(0, -1) : name.replace(/:2,.*$/, ':2,F'));
    expect([checked(), await ours()]).toEqual([{ status: 0, kinds: ['flagsByUser'] }, ['flagsByUser']]);
  });
});
