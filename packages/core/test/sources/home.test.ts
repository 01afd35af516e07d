import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { sortFlags } from '../../src/model/flag.js';
import type { Folder } from '../../src/model/folder.js';
import type { Message } from '../../src/model/message.js';
import { openStore } from '../../src/sources/index.js';
import { collect, countBy } from './collect.js';

const home = fileURLToPath(new URL('../../../../test-fixtures/home/ann', import.meta.url));

async function read(location: string, variables = {}): Promise<{ folders: Folder[]; messages: Message[]; left: Map<string, string> }> {
  await using store = await openStore(location, { fromTz: 'UTC', variables });
  const folders = await collect(store.folders());
  const messages = await collect(store.messages());
  return { folders, messages, left: new Map(store.leftAlone.map(({ path, reason }) => [path.slice(path.indexOf('/ann/') + 5), reason])) };
}

test('a home gives its folders with UIDs, keywords, subscriptions and special uses', async () => {
  const { folders } = await read(home);
  expect(folders.map(({ path, specialUse, subscribed }) => [path.join('/'), specialUse, subscribed])).toEqual([
    ['INBOX', undefined, true],
    ['empty', undefined, false],
    ['postponed-msgs', '\\Drafts', false],
    ['projects/boat', undefined, true],
    ['saved-messages', '\\Archive', true],
    ['sent-mail', '\\Sent', true],
    ['Работа/2003', undefined, false],
    ['Работа/отчёты/Q3', undefined, false],
  ]);
  expect(folders[0]).toMatchObject({ uidValidity: 1075713231, uidNext: 42, keywords: ['$Forwarded', '$Label1', 'invoice', 'family'] });
});

