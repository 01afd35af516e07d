// What a Takeout has beside the fixture: messages without labels, and one message in the file of each label.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { memoryTarget, type OpenOptions, openStore, transfer } from '../../src/index.js';
import { collect } from './collect.js';

const top = mkdtempSync(join(tmpdir(), 'mailferry-takeout-'));
afterAll(() => rmSync(top, { recursive: true }));
let root = '';
beforeEach(() => {
  root = mkdtempSync(join(top, 'tree-'));
});

function mail(subject: string, labels?: string): string {
  const number = `15000000000000${subject.length}`;
  const field = labels === undefined ? '' : `X-Gmail-Labels: ${labels}\n`;
  return `From ${number}@xxx Tue Mar 19 09:13:51 +0000 2019\nX-GM-THRID: ${number}\n${field}From: a@example.org\nSubject: ${subject}\n\nx\n\n`;
}

async function read(options: OpenOptions = {}, location = root) {
  await using store = await openStore(location, { fromTz: 'UTC', ...options });
  const folders = (await collect(store.folders())).map(({ path }) => path.join('/'));
  const messages = await collect(store.messages());
  const told = messages.map(({ folder, content, flags, filtered }) => [
    folder.join('/'),
    /^Subject: (.*)$/m.exec(Buffer.from(content.bytes()).toString())?.[1],
    [...flags].join(' '),
    filtered,
  ]);
  return { folders, messages: told };
}

describe('a message without labels was read and archived,', () => {
  const MESSAGES = [
    ['Archive', 'plain', '\\Seen', undefined],
    ['INBOX', 'new', '', undefined],
    ['Work', 'work', '\\Seen', undefined],
  ];

  test.each([
    ['the first', mail('plain') + mail('new', 'Inbox,Unread') + mail('work', 'Work')],
    ['the last', mail('new', 'Inbox,Unread') + mail('work', 'Work') + mail('plain')],
  ])('%s of the file', async (_, text) => {
    const path = join(root, 'All mail.mbox');
    writeFileSync(path, text);
    const { folders, messages } = await read();
    expect(messages.sort()).toEqual(MESSAGES);
    expect(folders).toEqual(['INBOX', 'Archive', 'Work']);
    expect((await read({}, path)).messages.sort()).toEqual(MESSAGES);
  });

  test('and a file in which no message has any is a Takeout by its conversations', async () => {
    writeFileSync(join(root, 'All mail.mbox'), mail('plain') + mail('other'));
    expect((await read()).messages.map(([folder]) => folder)).toEqual(['Archive', 'Archive']);
  });
});

describe('a Takeout of single labels has a message in the file of each,', () => {
  beforeEach(() => {
    writeFileSync(join(root, 'Inbox.mbox'), mail('both', 'Inbox,Work') + mail('twice', 'Inbox') + mail('twice', 'Inbox'));
    writeFileSync(join(root, 'Work.mbox'), mail('both', 'Inbox,Work') + mail('one', 'Work'));
  });

  test('and it comes once; equal messages of one file stay two', async () => {
    expect((await read()).messages).toEqual([
      ['INBOX', 'both', '\\Seen Work', undefined],
      ['INBOX', 'twice', '\\Seen', undefined],
      ['INBOX', 'twice', '\\Seen', undefined],
      ['INBOX', 'both', '\\Seen Work', 'duplicate'],
      ['Work', 'one', '\\Seen', undefined],
    ]);
  });

  test('with a folder for each label once in each', async () => {
    await using store = await openStore(root, { fromTz: 'UTC', labels: 'folders' });
    const { totals } = await transfer(store, memoryTarget());
    expect(totals).toMatchObject({ read: 7, written: 5, filtered: 2, filteredBy: { duplicate: 2 } });
  });
});
