import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { sortFlags } from '../../src/model/flag.js';
import type { Message } from '../../src/model/message.js';
import { type OpenOptions, openStore } from '../../src/sources/index.js';
import { collect } from './collect.js';

const tree = (name: string): string => fileURLToPath(new URL(`../../../../test-fixtures/trees/${name}`, import.meta.url));

const subject = ({ content }: Message): string => /^Subject: (.*?)\r?$/m.exec(Buffer.from(content.bytes()).toString())?.[1] ?? '';

async function read(name: string, options: OpenOptions = {}) {
  await using store = await openStore(tree(name), { fromTz: 'UTC', ...options });
  const folders = await collect(store.folders());
  const messages = await collect(store.messages());
  return {
    dialect: store.dialect,
    format: store.format,
    folders: folders.map(({ path, specialUse }) => (specialUse === undefined ? path.join('/') : `${path.join('/')} ${specialUse}`)),
    messages: messages.map((message) => [message.folder.join('/'), subject(message), sortFlags(message.flags).join(' '), message.filtered]),
    raw: messages,
    left: store.leftAlone.map(({ path, reason }) => [path.slice(tree(name).length + 1), reason]).sort(),
  };
}

test('a Thunderbird profile: accounts, sub-folders, real names, and what is marked expunged stays marked', async () => {
  const { folders, messages, left, dialect } = await read('thunderbird');
  expect(dialect).toMatch(/^Thunderbird profile/);
  expect(folders).toEqual([
    'INBOX',
    'INBOX/family',
    'INBOX/family/2009',
    'Fragen? Übrig',
    'Local Folders/Archives \\Archive',
    'Local Folders/Unsent Messages',
    'Sent \\Sent',
    'imap.example.com/Entwürfe',
  ]);
  expect(messages).toEqual([
    ['INBOX', 'read', '\\Seen', undefined],
    ['INBOX', 'expunged', '\\Seen', 'expunged'],
    ['INBOX', 'new', '', undefined],
    ['INBOX', 'answered, flagged', '\\Answered \\Flagged', undefined],
    ['INBOX/family', 'from home', '\\Seen', undefined],
    ['INBOX/family/2009', 'older', '\\Seen', undefined],
    ['Fragen? Übrig', 'hashed', '\\Seen', undefined],
    ['Local Folders/Archives', 'kept', '\\Seen', undefined],
    ['Sent', 'sent', '\\Seen', undefined],
    ['imap.example.com/Entwürfe', 'a draft', '\\Seen', undefined],
  ]);
  expect(left.filter(([path]) => !path?.endsWith('.msf'))).toEqual([
    ['Mail/Local Folders/msgFilterRules.dat', 'text that is not mail'],
    ['Mail/pop.example.org/popstate.dat', 'text that is not mail'],
    ['prefs.js', 'text that is not mail'],
  ]);
  expect(new Set(left.filter(([path]) => path?.endsWith('.msf')).map(([, reason]) => reason))).toEqual(
    new Set(['a folder index of Thunderbird']),
  );
});

test('a Thunderbird profile with a file for each message: the same names, and flags of fields that Thunderbird wrote', async () => {
  const { folders, messages, left, dialect } = await read('thunderbird-maildir');
  expect(dialect).toBe('Thunderbird profile');
  expect(folders).toEqual(['INBOX', 'INBOX/family', 'INBOX/family/2009', 'Fragen? Übrig', 'Local Folders/Trash \\Trash']);
  expect([...messages].sort()).toEqual(
    [
      ['INBOX', 'read', '\\Seen $label1', undefined],
      ['INBOX', 'without Thunderbird’s fields', '', undefined],
      ['INBOX', 'forged', '', undefined],
      ['INBOX/family', 'from home', '\\Answered $label1', undefined],
      ['INBOX/family/2009', 'older', '\\Seen $label1', undefined],
      ['Fragen? Übrig', 'hashed', '\\Seen $label1', undefined],
      ['Local Folders/Trash', 'thrown away', '\\Seen $label1', undefined],
    ].sort(),
  );
  expect(left.filter(([, reason]) => reason !== 'a folder index of Thunderbird')).toEqual([
    ['Mail/pop.example.org/Inbox/cur/1267437600000002.eml', 'a message that Thunderbird deleted'],
  ]);
  expect(left).toHaveLength(5);
});

