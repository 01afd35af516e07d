import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { sortFlags } from '../../src/model/flag.js';
import { mergeStores, type OpenOptions, openStore } from '../../src/sources/index.js';
import { collect } from './collect.js';

const top = mkdtempSync(join(tmpdir(), 'mailferry-mixed-'));
afterAll(() => rmSync(top, { recursive: true }));

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(top, 'tree-'));
});

function put(path: string, text = ''): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const message = (subject: string): string =>
  `From: ann@example.org\nTo: bob@example.org\nSubject: ${subject}\nDate: Mon, 3 Jan 2005 10:00:00 +0000\n\nx\n`;
const mbox = (subject: string): string => `From ann@example.org Mon Jan  3 10:00:00 2005\n${message(subject)}\n`;
const emlx = (subject: string): string =>
  `${message(subject).length}\n${message(subject)}<?xml version="1.0"?><plist version="1.0"><dict><key>flags</key><integer>1</integer></dict></plist>\n`;

function putMaildir(path: string, subject: string, letters = ''): void {
  mkdirSync(join(root, path, 'new'), { recursive: true });
  put(`${path}/cur/1104746400.1.host:2,${letters}`, message(subject));
}

async function read(options: OpenOptions = {}, location = root) {
  await using store = await openStore(location, { fromTz: 'UTC', ...options });
  const folders = (await collect(store.folders())).map(({ path }) => path.join('/'));
  const messages = (await collect(store.messages())).map(({ folder, content, flags }) => [
    folder.join('/'),
    /^Subject: (.*)$/m.exec(Buffer.from(content.bytes()).toString())?.[1] ?? '',
    sortFlags(flags).join(' '),
  ]);
  const left = store.leftAlone.map(({ path, reason }) => [path.slice(root.length + 1), reason]);
  const order = messages.map(([, subject]) => subject);
  return {
    folders,
    order,
    messages: messages.sort(),
    left,
    issues: store.issues.map(({ code, note }) => [code, note]),
    format: store.format,
  };
}

