// Folders whose names collide stay where an earlier run put them, whatever folders a later run reads.
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dryRun, maildirTarget, openStore, select, type TransferReport, transfer } from '../../src/index.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kept-places-'));
  mkdirSync(join(home, 'mail'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const add = (folder: string, ...numbers: number[]): void => {
  for (const n of numbers)
    appendFileSync(join(home, 'mail', folder), `From ann@example.org Thu Jan  ${n} 12:00:00 2004\nSubject: ${n}\n\nBerth ${n}\n\n`);
};

async function convert(...folders: string[]): Promise<TransferReport> {
  await using store = await openStore(join(home, 'mail'), { fromTz: 'UTC' });
  await using target = await maildirTarget(join(home, 'Maildir'), { fsync: 'none', lanes: 0 });
  return await transfer(folders.length === 0 ? store : select(store, { folders }), target, { fingerprint: folders.join() });
}

/** The subjects in a directory of the Maildir. */
const subjects = (directory: string): number[] => {
  const cur = join(home, 'Maildir', directory, 'cur');
  return readdirSync(cur)
    .map((name) => Number(/^Subject: (\d+)/.exec(readFileSync(join(cur, name), 'utf8'))?.[1]))
    .sort((a, b) => a - b);
};

const codes = ({ issues }: TransferReport): string[] => issues.map(({ code }) => code).sort();

describe('subscriptions', () => {
  it('of a folder that is there already are left to the user', async () => {
    const subscribed = (): string => readFileSync(join(home, 'Maildir', 'subscriptions'), 'utf8');
    writeFileSync(join(home, 'mail', '.subscriptions'), 'boat\nharbour\n');
    add('boat', 1);
    await convert();
    expect(subscribed()).toBe('V\t2\n\nboat\n');
    writeFileSync(join(home, 'Maildir', 'subscriptions'), 'V\t2\n\nown\n');
    add('boat', 2);
    add('harbour', 3);
    await convert();
    expect(subscribed()).toBe('V\t2\n\nown\nharbour\n');
  });
});

describe('names that collide', () => {
  it('keep their places when only one of them is read', async () => {
    add('a.b', 1, 2);
    add('a_b', 3, 4);
    expect(codes(await convert())).toEqual(['FOLDER_NAMES_COLLIDE', 'FOLDER_NAME_CHANGED']);
    expect([subjects('.a_b'), subjects('.a_b_2')]).toEqual([
      [1, 2],
      [3, 4],
    ]);
    add('a_b', 5);
    const { totals } = await convert('a_b');
    expect(totals).toMatchObject({ read: 3, written: 1, alreadyPresent: 2, filtered: 0 });
    expect([subjects('.a_b'), subjects('.a_b_2')]).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
  });

  it('keep their places when another comes, which stands before them', async () => {
    add('a_b', 3, 4);
    await convert();
    add('a.b', 1, 2);
    add('a_b', 5);
    const { totals } = await convert();
    expect(totals).toMatchObject({ read: 5, written: 3, alreadyPresent: 2 });
    expect([subjects('.a_b'), subjects('.a_b_2')]).toEqual([
      [3, 4, 5],
      [1, 2],
    ]);
  });

  it('are told by a run that is only tried, which makes nothing', async () => {
    add('a.b', 1);
    add('a_b', 3);
    writeFileSync(join(home, 'mail', 'b'), '');
    await using store = await openStore(join(home, 'mail'), { fromTz: 'UTC' });
    await using target = await maildirTarget(join(home, 'Maildir'), { fsync: 'none', lanes: 0 });
    expect(codes(await transfer(store, dryRun(target)))).toEqual(['FOLDER_NAMES_COLLIDE', 'FOLDER_NAME_CHANGED']);
    expect(readdirSync(home)).toEqual(['mail']);
  });
});