test('subscriptions are found above the mail directory, and however the client named the folder', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'mailferry-home-'));
  try {
    const mail = join(directory, 'ann', 'mail');
    mkdirSync(mail, { recursive: true });
    const mbox = 'From ann@example.org Mon Jan  3 10:00:00 2005\nFrom: ann@example.org\nSubject: x\n\nx\n';
    for (const name of ['boat', 'tilde', 'absolute', 'elsewhere', 'plain', 'caf&AOk-']) writeFileSync(join(mail, name), mbox);
    const names = [
      'mail/boat\r',
      '~/mail/tilde',
      '/home/ann/mail/absolute',
      '/srv/bob/mail/elsewhere',
      '#mh/plain',
      '{host}mail/plain',
      'mail/caf&AOk-',
      'plain',
    ];
    writeFileSync(join(directory, 'ann', '.mailboxlist'), `${names.join('\n')}\n`);
    const subscribed = async (location: string): Promise<string[]> =>
      (await read(location)).folders.filter((folder) => folder.subscribed).map(({ path }) => path.join('/'));
    expect(await subscribed(`mbox:${mail}`)).toEqual(['absolute', 'boat', 'café', 'tilde']);
    // in the home itself a name without a directory is one of its own
    writeFileSync(join(directory, 'ann', '.profile'), '');
    expect(await subscribed(join(directory, 'ann'))).toEqual(['absolute', 'boat', 'café', 'plain', 'tilde']);
    // a list that names nothing of this tree decides nothing
    writeFileSync(join(directory, 'ann', '.mailboxlist'), 'Mail/boat\n');
    expect((await read(`mbox:${mail}`)).folders.map((folder) => folder.subscribed)).not.toContain(false);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("Dovecot's list of subscriptions means what it says: INBOX only where it stands, names with # and ~ too", async () => {
  const directory = mkdtempSync(join(tmpdir(), 'mailferry-home-'));
  try {
    for (const name of ['INBOX', '#lists', '{host}', 'boat']) {
      writeFileSync(join(directory, name), 'From ann@example.org Mon Jan  3 10:00:00 2005\nFrom: ann@example.org\nSubject: x\n\nx\n');
    }
    const subscribed = async (): Promise<string[]> =>
      (await read(`mbox:${directory}`)).folders.filter((folder) => folder.subscribed).map(({ path }) => path.join('/'));
    writeFileSync(join(directory, '.subscriptions'), '#lists\n{host}\n');
    expect(await subscribed()).toEqual(['#lists', '{host}']);
    writeFileSync(join(directory, '.subscriptions'), 'boat\nINBOX\n');
    expect(await subscribed()).toEqual(['INBOX', 'boat']);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('two mboxes whose names differ in their spelling are one folder, with the UIDs of the first: FOLDERS_MERGED', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'mailferry-merged-'));
  try {
    const mbox = (base: number, uid: number): string =>
      `From ann@example.org Mon Jan  3 10:00:00 2005\nFrom: ann@example.org\nSubject: ${base}\nX-IMAPbase: ${base} 30\nX-UID: ${uid}\n\nx\n`;
    writeFileSync(join(directory, 'caf&AOk-'), mbox(1111111111, 5));
    writeFileSync(join(directory, 'café'), mbox(1222222222, 7));
    await using store = await openStore(directory, { pop3Uidl: 'uw' });
    const messages = await collect(store.messages());
    expect((await collect(store.folders())).map(({ path, uidValidity }) => [path.join('/'), uidValidity])).toEqual([['café', 1111111111]]);
    expect(messages.map(({ uid, pop3Uidl }) => [uid, pop3Uidl])).toEqual([
      [5, '423a35c700000005'],
      [undefined, '48d9a18e00000007'],
    ]);
    expect(store.issues.map(({ code, note }) => [code, note])).toEqual([['FOLDERS_MERGED', 'café']]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('a single message among mboxes is left, and said to be: SOURCE_MAIL_LEFT', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'mailferry-left-'));
  try {
    const message = 'From: ann@example.org\nTo: bob@example.org\nSubject: saved\nDate: Mon, 3 Jan 2005 10:00:00 +0000\n\nx\n';
    writeFileSync(join(directory, 'boat'), `From ann@example.org Mon Jan  3 10:00:00 2005\n${message}`);
    writeFileSync(join(directory, 'saved.eml'), message);
    writeFileSync(join(directory, 'mail.log'), message);
    await using store = await openStore(directory);
    expect(await collect(store.messages())).toHaveLength(1);
    expect(store.issues).toMatchObject([{ code: 'SOURCE_MAIL_LEFT', where: { path: join(directory, 'saved.eml') } }]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('doubled separators of MMDF are no messages', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'mailferry-mmdf-'));
  try {
    const separator = '\x01\x01\x01\x01\n';
    const message = (subject: string): string => `${separator}From: ann@example.org\nSubject: ${subject}\n\nx\n${separator}`;
    const path = join(directory, 'mmdf');
    writeFileSync(path, `${message('one')}${separator}${separator}\n\n${message('two')}\n${message('three')}`);
    await using store = await openStore(path);
    const messages = await collect(store.messages());
    expect(messages.map(({ content }) => /Subject: (.*)/.exec(Buffer.from(content.bytes()).toString())?.[1])).toEqual([
      'one',
      'two',
      'three',
    ]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('a home gives its messages, and text that looks like a From_ line makes none', async () => {
  const { messages } = await read(home);
  expect(messages.filter(({ folder }) => folder[0] === 'INBOX').map(({ uid, flags }) => [uid, sortFlags(flags).join(' ')])).toEqual([
    [1, '\\Seen'],
    [3, '\\Answered \\Seen'],
    [4, '\\Seen family'],
    [9, '\\Flagged \\Seen invoice'],
    [12, '\\Answered \\Seen family'],
    [15, ''],
    [22, '\\Answered \\Flagged \\Seen $Forwarded family'],
    [30, '\\Seen $Label1'],
    [38, '\\Deleted \\Seen'],
    [41, ''],
    [undefined, ''],
  ]);
  expect(countBy(messages, ({ folder }) => folder.join('/'))).toEqual([
    ['INBOX', 11],
    ['postponed-msgs', 1],
    ['projects/boat', 2],
    ['saved-messages', 2],
    ['sent-mail', 3],
    ['Работа/2003', 1],
    ['Работа/отчёты/Q3', 1],
  ]);
});

test('what is no mail in a home is left and named', async () => {
  const { left } = await read(home);
  expect([...left].sort()).toEqual([
    ['.pinerc', 'text that is not mail'],
    ['.procmailrc', 'text that is not mail'],
    ['mail/.boat.lock', 'an empty file'],
    ['mail/harbour.gif', 'a picture'],
    ['mail/notes.txt', 'text that is not mail'],
    ['mail/procmail.log', 'text that is not mail'],
  ]);
});

test("Dovecot's location syntax names a tree and an INBOX elsewhere", async () => {
  const { folders, messages } = await read('mbox:~/mail:INBOX=%h/mbox', { user: 'ann', home });
  expect(folders[0]).toMatchObject({ path: ['INBOX'], uidValidity: 1075713231 });
  expect(messages).toHaveLength(21);
});

test('a lone mbox goes to INBOX', async () => {
  const { folders, messages } = await read(`${home}/mail/saved-messages`);
  expect(folders.map(({ path }) => path)).toEqual([['INBOX']]);
  expect(messages.map(({ folder }) => folder)).toEqual([['INBOX'], ['INBOX']]);
});

test('Mailbox of qmail is INBOX, in a home and without its mail directory; mbox beside it is a folder', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'mailferry-home-'));
  try {
    const mbox = 'From ann@example.org Mon Jan  3 10:00:00 2005\nFrom: ann@example.org\nSubject: x\n\nx\n';
    for (const name of ['Mailbox', 'saved']) writeFileSync(join(directory, name), mbox);
    const names = async (): Promise<string[]> => (await read(directory)).folders.map(({ path }) => path.join('/'));
    expect(await names()).toEqual(['INBOX', 'saved']);
    mkdirSync(join(directory, 'mail'));
    for (const name of ['mail/sent', 'mbox']) writeFileSync(join(directory, name), mbox);
    expect(await names()).toEqual(['INBOX', 'mbox', 'saved', 'sent']);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
