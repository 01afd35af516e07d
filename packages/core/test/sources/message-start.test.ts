// A message file may have a From_ line on top: procmail and others leave it in MH folders, programs that save a message put it there.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { messageStart } from '../../src/formats/eml/message-start.js';
import { openStore } from '../../src/sources/index.js';
import { collect } from './collect.js';

const top = mkdtempSync(join(tmpdir(), 'mailferry-message-start-'));
afterAll(() => rmSync(top, { recursive: true }));
let root = '';
beforeEach(() => {
  root = mkdtempSync(join(top, 'tree-'));
});

const message = (subject: string) => `From: ann@example.org\nSubject: ${subject}\nDate: Mon, 3 Jan 2005 10:00:00 +0000\n\nFrom here on\n`;
const FROM = 'From ann@example.org Mon Jan  3 10:00:00 2005\n';

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

async function read() {
  await using store = await openStore(root, { fromTz: 'UTC' });
  const messages = await collect(store.messages());
  return {
    messages: messages.map(({ folder, content }) => [folder.join('/'), Buffer.from(content.bytes()).toString()]).sort(),
    issues: store.issues.map(({ code, note }) => [code, note]),
    left: store.leftAlone.map(({ path, reason }) => [path.slice(root.length + 1), reason]),
  };
}

test.each([
  ['a message', message('x'), 0],
  ['one with a From_ line', FROM + message('x'), FROM.length],
  ['one of Thunderbird, with CRLF', `From - Mon\r\n${message('x').replaceAll('\n', '\r\n')}`, 12],
  ['a letter', 'From here on\n\nnothing is mail\n', undefined],
  ['an mbox', `${FROM}${message('x')}\n${FROM}${message('y')}`, undefined],
  ['a message that quotes a From_ line', `${FROM}${message('x')}\n${FROM}as somebody wrote\n`, FROM.length],
  ['a line without an end', 'From ann@example.org', undefined],
])('%s', (_, text, start) => {
  expect(messageStart(Buffer.from(text))).toBe(start);
});

test('in a folder of MH such a file is the message of its number', async () => {
  put('inbox/.mh_sequences', 'unseen: 2\n');
  put('inbox/1', message('one'));
  put('inbox/2', FROM + message('two'));
  put('work/.mh_sequences', '\n');
  put('work/1', FROM + message('three'));
  expect(await read()).toEqual({
    messages: [
      ['INBOX', message('one')],
      ['INBOX', message('two')],
      ['work', message('three')],
    ],
    issues: [],
    left: [],
  });
});

test('also where an mbox lies beside it', async () => {
  put('inbox/.mh_sequences', '\n');
  put('inbox/1', FROM + message('one'));
  put('inbox/2', message('two'));
  put('sent', `${FROM}${message('sent')}\n`);
  const { messages, left } = await read();
  expect(messages.map(([folder]) => folder)).toEqual(['INBOX', 'INBOX', 'sent']);
  expect(left).toEqual([]);
});

test('an mbox of several messages that is called by a number is told, not passed over', async () => {
  put('inbox/.mh_sequences', '\n');
  put('inbox/1', message('one'));
  put('inbox/2', `${FROM}${message('two')}\n${FROM}${message('three')}`);
  const { messages, issues } = await read();
  expect(messages).toHaveLength(1);
  expect(issues).toEqual([['SOURCE_MAIL_LEFT', 'an mbox']]);
});

test('files called .eml are one folder, with such a line or without', async () => {
  put('a.eml', FROM + message('a'));
  put('b.eml', message('b'));
  put('sub/c.EML', FROM + message('c'));
  expect((await read()).messages).toEqual([
    ['INBOX', message('a')],
    ['INBOX', message('b')],
    ['sub', message('c')],
  ]);
});