describe('a tree of mboxes and directories of messages is read whole:', () => {
  test("KMail's, where each folder is an mbox or a Maildir", async () => {
    put('sent-mail', mbox('sent'));
    putMaildir('inbox', 'new', 'S');
    put('.inbox.directory/work', mbox('work'));
    putMaildir('.inbox.directory/.work.directory/deep', 'deep', 'FS');
    putMaildir('lists', 'list');
    const { folders, messages, issues, format } = await read();
    expect(format).toBe('mbox, maildir');
    expect(messages).toEqual([
      ['INBOX', 'new', '\\Seen'],
      ['inbox/work', 'work', ''],
      ['inbox/work/deep', 'deep', '\\Flagged \\Seen'],
      ['lists', 'list', ''],
      ['sent-mail', 'sent', ''],
    ]);
    expect(folders).toHaveLength(5);
    expect(issues).toEqual([]);
  });

  test("KMail's, where the only mbox lies below a Maildir", async () => {
    putMaildir('inbox', 'new', 'S');
    putMaildir('A', 'a');
    put('.A.directory/b', mbox('b'));
    expect((await read()).messages.map(([folder, subject]) => `${folder}: ${subject}`)).toEqual(['A: a', 'A/b: b', 'INBOX: new']);
  });

  test("mutt's home, where one folder of MH made the tree one of MH", async () => {
    put('.muttrc');
    put('mbox', mbox('inbox'));
    put('Mail/sent', mbox('sent'));
    put('Mail/old/1', message('one'));
    put('Mail/old/2', message('two'));
    put('Mail/old/.mh_sequences', 'unseen: 2\n');
    putMaildir('Mail/md', 'md');
    const { messages, left } = await read();
    expect(messages).toEqual([
      ['INBOX', 'inbox', ''],
      ['md', 'md', ''],
      ['old', 'one', '\\Seen'],
      ['old', 'two', ''],
      ['sent', 'sent', ''],
    ]);
    expect(left).toEqual([['.muttrc', 'an empty file']]);
  });

  test('more messages of MH than a sample has, before the only mbox', async () => {
    for (let number = 1; number <= 410; number += 1) put(`inbox/${number}`, message(`m${number}`));
    put('zuletzt', mbox('last'));
    const { messages } = await read();
    expect(messages).toHaveLength(411);
    expect(messages.filter(([folder]) => folder === 'zuletzt')).toEqual([['zuletzt', 'last', '']]);
  });

  test("Apple Mail's message files beside an imported mbox, by account", async () => {
    put('V2/IMAP-ann@imap.example.org/INBOX.mbox/Messages/1.emlx', emlx('first'));
    put('V2/IMAP-ann@imap.example.org/INBOX/Sub.imapmbox/Messages/2.emlx', emlx('sub'));
    put('V2/POP-ann@pop.example.org/INBOX.mbox/Messages/3.emlx', emlx('pop'));
    put('V2/Mailboxes/Old.mbox/Messages/4.emlx', emlx('old'));
    put('V2/Mailboxes/Old.mbox/Attachments/4/2/saved', mbox('an attachment'));
    put('V2/Mailboxes/Imported.mbox/mbox', mbox('imported'));
    const { messages, issues } = await read();
    expect(messages).toEqual([
      ['INBOX', 'first', '\\Seen'],
      ['INBOX/Sub', 'sub', '\\Seen'],
      ['Mailboxes/Imported', 'imported', ''],
      ['Mailboxes/Old', 'old', '\\Seen'],
      ['POP-ann@pop.example.org/INBOX', 'pop', '\\Seen'],
    ]);
    expect(issues).toEqual([]);
  });

  test("Apple Mail's shards are one folder, and the INBOX of a version is the INBOX", async () => {
    const uuid = '0B3A2C1D-1111-2222-3333-444455556666';
    put(`V10/${uuid}/INBOX.mbox/${uuid}/Data/Messages/1.emlx`, emlx('first'));
    put(`V10/${uuid}/INBOX.mbox/${uuid}/Data/2/1/Messages/12000.emlx`, emlx('second'));
    put(`V10/${uuid}/INBOX.mbox/Boat.mbox/${uuid}/Data/Messages/2.emlx`, emlx('boat'));
    const { messages, issues, format, order } = await read();
    expect(order).toEqual(['first', 'second', 'boat']);
    expect(format).toBe('eml');
    expect(messages.map(([folder, subject]) => [folder, subject])).toEqual([
      ['INBOX', 'first'],
      ['INBOX', 'second'],
      ['INBOX/Boat', 'boat'],
    ]);
    expect(issues).toEqual([]);
    const inside = await read({}, join(root, 'V10', uuid, 'INBOX.mbox', uuid));
    expect(inside.messages.map(([folder, subject]) => [folder, subject])).toEqual([
      ['INBOX', 'first'],
      ['INBOX', 'second'],
    ]);
  });

  test('a Thunderbird profile with accounts of both stores', async () => {
    put('Mail/Local Folders/Inbox', mbox('local'));
    put('Mail/Local Folders/Inbox.msf');
    put('Mail/pop.example.org/Inbox/cur/1.eml', `${message('pop one')}${'long '.repeat(400)}\n`);
    put('Mail/pop.example.org/Inbox.msf');
    put('Mail/pop.example.org/Sent.sbd/2010/cur/2.eml', message('pop sent'));
    expect((await read()).messages).toEqual([
      ['INBOX', 'pop one', ''],
      ['Local Folders/Inbox', 'local', ''],
      ['Sent/2010', 'pop sent', ''],
    ]);
  });
});

test('a Maildir that was written here, or is written to, is none of the source', async () => {
  put('sent', mbox('sent'));
  putMaildir('before', 'converted before');
  put('before/mailferry-ledger', '');
  putMaildir('now', 'delivered while');
  const { messages, left } = await read({ target: join(root, 'now') });
  expect(messages).toEqual([['sent', 'sent', '']]);
  expect(left).toEqual([
    ['before', 'a Maildir that mailferry wrote'],
    ['now', 'the Maildir that is written to'],
  ]);
});

test('neither is it in a tree of message files or of Maildirs', async () => {
  put('saved/1.eml', message('saved'));
  putMaildir('out', 'saved');
  put('out/mailferry-ledger');
  expect((await read()).messages).toEqual([['saved', 'saved', '']]);
  putMaildir('lists', 'list');
  rmSync(join(root, 'saved'), { recursive: true });
  const { messages, folders, left } = await read();
  expect([messages, folders]).toEqual([[['lists', 'list', '']], ['lists']]);
  expect(left).toEqual([['out', 'a Maildir that mailferry wrote']]);
});

test('messages with a number beside mboxes are no folder of MH unless a program says so, and are told', async () => {
  put('1', message('stray'));
  put('sent', mbox('sent'));
  const { messages, issues } = await read();
  expect(messages).toEqual([['sent', 'sent', '']]);
  expect(issues).toEqual([['SOURCE_MAIL_LEFT', 'a single message, not an mbox']]);
  put('.mh_sequences', 'unseen: 1\n');
  expect((await read()).messages).toEqual([
    ['INBOX', 'stray', ''],
    ['sent', 'sent', ''],
  ]);
});