describe('a Gmail Takeout', () => {
  test('gives each message the folder of its labels, in three languages', async () => {
    const { folders, messages, left, dialect } = await read('takeout');
    expect(dialect).toMatch(/^Gmail Takeout/);
    expect(folders).toEqual(['INBOX', 'Sent \\Sent', 'Spam \\Junk', 'Work, urgent']);
    expect(messages.map(([folder, text]) => `${folder}: ${text}`).sort()).toEqual([
      'INBOX: english inbox',
      'INBOX: german inbox',
      'INBOX: spanish inbox',
      'INBOX: two labels',
      'Sent: english sent',
      'Sent: german sent',
      'Sent: spanish sent',
      'Spam: english spam',
      'Work, urgent: an own label with a comma',
    ]);
    expect(messages.find(([, text]) => text === 'an own label with a comma')?.[2]).toMatch(/^\\Flagged/);
    expect(messages.find(([, text]) => text === 'two labels')?.[2]).toMatch(/^\\Seen .*Rome$/);
    expect(messages.find(([, text]) => text === 'spanish inbox')?.[2]).toBe('');
    expect(messages.find(([, text]) => text === 'german inbox')?.[2]).toBe('\\Seen');
    expect(left).toEqual([
      ['Mail/User Settings/Filters.json', 'text that is not mail'],
      ['archive_browser.html', 'an HTML or XML document'],
    ]);
  });
});

test('with labels as folders each label has its copy, and an identity of its own', async () => {
  const { folders, messages, raw } = await read('takeout', { labels: 'folders' });
  expect(folders).toEqual(['INBOX', 'Sent \\Sent', 'Spam \\Junk', 'Trips/Rome', 'Work, urgent']);
  expect(messages.filter(([, text]) => text === 'two labels').map(([folder, , flags]) => [folder, flags])).toEqual([
    ['INBOX', '\\Seen'],
    ['Trips/Rome', '\\Seen'],
  ]);
  expect(new Set(raw.map(({ folder, identity }) => `${folder.join('/')} ${identity}`)).size).toBe(raw.length);
  expect(raw.filter(({ span }) => span !== undefined)).toHaveLength(9);
});

test('a Mailman archive is one folder in the order of time, and a month that is there twice counts once', async () => {
  const { folders, messages, left } = await read('mailman');
  expect(folders).toEqual(['INBOX']);
  expect(messages.map(([, text]) => text)).toEqual(['first', 'second', 'third', 'fourth']);
  expect(left).toEqual([
    ['2001-July.txt.gz', 'the same month lies beside it, not compressed'],
    ['index.html', 'an HTML or XML document'],
  ]);
});

test("Apple Mail's bundles are folders, also within each other", async () => {
  const { folders, messages, left } = await read('apple-mail');
  expect(folders).toEqual(['INBOX', 'Sent Messages \\Sent', 'Travel', 'Travel/2009']);
  expect(messages.map(([folder, text]) => [folder, text])).toEqual([
    ['INBOX', 'inbox one'],
    ['INBOX', 'inbox two'],
    ['Sent Messages', 'sent'],
    ['Travel', 'travel'],
    ['Travel/2009', 'travel of 2009'],
  ]);
  expect(left).toEqual([
    ['INBOX.mbox/table_of_contents', 'binary data'],
    ['Travel.mbox/Info.plist', 'an XML document'],
  ]);
});

test("Apple Mail's .emlx files give flags and dates from their property lists", async () => {
  const { folders, messages, raw, format, left } = await read('apple-mail-emlx');
  expect(format).toBe('eml');
  expect(folders).toEqual(['INBOX', 'Archive \\Archive']);
  expect(messages.map(([folder, text, flags]) => [folder, text, flags])).toEqual([
    ['INBOX', 'answered and flagged', '\\Answered \\Flagged \\Seen'],
    ['INBOX', 'read', '\\Seen $NotJunk'],
    ['INBOX', 'attachments apart', ''],
    ['INBOX', 'cut short', ''],
    ['Archive', 'kept', '\\Seen'],
  ]);
  expect(raw.map(({ internalDate, dateSource }) => [internalDate / 1000, dateSource])).toEqual([
    [1267437000, 'property'],
    [1267437600, 'property'],
    [1267437700, 'property'],
    [expect.any(Number), 'date'],
    [1267437800, 'property'],
  ]);
  expect(raw.flatMap(({ issues }) => issues.map(({ code }) => code))).toEqual(['EMLX_PARTIAL', 'EMLX_DAMAGED', 'SOURCE_INCOMPLETE']);
  for (const { content } of raw) expect(Buffer.from(content.bytes()).toString()).not.toContain('<?xml');
  expect(left).toEqual([['INBOX.mbox/Attachments', 'attachments that Apple Mail keeps beside its messages']]);
});
