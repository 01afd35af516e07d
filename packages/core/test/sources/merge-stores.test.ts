import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { mergeStores, openStore } from '../../src/sources/index.js';
import { mboxOf, SAMPLES, writeTree } from '../conformance/store-samples.js';
import { collect } from './collect.js';

const root = mkdtempSync(join(tmpdir(), 'mailferry-merge-'));
afterAll(() => rmSync(root, { recursive: true }));

const small = SAMPLES.slice(0, 3);

test('folders of one name become one: reported, UIDs of the first source alone, twins counted over both', async () => {
  const [a, b] = [join(root, 'a'), join(root, 'b')];
  writeFileSync(a, mboxOf(small, '1000000000 0000000099'));
  writeFileSync(b, mboxOf(small, '2000000000 0000000099'));
  await using store = mergeStores([await openStore(a, { fromTz: 'UTC' }), await openStore(b, { fromTz: 'UTC' })]);
  const folders = await collect(store.folders());
  expect(folders).toMatchObject([{ path: ['INBOX'], uidValidity: 1000000000 }]);
  const messages = await collect(store.messages());
  expect(messages.map(({ uid }) => uid)).toEqual([3, 6, 9, undefined, undefined, undefined]);
  expect(messages.map(({ identity }) => identity.slice(64))).toEqual(['-0', '-0', '-0', '-1', '-1', '-1']);
  expect(messages.map(({ span }) => span?.file)).toEqual([0, 0, 0, 1, 1, 1]);
  expect(store.files?.map(({ path }) => path)).toEqual([a, b]);
  expect(store.issues.filter(({ code }) => code === 'FOLDERS_MERGED')).toEqual([
    { code: 'FOLDERS_MERGED', where: { path: b }, note: 'INBOX' },
  ]);
});

test('each special use is given once', async () => {
  writeTree(join(root, 'c'), { 'sent-mail': mboxOf(small) });
  writeTree(join(root, 'd'), { Sent: mboxOf(small), Drafts: mboxOf(small) });
  await using store = mergeStores([await openStore(join(root, 'c')), await openStore(join(root, 'd'))]);
  const folders = await collect(store.folders());
  expect(folders.map(({ path, specialUse }) => [path[0], specialUse])).toEqual([
    ['Drafts', '\\Drafts'],
    ['Sent', '\\Sent'],
    ['sent-mail', undefined],
  ]);
});

test('one store stays what it is', async () => {
  const store = await openStore(join(root, 'a'));
  expect(mergeStores([store])).toBe(store);
  await store[Symbol.asyncDispose]();
});