test('a Maildir where a home or a tree keeps no mail is told, if it has some', async () => {
  put('.profile');
  put('mail/sent', mbox('sent'));
  putMaildir('Maildir', 'delivered');
  mkdirSync(join(root, 'Empty', 'cur'), { recursive: true });
  mkdirSync(join(root, 'Empty', 'new'));
  putMaildir('mail/.hidden', 'hidden');
  const { messages, issues } = await read();
  expect(messages).toEqual([['sent', 'sent', '']]);
  expect(issues).toEqual([
    ['SOURCE_MAIL_LEFT', 'a Maildir in a directory of this home that is not its mail directory'],
    ['SOURCE_MAIL_LEFT', 'a Maildir in a hidden directory'],
  ]);
});

test('what one of several sources reads is not gone because another does not see it', async () => {
  put('sent', mbox('sent'));
  putMaildir('lists', 'list');
  await using store = await openStore(root);
  expect(store.lacks?.(join(root, 'lists'))).toBe(false);
  expect(store.lacks?.(join(root, 'never-there'))).toBe(true);
  await using mboxes = await openStore(`mbox:${join(root, 'sent')}`);
  await using maildir = await openStore(join(root, 'lists'));
  await using both = mergeStores([mboxes, maildir]);
  expect(both.lacks?.(join(root, 'lists'))).toBe(false);
});

test.each([
  ['Inbox.dbx', '\xcf\xad\x12\xfe\xc5\xfdtof', 'an Outlook Express dbx folder'],
  ['In', mbox('mac').replaceAll('\n', '\r'), 'an mbox with the line ends of the old Mac OS (CR)'],
  ['In', `\xef\xbb\xbf${mbox('mac').replaceAll('\n', '\r')}`, 'an mbox with the line ends of the old Mac OS (CR)'],
  ['wide', Buffer.from(`\ufeff${mbox('wide')}`, 'utf16le').toString('latin1'), 'an mbox in UTF-16'],
  ['dbox-Mails/u.1', '2 M1e C4d5e6f70\nN', "a file of Dovecot's dbox"],
  ['RMAIL', 'BABYL OPTIONS: -*- rmail -*-\n', 'a Babyl file of Emacs Rmail'],
])('mail that is known and not read is told, among other mail and alone: %s', async (name, octets, what) => {
  put('sub/sent', mbox('sent'));
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), octets, 'latin1');
  const { issues, messages } = await read();
  expect(issues).toEqual([['SOURCE_MAIL_LEFT', what]]);
  expect(messages).toEqual([['sub/sent', 'sent', '']]);
  rmSync(join(root, 'sub'), { recursive: true });
  await expect(openStore(root)).rejects.toMatchObject({
    code: 'SOURCE_FORMAT_UNSUPPORTED',
    message: `the directory holds ${what}, not read here, and no other mail`,
  });
});

test("Evolution's names are read as it wrote them where its file says that they are escaped", async () => {
  putMaildir('.', 'inbox');
  putMaildir('.Work_2Eold.Sub_5FA', 'sub');
  putMaildir('.under_5Fline', 'line');
  expect((await read()).messages.map(([folder]) => folder)).toEqual(['INBOX', 'Work_2Eold/Sub_5FA', 'under_5Fline']);
  put('..maildir++', 'maildir++ 1');
  expect((await read()).messages.map(([folder]) => folder)).toEqual(['INBOX', 'Work.old/Sub_A', 'under_line']);
});

test("Eudora's folders", async () => {
  put('In.mbx', mbox('in'));
  put('Friends.fol/Bob.mbx', mbox('bob'));
  expect((await read()).messages).toEqual([
    ['Friends/Bob', 'bob', ''],
    ['INBOX', 'in', ''],
  ]);
});

test('flags that a program keeps in an index of its own are told: SOURCE_FLAGS_LEFT', async () => {
  put('user/ann/1.', message('cyrus'));
  put('user/ann/cyrus.header', '\xa1\x02\x8b\rCyrus mailbox header');
  put('user/ann/cyrus.index', '\0\0');
  const cyrus = await read();
  expect(cyrus.messages).toEqual([['user/ann', 'cyrus', '']]);
  expect(cyrus.issues).toEqual([['SOURCE_FLAGS_LEFT', `they are in ${join(root, 'user/ann/cyrus.index')}`]]);
  rmSync(join(root, 'user'), { recursive: true });
  put('Mail/pop.example.org/Inbox/cur/1.eml', message('alone'));
  put('Mail/pop.example.org/Inbox.msf', '// <!-- <mdb:mork:z v="1.4"/> -->\n');
  expect((await read()).issues).toEqual([['SOURCE_FLAGS_LEFT', `they are in ${join(root, 'Mail/pop.example.org/Inbox.msf')}`]]);
  put('Mail/Local Folders/Inbox', mbox('among mboxes'));
  expect((await read()).issues).toEqual([['SOURCE_FLAGS_LEFT', `they are in ${join(root, 'Mail/pop.example.org/Inbox.msf')}`]]);
});

