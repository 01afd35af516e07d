import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMbox } from '@mailferry/core';
import { afterAll, describe, expect, it } from 'vitest';
import type { Prepared } from '../../src/upload/prepared.js';
import { RefusedMbox } from '../../src/upload/refused-mbox.js';

const folder = mkdtempSync(join(tmpdir(), 'refused-mbox-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TEXT = `Subject: x\r\n\r\nFrom here on\r\n>From there\r\nnot at the start: From me\r\na CR\rFrom a Mac\r\n${'z'.repeat(70_000)} From far\r\nend\r\n`;

/** What lands in the file of one message that comes in pieces of `size` octets. */
async function written(text: string, size: number): Promise<string> {
  const path = join(folder, `${size}-${text.length}`);
  const octets = Buffer.from(text, 'latin1');
  const pieces = Array.from({ length: Math.ceil(octets.length / size) }, (_, i) => octets.subarray(i * size, (i + 1) * size));
  const message = { internalDate: 0, message: { folder: ['INBOX'] }, chunks: () => pieces } as unknown as Prepared;
  const mbox = new RefusedMbox(path);
  await mbox.add(message, 'no');
  await mbox.close();
  return readFileSync(path, 'latin1');
}

describe('the mbox of what was refused', () => {
  it.each([1, 2, 3, 5, 7, 64, 1000, 65_537, 1 << 20])('quotes the lines that begin with From, in pieces of %i octets', async (size) => {
    const expected = TEXT.replaceAll('\r\n', '\n').replace('\nFrom here', '\n>From here').replace('\n>From there', '\n>>From there');
    expect((await written(TEXT, size)).split('X-Mailferry-Folder: "INBOX"\n')[1]).toBe(`${expected}\n\n`);
  });

  it('is read again as the one message that it is', async () => {
    await written(TEXT, 256);
    await using store = await openMbox(join(folder, `256-${TEXT.length}`), { unescape: 'mboxrd' });
    const contents: string[] = [];
    for await (const { content } of store.messages()) contents.push(Buffer.from(content.bytes()).toString('latin1'));
    expect(contents).toEqual([`X-Mailferry-Refused: "no"\nX-Mailferry-Folder: "INBOX"\n${TEXT.replaceAll('\r\n', '\n')}\n`]);
  });
});
