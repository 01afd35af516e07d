import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { MailError } from '../../src/errors.js';
import { type OpenOptions, openStore } from '../../src/sources/index.js';
import { LEFT_ALONE_LIMIT, LeftAloneList } from '../../src/sources/left-alone.js';
import { mboxOf, SAMPLES, writeTree } from '../conformance/store-samples.js';
import { collect } from './collect.js';

const root = mkdtempSync(join(tmpdir(), 'mailferry-open-'));
afterAll(() => rmSync(root, { recursive: true }));

const small = mboxOf(SAMPLES.slice(0, 3));

/** Writes a file and opens it as a store. */
function opening(name: string, content: string | Buffer, options: OpenOptions = {}): ReturnType<typeof openStore> {
  writeTree(root, { [name]: content });
  return openStore(join(root, name), options);
}

async function errorOf(promise: Promise<unknown>): Promise<MailError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MailError);
  return error as MailError;
}

test('a Maildir is one where a copy left out empty directories', async () => {
  const message = 'From: a@b\nTo: c@d\nSubject: x\n\nx\n';
  const files = { 'cur/1.M1.h:2,S': message, '.Sent/cur/2.M1.h:2,FS': message, '.Lists/new/3.M1.h': message, '.Lists/maildirfolder': '' };
  writeTree(root, Object.fromEntries(Object.entries(files).map(([name, content]) => [`copied/${name}`, content])));
  await using store = await openStore(join(root, 'copied'));
  expect(store.format).toBe('maildir');
  const found = (await collect(store.messages())).map(({ folder, flags }) => [folder.join('/'), [...flags].sort().join(' ')]);
  expect(found.sort()).toEqual([
    ['INBOX', '\\Seen'],
    ['Lists', ''],
    ['Sent', '\\Flagged \\Seen'],
  ]);
  expect(store.issues).toEqual([]);
});

test('Kerio keeps the messages of a folder in its #msgs', async () => {
  const message = 'From: a@b\nTo: c@d\nSubject: x\n\nx\n';
  writeTree(root, { 'kerio/INBOX/#msgs/00000001.eml': message, 'kerio/Sent Items/#msgs/00000001.eml': message });
  await using store = await openStore(join(root, 'kerio'));
  expect((await collect(store.folders())).map(({ path }) => path.join('/'))).toEqual(['INBOX', 'Sent Items']);
});

test('KMail keeps the folders below A in .A.directory, of Maildirs as of mboxes', async () => {
  const message = 'From: a@b\nTo: c@d\nSubject: x\n\nx\n';
  writeTree(root, {
    'kmail/inbox/cur/1.a.h:2,S': message,
    'kmail/.inbox.directory/work/cur/2.b.h:2,S': message,
    'kmail/.inbox.directory/.work.directory/2009/cur/3.c.h:2,S': message,
    'kmbox/inbox': small,
    'kmbox/.inbox.directory/work': small,
  });
  for (const [name, expected] of [
    ['kmail', ['INBOX', 'inbox/work', 'inbox/work/2009']],
    ['kmbox', ['INBOX', 'inbox/work']],
  ] as const) {
    await using store = await openStore(join(root, name));
    expect((await collect(store.folders())).map(({ path }) => path.join('/'))).toEqual(expected);
    expect(store.leftAlone).toEqual([]);
  }
});

describe('what is known and not read is named with advice', () => {
  test.each<[string, Buffer, RegExp]>([
    ['mbx', Buffer.from('*mbx*\r\n3f8a2b1c00000009\r\n'), /mbx/],
    ['Mac', Buffer.from('From ???@??? Sat Jan 03 10:00:00 2004\rFrom: a@b\rTo: c@d\r\rtext\r'), /old Mac OS/],
    ['RMAIL', Buffer.from('BABYL OPTIONS: -*- rmail -*-\nVersion: 5\n'), /Babyl/],
    ['inbox.dbx', Buffer.from([0xcf, 0xad, 0x12, 0xfe, 0xc5, 0xfd, 0x74, 0x6f]), /Outlook Express/],
    ['one.msg', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0]), /OLE/],
    ['takeout.zip', Buffer.from('PK\x03\x04\x14\x00'), /ZIP/],
    ['mail.tar.gz', gzipSync(Buffer.concat([Buffer.alloc(257), Buffer.from('ustar\x0000'), Buffer.alloc(248)])), /tar/],
    ['mail.bz2', Buffer.from('BZh91AY&SY'), /bzip2/],
  ])('%s', async (name, content, title) => {
    const error = await errorOf(opening(name, content));
    expect(error.code).toBe('SOURCE_FORMAT_UNSUPPORTED');
    expect(error.message).toMatch(title);
    expect(error.help).toBeTruthy();
  });

  test('a mix folder', async () => {
    writeTree(root, { 'mix/.mixmeta': 'SV1 ', 'mix/.mixindex': '', 'mix/.mix4a2b': small });
    expect((await errorOf(openStore(join(root, 'mix')))).code).toBe('SOURCE_FORMAT_UNSUPPORTED');
  });

  test('a Dovecot location of another format', async () => {
    expect((await errorOf(openStore('mdbox:/srv/mail'))).code).toBe('SOURCE_FORMAT_UNSUPPORTED');
  });

  test('a Dovecot location with a variable that has no value', async () => {
    const error = await errorOf(openStore('mbox:~/mail:INBOX=/var/mail/%u'));
    expect(error.code).toBe('LOCATION_VARIABLE');
    expect(error.message).toContain('~, %u');
  });
});

