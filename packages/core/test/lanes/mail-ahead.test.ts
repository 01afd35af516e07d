import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bulkPst, type FolderSpec, type MessageSpec, TORTURE_CASES, writePstFile } from '@mailferry/pst-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// a thread cannot be started from TypeScript source: lanes are tested as they were built
import { type Message, memoryTarget, openPst, transfer } from '../../dist/index.js';

let home: string;
let path: string;

const DN = '/o=Example/ou=Site/cn=Recipients/cn=ann';

/** A mail to an Exchange address that only another message of the store explains. */
const toExchange = (number: number): MessageSpec => ({
  subject: `to ann ${number}`,
  body: 'a text\r\n',
  date: new Date(1_600_000_000_000 + number),
  recipients: [{ name: `Ann ${number}`, address: DN, addressType: 'EX' }],
});
const explaining: MessageSpec = {
  subject: 'who ann is',
  body: 'a text\r\n',
  recipients: [{ name: 'Ann', address: DN, addressType: 'EX', properties: [[0x39fe001f, 'ann@example.org']] }],
};
/** Larger than a slot of the thread, and larger than what is held in memory. */
const large = (octets: number): MessageSpec => ({
  subject: `large ${octets}`,
  attachments: [{ name: 'a.bin', data: Buffer.alloc(octets, octets) }],
});

function folders(): FolderSpec[] {
  const made = Object.entries(TORTURE_CASES)
    .filter(([name]) => ['oddMail', 'items', 'attachmentMethods', 'deepEmbedded', 'string8WithoutCodePage'].includes(name))
    .flatMap(([name, make]) => make().folders.map((folder) => ({ ...folder, name: `${name} ${folder.name}` })));
  const exchange = { name: 'Exchange', messages: [...Array.from({ length: 40 }, (_, i) => toExchange(i)), explaining] };
  const sizes = { name: 'Sizes', messages: [large(900_000), large(1_500_000), large(5_000_000)] };
  const bulk = bulkPst(7, { messages: 700, attachmentEvery: 4, attachmentSize: [1000, 60_000], textWords: 120, folders: 3 });
  return [...bulk.folders.slice(0, 1), ...made, exchange, ...bulk.folders.slice(1), sizes];
}

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'mailferry-mail-ahead-'));
  path = join(home, 'made.pst');
  writePstFile(path, { variant: 'unicode', cipher: 'permute', folders: folders() });
});
afterAll(() => rmSync(home, { recursive: true }));

const factsOf = (message: Message) => ({
  sourceId: message.sourceId,
  folder: message.folder,
  sha256: createHash('sha256').update(message.content.bytes()).digest('hex'),
  size: message.content.size,
  crlfSize: message.content.crlfSize,
  hash: message.contentHash,
  flags: [...message.flags],
  date: message.internalDate,
  dateSource: message.dateSource,
  issues: message.issues,
  failure: message.failure,
});

async function read(lanes: 0 | 1, itemsAs: 'items' | 'mail' = 'items') {
  await using store = await openPst(path, { lanes, itemsAs });
  const facts: ReturnType<typeof factsOf>[] = [];
  const kept: Message[] = [];
  for await (const batch of store.batches?.({ wantsIdentities: true }) ?? []) {
    facts.push(...batch.map(factsOf));
    kept.push(...batch);
  }
  let items = 0;
  for await (const _ of store.items?.() ?? []) items += 1;
  return { facts, again: kept.map(factsOf), items, books: store.reconciliation() };
}

describe('messages that another thread converts', () => {
  it.each(['items', 'mail'] as const)('are the same in the same order, issues and books included (items as %s)', async (itemsAs) => {
    const alone = await read(0, itemsAs);
    const ahead = await read(1, itemsAs);
    expect(ahead.facts).toEqual(alone.facts);
    expect(ahead.books).toEqual(alone.books);
    expect(ahead.items).toBe(alone.items);
    expect(alone.books.unread).toBe(0);
    expect(alone.facts.length).toBeGreaterThan(750);
    // Addresses that the whole store explains are among them.
    expect(alone.facts.some(({ issues }) => issues.some(({ code }) => code === 'MAPI_ADDRESS_UNRESOLVED'))).toBe(false);
  });

  it('stay readable when their place in memory was used again', async () => {
    const { facts, again } = await read(1);
    expect(again).toEqual(facts);
  });

  it('come to a target that leaves early, and the file is closed all the same', async () => {
    const store = await openPst(path, { lanes: 1 });
    for await (const batch of store.batches?.({ wantsIdentities: true }) ?? []) {
      expect(batch.length).toBeGreaterThan(0);
      break;
    }
    await store[Symbol.asyncDispose]();
  });

  it('are read twice by one store, and by two stores at a time', async () => {
    await using one = await openPst(path, { lanes: 1 });
    await using two = await openPst(path, { lanes: 1 });
    const reports = await Promise.all([transfer(one, memoryTarget()), transfer(two, memoryTarget())]);
    const again = await transfer(one, memoryTarget());
    for (const { totals } of [...reports, again]) expect(totals).toMatchObject({ read: totals.written, failed: 0 });
    expect(again.totals.written).toBe(reports[1].totals.written);
  });
});
