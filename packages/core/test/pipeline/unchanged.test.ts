import { appendFileSync, linkSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type Delivery,
  digestExactly,
  type LedgerView,
  type MailTarget,
  type Message,
  maildirTarget,
  openStore,
  restore,
  select,
  type TransferOptions,
  type TransferReport,
  transfer,
  verify,
  withItemFiles,
} from '../../src/index.js';

const scratch: string = mkdtempSync(join(tmpdir(), 'unchanged-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const mbox = (...subjects: readonly string[]): string =>
  subjects.map((subject) => `From a@example.org Mon Jan  1 10:00:00 2024\nSubject: ${subject}\n\ntext\n\n`).join('');

async function convert(source: string, target: string, options: TransferOptions = {}): Promise<TransferReport> {
  await using store = await openStore(source, { fromTz: 'UTC' });
  await using maildir = await maildirTarget(target, { fsync: 'none', lanes: 0 });
  return await transfer(store, maildir, { fingerprint: 'a', ...options });
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
    const second = await convert(home, target);
    expect(byFolder(second)).toContainEqual(['Projects/letters', 2, 2, 0]);
    // The tree has no mbox beside the directory that is gone.
    expect(second.issues).toMatchObject([{ code: 'SOURCE_MESSAGE_GONE', count: 2, first: [{ note: 'Work/letters, UID 1' }, {}] }]);
    expect(await failuresOf(home, target)).toBe(0);
    expect(byFolder(await convert(home, target))).toContainEqual(['Projects/letters', 2, 0, 2]);
  });

  it('is read where a run begins further up in the tree', async () => {
    const [home, target] = [join(scratch, 'further'), join(scratch, 'further-Maildir')];
    mkdirSync(join(home, 'mail'), { recursive: true });
    writeFileSync(join(home, 'mail', 'letters'), mbox('one', 'two'));
    await convert(join(home, 'mail'), target);
    const further = await convert(home, target, { propagateDeletes: true });
    expect(await failuresOf(home, target)).toBe(0);
    // The file has its messages still, for another folder: nothing is gone.
    expect(further.issues).toEqual([]);
    expect(restore(target, join(scratch, 'back')).restored).toMatchObject([{ messages: 2 }]);
    expect(readFileSync(join(scratch, 'back', 'letters'), 'utf8')).toBe(mbox('one', 'two'));
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

  it('is read again where one of its messages was refused by the target', async () => {
    const [source, target] = [join(scratch, 'refused'), join(scratch, 'refused-Maildir')];
    writeFileSync(source, mbox('one', 'two'));
    await using store = await openStore(source, { fromTz: 'UTC' });
    const maildir = await maildirTarget(target, { fsync: 'none', lanes: 0 });
    const refusing: MailTarget = {
      ...withItemFiles(maildir, `${target}-items`),
      deliverBatches: (batches, last) => refuseFirst(maildir, batches, last),
    };
    expect((await transfer(store, refusing, { fingerprint: 'a' })).totals).toMatchObject({ written: 1, failed: 1 });
    await maildir[Symbol.asyncDispose]();
    expect((await convert(source, target)).totals).toMatchObject({ written: 1, alreadyPresent: 1 });
  });

  it('is read whole when it has grown, where a filter left an equal message out: the next equal one is another', async () => {
    const [source, target] = [join(scratch, 'filtered'), join(scratch, 'filtered-Maildir')];
    const twin = (month: string) => mbox('twin').replace('Jan', month);
    const run = async (thorough: boolean) => {
      await using store = await openStore(source, { fromTz: 'UTC' });
      await using maildir = await maildirTarget(target, { fsync: 'none', lanes: 0 });
      return (await transfer(select(store, { since: Date.UTC(2024, 1) }), maildir, { fingerprint: 'since', thorough })).totals;
    };
    writeFileSync(source, twin('Jan') + twin('Mar'));
    expect(await run(false)).toMatchObject({ written: 1, filtered: 1 });
    appendFileSync(source, twin('Apr'));
    expect(await run(false)).toMatchObject({ written: 1, alreadyPresent: 1, filtered: 1 });
    expect(await run(true)).toMatchObject({ written: 0, alreadyPresent: 2, filtered: 1 });
  });
});

async function* refuseFirst(
  target: MailTarget,
  batches: AsyncIterable<readonly Message[]>,
  last: LedgerView,
): AsyncGenerator<readonly Delivery[]> {
  const refused: Message[] = [];
  const others = async function* () {
    for await (const batch of batches) {
      if (refused.length === 0) refused.push(...batch.slice(0, 1));
      yield batch.filter((message) => !refused.includes(message));
    }
  };
  yield* target.deliverBatches?.(others(), last) ?? [];
  yield refused.map((message) => ({ message, status: 'failed', failure: { code: 'IMAP_MESSAGE_REFUSED' } }));
}