describe('what is no mail is never guessed into mail', () => {
  test.each<[string, string | Buffer]>([
    ['From-log', 'From ben@example.net  Wed Feb 11 11:40:05 2004\n Subject: Lunch\n  Folder: /var/mail/ann    812\n'],
    ['letter', 'From the beginning it was clear.\n\nAnd so on.\n'],
    ['config', 'Host: example\nPort: 25\nUser: ann\n\nnothing\n'],
    ['picture', Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')],
    ['nuls', Buffer.alloc(4096)],
    ['cut.gz', Buffer.from([0x1f, 0x8b, 0x08, 0x00])],
  ])('%s', async (name, content) => {
    const error = await errorOf(opening(name, content));
    expect(error.code).toBe('SOURCE_FORMAT_UNKNOWN');
    expect(error.where?.path).toBe(join(root, name));
  });

  test('an empty file is an mbox without messages: the spool of a user who has read all', async () => {
    await using store = await opening('spool', '');
    expect(store.format).toBe('mbox');
    for await (const message of store.messages()) expect.fail(message.sourceId);
  });

  test('an empty directory, and one without mail', async () => {
    mkdirSync(join(root, 'nothing'));
    expect((await errorOf(openStore(join(root, 'nothing')))).message).toBe('the directory is empty');
    writeTree(root, { 'logs/a.log': 'From here to there\n', 'logs/b': 'text\n' });
    expect((await errorOf(openStore(join(root, 'logs')))).message).toBe('no mail was found in the directory');
    expect((await errorOf(openStore(join(root, 'logs')))).help).toMatch(/^mailferry reads/);
    writeTree(root, { 'logs/.mail/inbox': 'From a@b Thu Jan  1 12:00:00 2004\nSubject: x\n\nx\n' });
    expect((await errorOf(openStore(join(root, 'logs')))).help).toMatch(/^hidden directories were not looked into \(\.mail\): /);
  });
});

describe('the path itself', () => {
  test('absent', async () => {
    expect((await errorOf(openStore(join(root, 'absent')))).code).toBe('SOURCE_NOT_FOUND');
  });

  test('a FIFO does not block, and is no source', async () => {
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(root, 'fifo')]);
    expect((await errorOf(openStore(join(root, 'fifo')))).code).toBe('SOURCE_NOT_REGULAR');
  });

  test('a link is followed where the user named it, and not when an owner is demanded', async () => {
    writeTree(root, { 'real/mbox': small });
    symlinkSync(join(root, 'real/mbox'), join(root, 'link'));
    await using store = await openStore(join(root, 'link'));
    expect(await collect(store.messages())).toHaveLength(3);
    const owner = process.getuid?.() ?? 0;
    expect((await errorOf(openStore(join(root, 'link'), { owner }))).code).toBe('SOURCE_NOT_REGULAR');
  });

  test('a file of somebody else is refused when an owner is demanded', async () => {
    const owner = (process.getuid?.() ?? 0) + 1;
    expect((await errorOf(openStore(join(root, 'real/mbox'), { owner }))).code).toBe('SOURCE_OWNER');
  });
});

