import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { openStore } from '../../src/sources/index.js';
import { collect } from './collect.js';

/** What tells a PST from other files. */
const PST_HEAD = Buffer.alloc(600);
PST_HEAD.write('!BDN\0\0\0\0SM', 'latin1');

test('a PST among mboxes or message files is left, and said to be', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'mailferry-left-'));
  try {
    const message = 'From: ann@example.org\nTo: bob@example.org\nSubject: saved\nDate: Mon, 3 Jan 2005 10:00:00 +0000\n\nx\n';
    writeFileSync(join(directory, 'old.pst'), PST_HEAD);
    writeFileSync(join(directory, 'empty.pst'), '');
    await expect(openStore(directory)).rejects.toMatchObject({
      code: 'SOURCE_FORMAT_UNSUPPORTED',
      message: expect.stringContaining('a PST or OST and no other mail'),
    });
    const left = [{ code: 'SOURCE_MAIL_LEFT', where: { path: join(directory, 'old.pst') } }];
    writeFileSync(join(directory, 'saved.eml'), message);
    await using files = await openStore(directory);
    expect(await collect(files.messages())).toHaveLength(1);
    expect(files.issues).toMatchObject(left);
    rmSync(join(directory, 'saved.eml'));
    writeFileSync(join(directory, 'boat'), `From ann@example.org Mon Jan  3 10:00:00 2005\n${message}`);
    await using mboxes = await openStore(directory);
    expect((await collect(mboxes.messages())).map(({ folder }) => folder)).toEqual([['boat']]);
    expect(mboxes.issues).toMatchObject(left);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('a PST that is packed, piped, empty or cut off in its header is refused for what it is', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'mailferry-left-'));
  const written = (name: string, octets: Uint8Array): string => {
    writeFileSync(join(directory, name), octets);
    return join(directory, name);
  };
  async function* piped(): AsyncGenerator<Uint8Array> {
    yield PST_HEAD;
  }
  try {
    const packed = { code: 'SOURCE_FORMAT_UNSUPPORTED', message: expect.stringContaining('PST') };
    await expect(openStore(written('a.pst.gz', gzipSync(PST_HEAD)))).rejects.toMatchObject(packed);
    await expect(openStore('-', { input: piped() })).rejects.toMatchObject(packed);
    const empty = { code: 'PST_NOT_RECOGNISED', message: 'the file is empty' };
    await expect(openStore(written('b.PST', new Uint8Array(0)))).rejects.toMatchObject(empty);
    const cut = { code: 'PST_NOT_RECOGNISED', message: expect.stringContaining('first 500 octets') };
    await expect(openStore(written('c.pst', PST_HEAD.subarray(0, 500)))).rejects.toMatchObject(cut);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
