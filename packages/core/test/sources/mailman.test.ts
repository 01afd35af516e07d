import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../../src/index.js';
import { archivePeriod } from '../../src/sources/mailman.js';
import { collect } from './collect.js';

test('every name of Pipermail has its place in time', () => {
  const names = [
    '2001.txt',
    '2001-January.txt.gz',
    '2001q2.txt',
    '20010516.txt',
    'Week-of-Mon-20010521.txt.gz',
    '2001-december.txt',
    '2002q1.txt',
  ];
  const periods = names.map(archivePeriod);
  expect(periods).not.toContain(undefined);
  expect(periods).toEqual([...periods].sort((a, b) => (a ?? 0) - (b ?? 0)));
});

test.each(['2001-Foo.txt', 'inbox', '2001q5.txt', 'notes.txt', '2001-July.mbox'])('%s is no archive', (name) => {
  expect(archivePeriod(name)).toBeUndefined();
});

test('of a tree of lists the mbox of a list is read, and not the months that Pipermail made of it', async () => {
  const root = mkdtempSync(join(tmpdir(), 'mailferry-lists-'));
  const mail = 'From a@b  Thu Jan  1 12:00:00 2004\nFrom: a@b\nSubject: x\n\nx\n';
  try {
    for (const directory of ['sailing', 'sailing.mbox', 'rowing']) mkdirSync(join(root, directory));
    for (const name of ['sailing/2004-January.txt', 'sailing.mbox/sailing.mbox', 'sailing/notes', 'rowing/2004-January.txt'])
      writeFileSync(join(root, name), mail);
    await using store = await openStore(root, { fromTz: 'UTC' });
    const folders = (await collect(store.messages())).map(({ folder }) => folder.join('/'));
    expect(folders.sort()).toEqual(['rowing/2004-January.txt', 'sailing', 'sailing/notes']);
    expect(store.leftAlone.map(({ reason }) => reason)).toEqual(['a month that Pipermail made of sailing.mbox/sailing.mbox']);
  } finally {
    rmSync(root, { recursive: true });
  }
});