describe('a tree that somebody prepared', () => {
  test('links and FIFOs are named, and not read', async () => {
    writeTree(root, { 'tree/good': small, 'secret/mbox': small });
    symlinkSync(join(root, 'secret/mbox'), join(root, 'tree/stolen'));
    symlinkSync(join(root, 'secret'), join(root, 'tree/away'));
    symlinkSync('.', join(root, 'tree/loop'));
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(root, 'tree/fifo')]);
    await using store = await openStore(join(root, 'tree'));
    const folders = await collect(store.folders());
    expect(folders.map(({ path }) => path)).toEqual([['good']]);
    expect(store.leftAlone.map(({ path, reason }) => [path.slice(root.length + 6), reason])).toEqual([
      ['away', 'a symbolic link'],
      ['fifo', 'not a regular file'],
      ['loop', 'a symbolic link'],
      ['stolen', 'a symbolic link'],
    ]);
  });

  test('with an owner, files of others are named, and not read', async () => {
    writeTree(root, { 'owned/good': small });
    const owner = process.getuid?.() ?? 0;
    await using store = await openStore(join(root, 'owned'), { owner });
    expect(await collect(store.messages())).toHaveLength(3);
  });

  test('directories deeper than any mail are left', async () => {
    const deep = Array.from({ length: 60 }, (_, index) => `d${index}`).join('/');
    writeTree(root, { 'deep/top': small, [`deep/${deep}/mbox`]: small });
    await using store = await openStore(join(root, 'deep'));
    expect(await collect(store.messages())).toHaveLength(3);
    expect(store.leftAlone.at(-1)?.reason).toBe('more than 40 directories deep');
  });

  test('a million odd files cost a bounded list', () => {
    const list = new LeftAloneList();
    for (let i = 0; i < 1_000_000; i++) list.add(`junk/${i}`, i % 2 === 0 ? 'binary data' : 'a symbolic link');
    expect(list.places).toHaveLength(LEFT_ALONE_LIMIT + 2);
    expect(list.places.slice(-2)).toEqual([
      { path: '499500 more', reason: 'binary data' },
      { path: '499500 more', reason: 'a symbolic link' },
    ]);
  });

  test('names: modified UTF-7, UTF-8, octets that are neither, and a file beside its .mbox', async () => {
    const tree = join(root, 'names');
    writeTree(tree, { 'Gr&APwA3w-e': small, Entwürfe: small, 'a.mbox': small, a: small, 'b.mbox': small, 'R&D': small });
    writeFileSync(Buffer.from(`${tree}/caf\xe9`, 'latin1'), small);
    await using store = await openStore(tree);
    const folders = await collect(store.folders());
    expect(folders.map(({ path }) => path[0]).sort()).toEqual(['Entwürfe', 'Grüße', 'R&D', 'a', 'a.mbox', 'b', 'café'].sort());
    expect(store.issues.map(({ code, note }) => [code, note])).toEqual([['FOLDER_NAME_GUESSED', 'read as "café"']]);
    expect(await collect(store.messages())).toHaveLength(21);
  });
});

describe('standard input', () => {
  async function* pieces(content: Buffer, size: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
  }

  test('an mbox in any pieces, plain and compressed, leaves no spool behind', async () => {
    const spoolDirectory = mkdtempSync(join(root, 'spool-'));
    for (const content of [small, gzipSync(small)]) {
      await using store = await openStore('-', { input: pieces(content, 7), spoolDirectory });
      expect(readdirSync(spoolDirectory)).toEqual([]);
      expect(await collect(store.messages())).toHaveLength(3);
    }
  });

  test('one message', async () => {
    await using store = await openStore('-', { input: pieces(SAMPLES[1]?.text ?? small, 50) });
    expect(store.format).toBe('eml');
    const [message] = await collect(store.messages());
    expect(Buffer.from(message?.content.bytes() ?? []).equals(SAMPLES[1]?.text ?? small)).toBe(true);
    expect(message?.internalDate).toBe(SAMPLES[1]?.date);
  });

  test('a pipe that breaks off gives what came, with an issue', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield small;
      throw new Error('the other end went away');
    }
    await using store = await openStore('-', { input: broken() });
    expect(await collect(store.messages())).toHaveLength(3);
    expect(store.issues.map(({ code, note }) => [code, note])).toEqual([['SOURCE_INCOMPLETE', 'the other end went away']]);
  });

  test('anything else', async () => {
    expect((await errorOf(openStore('-', { input: pieces(Buffer.from('hello\n'), 3) }))).code).toBe('SOURCE_FORMAT_UNKNOWN');
    expect((await errorOf(openStore('-', { input: pieces(Buffer.alloc(0), 3) }))).code).toBe('SOURCE_FORMAT_UNKNOWN');
  });
});

test('one compressed message', async () => {
  writeFileSync(join(root, 'one.eml.gz'), gzipSync(SAMPLES[5]?.text ?? small));
  await using store = await openStore(join(root, 'one.eml.gz'));
  const messages = await collect(store.messages());
  expect(messages.map(({ content }) => Buffer.from(content.bytes()))).toEqual([SAMPLES[5]?.text]);
});

test('a compressed mbox that was cut gives what is there, with an issue', async () => {
  const packed = gzipSync(mboxOf(SAMPLES.slice(0, 9)));
  writeFileSync(join(root, 'cut'), packed.subarray(0, packed.length - 12));
  await using store = await openStore(join(root, 'cut'));
  expect((await collect(store.messages())).length).toBeGreaterThan(7);
  expect(store.issues.map(({ code }) => code)).toContain('SOURCE_INCOMPLETE');
});

test('an mbox that grows while it is read is reported', async () => {
  const path = join(root, 'growing');
  writeFileSync(path, small);
  await using store = await openStore(path);
  for await (const _ of store.messages()) writeFileSync(path, small, { flag: 'a' });
  expect(store.issues.map(({ code }) => code)).toEqual(['SOURCE_CHANGED']);
});