test.each([
  ['message files', 'sub/a.eml', []],
  ['MH', 'sub/1', ['sub/.mh_sequences']],
])('mail of another kind in a tree of %s is told, wherever it lies, and all else is named', async (_, path, more) => {
  put(path, message('x'));
  for (const file of more) put(file, 'unseen: 1\n');
  put('old/archive.pst', `!BDN\0\0\0\0SM\x17\0${'\0'.repeat(600)}`);
  put('notes', 'x = 1\n');
  put('Entw\u00fcrfe/draft.txt', more.length > 0 ? message('draft') : 'nothing\n');
  const { messages, issues, left } = await read();
  expect(messages).toHaveLength(1);
  expect(issues[0]?.[0]).toBe('SOURCE_MAIL_LEFT');
  expect(issues).toHaveLength(more.length > 0 ? 2 : 1);
  expect(left.map(([at]) => at).sort()).toEqual(['Entw\u00fcrfe/draft.txt', 'notes', 'old/archive.pst']);
});

test('mail of another kind in a Maildir, or beside some, is told', async () => {
  putMaildir('A', 'a');
  put('old.pst', `!BDN\0\0\0\0SM\x17\0${'\0'.repeat(600)}`);
  expect((await read()).issues.map(([code]) => code)).toEqual(['SOURCE_MAIL_LEFT']);
  put('A/notes', 'x\n');
  put('A/saved', mbox('saved'));
  expect((await read({}, join(root, 'A'))).issues).toEqual([['SOURCE_MAIL_LEFT', 'an mbox']]);
});

test('an .emlx that was cut off within its message gives what is there, and the source is not whole', async () => {
  put('INBOX.mbox/Messages/1.emlx', emlx('whole'));
  put('INBOX.mbox/Messages/2.emlx', `900\n${message('cut')}`);
  await using store = await openStore(root);
  const messages = await collect(store.messages());
  expect(messages.map(({ issues }) => issues.map(({ code }) => code))).toEqual([[], ['EMLX_DAMAGED', 'SOURCE_INCOMPLETE']]);
});

test('messages that Thunderbird added to an mbox which somebody put into its folders have its flags, and no sender can claim them', async () => {
  const status = (bits: string): string => `X-Mozilla-Status: ${bits}\nX-Mozilla-Status2: 00000000\nX-Mozilla-Keys: work   \n`;
  const added = (subject: string, bits: string): string => `From - Mon Jan  3 10:00:00 2005\n${status(bits)}${message(subject)}\n`;
  const forged = `From ann@example.org Mon Jan  3 10:00:00 2005\n${status('0009')}${message('forged')}\n`;
  put('Old', mbox('old') + added('seen', '0001') + added('gone', '0009') + forged);
  await using store = await openStore(root, { fromTz: 'UTC' });
  const told = (await collect(store.messages())).map(({ flags, filtered }) => [sortFlags(flags).join(' '), filtered]);
  expect(told).toEqual([
    ['', undefined],
    ['\\Seen work', undefined],
    ['\\Seen work', 'expunged'],
    ['', undefined],
  ]);
});

describe('the keywords that Courier keeps in files of their own', () => {
  const [first, second, third] = ['1104746400.M1P1.host,S=1', '1104746401.M1P1.host,S=1', '1104746402.M1P1.host,S=1'];
  beforeEach(() => {
    mkdirSync(join(root, 'new'));
    for (const name of [first, second, third]) put(`cur/${name}:2,S`, message(String(name)));
    put('courierimapkeywords/:list', `NonJunk\nwork\n\n${first}:0 1 7\nrubbish\n${second}:1\n${third}:0\n`);
  });

  const flags = async () => (await read()).messages.map(([, , letters]) => letters);

  test('are those of the messages', async () => {
    expect(await flags()).toEqual(['\\Seen NonJunk work', '\\Seen work', '\\Seen NonJunk']);
  });

  test('and what changed since holds, the newest of it', async () => {
    put(`courierimapkeywords/.3682488.${second}`, 'old\n');
    put(`courierimapkeywords/.3682489.${second}`, 'later\n');
    put(`courierimapkeywords/.3682489.${third}`, 'older\n');
    put(`courierimapkeywords/${third}`, '');
    expect(await flags()).toEqual(['\\Seen NonJunk work', '\\Seen later', '\\Seen']);
    await using store = await openStore(root);
    expect((await collect(store.folders()))[0]?.keywords).toEqual(['NonJunk', 'work', 'later']);
  });

  test('are not read where Dovecot has kept the folder since', async () => {
    put('dovecot-uidlist', '3 V1104746400 N1 G0123456789abcdef0123456789abcdef\n');
    expect(await flags()).toEqual(['\\Seen', '\\Seen', '\\Seen']);
  });
});
