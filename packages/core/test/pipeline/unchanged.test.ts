import { linkSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { digestExactly, maildirTarget, openStore, type TransferReport, transfer, verify } from '../../src/index.js';

const scratch: string = mkdtempSync(join(tmpdir(), 'unchanged-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const mbox = (...subjects: readonly string[]): string =>
  subjects.map((subject) => `From a@example.org Mon Jan  1 10:00:00 2024\nSubject: ${subject}\n\ntext\n\n`).join('');

async function convert(source: string, target: string): Promise<TransferReport> {
  await using store = await openStore(source, { fromTz: 'UTC' });
  await using maildir = await maildirTarget(target, { fsync: 'none', lanes: 0 });
  return await transfer(store, maildir, { fingerprint: 'a' });
}

async function failuresOf(source: string, target: string): Promise<number> {
  await using store = await openStore(source, { fromTz: 'UTC' });
  await using maildir = await openStore(`maildir:${target}`);
  return (await verify(store, maildir, { digest: digestExactly })).failures;
}

const byFolder = ({ folders }: TransferReport): unknown[] =>
  folders.map(({ path, read, written, alreadyPresent }) => [path.join('/'), read, written, alreadyPresent]);

describe('a file that is what it was', () => {
  it('is read where a directory above it has another name, which gives it another folder', async () => {
    const [home, target] = [join(scratch, 'home'), join(scratch, 'home-Maildir')];
    mkdirSync(join(home, 'Work'), { recursive: true });
    writeFileSync(join(home, 'Work', 'letters'), mbox('one', 'two'));
    await convert(home, target);
    renameSync(join(home, 'Work'), join(home, 'Projects'));
    expect(byFolder(await convert(home, target))).toContainEqual(['Projects/letters', 2, 2, 0]);
    expect(await failuresOf(home, target)).toBe(0);
    expect(byFolder(await convert(home, target))).toContainEqual(['Projects/letters', 2, 0, 2]);
  });

  it('is read where a run begins further up in the tree', async () => {
    const [home, target] = [join(scratch, 'further'), join(scratch, 'further-Maildir')];
    mkdirSync(join(home, 'mail'), { recursive: true });
    writeFileSync(join(home, 'mail', 'letters'), mbox('one', 'two'));
    await convert(join(home, 'mail'), target);
    await convert(home, target);
    expect(await failuresOf(home, target)).toBe(0);
  });

  it('counts in each of its folders where it has two names', async () => {
    const [home, target] = [join(scratch, 'linked'), join(scratch, 'linked-Maildir')];
    mkdirSync(home);
    writeFileSync(join(home, 'letters'), mbox('one', 'two', 'three'));
    linkSync(join(home, 'letters'), join(home, 'again'));
    await convert(home, target);
    const again = await convert(home, target);
    expect(again.totals.unchanged).toBe(6);
    expect(byFolder(again)).toEqual(
      expect.arrayContaining([
        ['letters', 3, 0, 3],
        ['again', 3, 0, 3],
      ]),
    );
  });
});
