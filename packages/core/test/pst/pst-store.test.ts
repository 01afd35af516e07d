import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inspect } from '../../src/pipeline/inspect.js';
import { transfer } from '../../src/pipeline/transfer.js';
import { openStore } from '../../src/sources/index.js';
import { openPst } from '../../src/sources/pst.js';
import { memoryTarget } from '../../src/targets/memory.js';
import { madePst } from './made-pst.js';
import { EXTRACTOR_DATA, enron } from './memory-access.js';
import { PstPatch, writeU32 } from './patch.js';

const scratch = mkdtempSync(join(tmpdir(), 'pst-store-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function stored(octets: Uint8Array): string {
  const path = join(scratch, 'test.pst');
  writeFileSync(path, octets);
  return path;
}

describe('openPst', () => {
  it('moves enron.pst to a target, and nothing again the second time', async () => {
    const target = memoryTarget();
    const source = await openPst(join(EXTRACTOR_DATA, 'enron.pst'));
    const report = await transfer(source, target);
    expect(report.totals).toMatchObject({ read: 71, written: 71, failed: 0, filtered: 0 });
    expect(source.reconciliation()).toEqual({
      expected: 71,
      delivered: 71,
      items: {},
      excluded: {},
      failed: 0,
      unread: 0,
      unlisted: 0,
      missing: 0,
      associated: 0,
    });
    expect((await transfer(source, target)).totals).toMatchObject({ read: 71, written: 0, alreadyPresent: 71 });
    await source[Symbol.asyncDispose]();
  });

  it('has messages with the same flags share one set of them, so that a target works out once what they mean', async () => {
    await using source = await openPst(join(EXTRACTOR_DATA, 'enron.pst'));
    const sets = new Map<string, Set<unknown>>();
    for await (const { flags, content, contentHash } of source.messages()) {
      const key = [...flags].join(' ');
      sets.set(key, (sets.get(key) ?? new Set()).add(flags));
      expect(contentHash).toBe((content as { sha256?: string }).sha256);
    }
    expect([...sets.values()].map(({ size }) => size)).toEqual(Array.from(sets, () => 1));
  });

  it('says of every message of an OST where it went, and reads what was left on request', async () => {
    const path = join(EXTRACTOR_DATA, 'pstextractortest@outlook.com.ost');
    const source = await openPst(path);
    const inspection = await inspect(source);
    expect(inspection).toMatchObject({ dialect: '4k-page OST', excluded: { syncIssues: 1 }, failed: 0 });
    expect(inspection.folders.filter((folder) => folder.specialUse).map((folder) => [folder.path, folder.specialUse])).toEqual([
      [['Deleted Items'], '\\Trash'],
      [['Sent Items'], '\\Sent'],
      [['Archive'], '\\Archive'],
      [['Junk Email'], '\\Junk'],
      [['Drafts'], '\\Drafts'],
    ]);
    expect(inspection.folders.find((folder) => folder.path[0] === 'INBOX')?.messages).toBe(10);
    const { expected, delivered, items, excluded, failed, unread } = source.reconciliation();
    const others = Object.values(items).reduce((sum, count) => sum + count, 0);
    expect({ expected, unread, items }).toEqual({ expected: 183, unread: 0, items: { appointment: 169 } });
    expect(inspection.items).toEqual({ appointment: 169 });
    expect(delivered + others + failed + (excluded.syncIssues ?? 0)).toBe(183);
    await source[Symbol.asyncDispose]();
    const all = await openStore(path, { include: ['syncIssues'], itemsAs: 'mail' });
    const report = await transfer(all, memoryTarget());
    expect(report.totals).toMatchObject({ read: 183, written: 183, items: { read: 0 } });
    expect(report.folders.find((folder) => folder.path[0] === 'Sync Issues')?.read).toBe(1);
    await all[Symbol.asyncDispose]();
  });

  it('PST_MESSAGE_UNREADABLE, PST_MESSAGE_UNLISTED: the books name what was damaged', async () => {
    const patch = new PstPatch(enron());
    patch.data(patch.node(0x200044).bidData, (data) => data.fill(0));
    patch.data(patch.node(0x80ce).bidData, (data) => data.fill(0, 3));
    const { page, entry } = patch.node(0x80e2);
    patch.page(page, (octets) => writeU32(octets, entry - page, 0x80e1));
    const source = await openPst(stored(patch.octets));
    const report = await transfer(source, memoryTarget());
    expect(report.totals).toMatchObject({ read: 71, written: 70, failed: 1 });
    expect(report.issues.find((issue) => issue.code === 'PST_MESSAGE_UNLISTED')?.count).toBe(21);
    expect(report.issues.map((issue) => issue.code)).toContain('PST_MESSAGE_UNREADABLE');
    expect(report.folders.find((folder) => folder.path[0] === 'Recovered')?.read).toBe(7);
    expect(source.reconciliation()).toMatchObject({ expected: 71, delivered: 70, failed: 1, unread: 0, unlisted: 21 });
    await source[Symbol.asyncDispose]();
  });

  it('keeps identities in a copy of the file, and tells messages apart by their node', async () => {
    const ids = async (path: string): Promise<string[]> => {
      const source = await openPst(path);
      const found: string[] = [];
      for await (const message of source.messages()) {
        found.push(message.identity);
      }
      await source[Symbol.asyncDispose]();
      return found;
    };
    const first = await ids(join(EXTRACTOR_DATA, 'enron.pst'));
    expect(new Set(first).size).toBe(71);
    expect(first.every((id) => /^[0-9a-f]{64}-0$/.test(id))).toBe(true);
    expect(await ids(stored(enron()))).toEqual(first);
  });

  it('refuses what is no file and no PST', async () => {
    await expect(openPst(scratch)).rejects.toThrow(expect.objectContaining({ code: 'SOURCE_NOT_REGULAR' }));
    await expect(openPst(join(scratch, 'absent'))).rejects.toThrow(expect.objectContaining({ code: 'SOURCE_NOT_FOUND' }));
    await expect(openPst(stored(new Uint8Array(2000)))).rejects.toThrow(expect.objectContaining({ code: 'PST_NOT_RECOGNISED' }));
  });
});

describe('folders of one name', () => {
  it('are told, whether they become one or get another name', async () => {
    const messages = (subject: string) => [{ subject, body: 'text' }];
    const { octets } = madePst({
      folders: [
        { name: 'Inbox', specialUse: 'inbox', messages: messages('1') },
        { name: 'inbox', messages: messages('2') },
        { name: 'Plans', messages: messages('3') },
        { name: 'Plans', messages: messages('4') },
        { name: 'Empty' },
        { name: 'Empty' },
      ],
    });
    const store = await openPst(stored(octets));
    const { folders } = await inspect(store);
    expect(folders.map(({ path, messages: count }) => `${path.join('/')} ${count}`)).toEqual([
      'INBOX 1',
      'inbox (2) 1',
      'Plans 2',
      'Empty 0',
    ]);
    expect(store.issues.map(({ code, note }) => [code, note])).toEqual([
      ['PST_FOLDER_RENAMED', '"inbox" is "inbox (2)" now: it is not the Inbox'],
      ['FOLDERS_MERGED', 'Plans'],
    ]);
    await store[Symbol.asyncDispose]();
  });
});
