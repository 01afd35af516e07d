import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MailStore, memoryTarget, openEml, openMaildir, openMh, transfer } from '../../src/index.js';
import { writeTree } from '../conformance/store-samples.js';
import { collect } from './collect.js';

const MESSAGE = 'From: ann@example.com\nSubject: one\nDate: Sat, 3 Jan 2004 10:00:00 +0000\n\ntext\n';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mailferry-unreadable-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Each message by its file, with why it could not be read. */
async function failures(store: MailStore): Promise<(string | undefined)[][]> {
  const messages = await collect(store.messages());
  return messages.map(({ sourceId, failure }) => [sourceId, failure?.code, failure?.note]);
}

describe('SOURCE_FILE_UNREADABLE', () => {
  it('is a message of a compressed Maildir that does not unpack', async () => {
    const whole = gzipSync(MESSAGE);
    writeTree(root, {
      'cur/1.a:2,S': whole,
      'cur/2.b:2,S': whole.subarray(0, 40),
      'cur/3.c:2,S': MESSAGE,
      'new/.keep': '',
      'tmp/.keep': '',
    });
    await using store = await openMaildir(root);
    expect(await failures(store)).toEqual([
      ['file:cur/1.a:2,S', undefined, undefined],
      ['file:cur/2.b:2,S', 'SOURCE_FILE_UNREADABLE', 'unexpected end of file'],
      ['file:cur/3.c:2,S', undefined, undefined],
    ]);
  });

  it('counts as failed in the books, and does not keep the others', async () => {
    writeTree(root, { 'cur/1.a:2,S': MESSAGE, 'cur/2.b:2,S': gzipSync(MESSAGE).subarray(0, 40), 'new/.keep': '', 'tmp/.keep': '' });
    await using store = await openMaildir(root);
    await using target = memoryTarget();
    const report = await transfer(store, target);
    expect(report.totals).toMatchObject({ read: 2, written: 1, failed: 1 });
    expect(report.issues).toMatchObject([{ code: 'SOURCE_FILE_UNREADABLE', count: 1, first: [{ sourceId: 'file:cur/2.b:2,S' }] }]);
    expect(target.messages(['INBOX']).map(({ bytes }) => Buffer.from(bytes).toString())).toEqual([MESSAGE]);
  });

  it('is a message that the uidlist names and that is not there, where that is asked for', async () => {
    const uidlist = '3 V1000 N4 G0123456789abcdef0123456789abcdef\n1 :1.a\n2 :2.gone\n3 :3.c\n';
    writeTree(root, { 'cur/1.a:2,S': MESSAGE, 'cur/3.c:2,': MESSAGE, 'new/.keep': '', 'tmp/.keep': '', 'dovecot-uidlist': uidlist });
    await using store = await openMaildir(root, { namesAbsent: true });
    const messages = await collect(store.messages());
    expect(messages.filter(({ failure }) => failure !== undefined)).toMatchObject([
      { sourceId: 'file:2.gone', uid: 2, failure: { code: 'SOURCE_FILE_UNREADABLE', where: { path: join(root, '2.gone') } } },
    ]);
    await using ordinary = await openMaildir(root);
    expect(await failures(ordinary)).toHaveLength(2);
  });

  it.each([
    ['an MH folder', openMh, '1'],
    ['a directory of .eml', openEml, '1.eml'],
  ])('is a file of %s that belongs to somebody else', async (_, open, name) => {
    writeTree(root, { [name]: MESSAGE });
    const other = (process.getuid?.() ?? 0) + 1;
    await using store = await open(root, { owner: other });
    expect(await failures(store)).toEqual([
      [`file:${name}`, 'SOURCE_FILE_UNREADABLE', `the file belongs to user ${other - 1}, not to user ${other}`],
    ]);
  });
});
