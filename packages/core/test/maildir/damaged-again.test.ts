import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  decorateStore,
  type IssueCode,
  maildirTarget,
  openMbox,
  replaceInMessage,
  type TransferReport,
  transfer,
} from '../../src/index.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'damaged-again-'));
  writeFileSync(join(folder, 'mbox'), 'From ann@example.org Thu Jan  1 12:00:00 2004\nSubject: x\n\nx\n\n'.repeat(3));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Converts a source of which every message has an issue. */
async function convert(code: IssueCode): Promise<TransferReport> {
  await using mbox = await openMbox(join(folder, 'mbox'));
  const store = decorateStore(mbox, { message: (message) => replaceInMessage(message, { issues: [{ code }] }) });
  await using target = await maildirTarget(join(folder, 'Maildir'), { fsync: 'none', lanes: 0 });
  return await transfer(store, target, { fingerprint: 'a' });
}

it('a source with a damaged message is read again, so that the next run does not call it whole', async () => {
  await convert('PST_BLOCK_MISSING');
  const again = await convert('PST_BLOCK_MISSING');
  expect(again.totals).toMatchObject({ read: 3, written: 0, alreadyPresent: 3 });
  expect([again.totals.unchanged, again.issues.map(({ code, count }) => [code, count])]).toEqual([undefined, [['PST_BLOCK_MISSING', 3]]]);
});

it('what was only guessed is not read again', async () => {
  await convert('DATE_FROM_HEADER');
  expect((await convert('DATE_FROM_HEADER')).totals).toMatchObject({ alreadyPresent: 3, unchanged: 3 });
});
