import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessageSpec } from '@mailferry/pst-writer';
import { afterAll, describe, expect, it } from 'vitest';
import { transfer } from '../../src/pipeline/transfer.js';
import { openPst } from '../../src/sources/pst.js';
import { memoryTarget } from '../../src/targets/memory.js';
import { madePst } from './made-pst.js';

const scratch = mkdtempSync(join(tmpdir(), 'pst-identity-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function mail(number: number, subject = `mail ${number}`): MessageSpec {
  return { subject, body: `text ${number}`, properties: [[0x300b0102, Buffer.alloc(16, number)]] };
}

async function identities(name: string, messages: readonly MessageSpec[]): Promise<string[]> {
  const source = await opened(name, messages);
  const found: string[] = [];
  for await (const message of source.messages()) found.push(message.identity);
  await source[Symbol.asyncDispose]();
  return found;
}

function opened(name: string, messages: readonly MessageSpec[]): ReturnType<typeof openPst> {
  const path = join(scratch, name);
  writeFileSync(path, madePst({ folders: [{ name: 'Inbox', specialUse: 'inbox', messages }] }).octets);
  return openPst(path);
}

describe('the identity of a message', () => {
  it('tells two messages apart that got one nid in two copies of a file, and knows those that both copies have', async () => {
    const target = memoryTarget();
    const first = await opened('first.pst', [mail(1), mail(2), mail(3)]);
    expect((await transfer(first, target)).totals).toMatchObject({ read: 3, written: 3 });
    const second = await opened('second.pst', [mail(1), mail(2), mail(4)]);
    expect((await transfer(second, target)).totals).toMatchObject({ read: 3, written: 1, alreadyPresent: 2 });
    await first[Symbol.asyncDispose]();
    await second[Symbol.asyncDispose]();
  });

  it('has its part in what is invented: Message-ID, UID of a contact', async () => {
    const contact = (key: number): MessageSpec => ({ ...mail(key), class: 'IPM.Contact' });
    const uids = new Set<string>();
    const messageIds = new Set<string>();
    for (const key of [1, 2, 1]) {
      const source = await opened('invented.pst', [mail(key), contact(key)]);
      for await (const { content } of source.messages())
        messageIds.add(/^Message-ID: .*/im.exec(Buffer.from(content.bytes()).toString())?.[0] ?? '');
      for await (const { uid } of source.items()) uids.add(uid);
      await source[Symbol.asyncDispose]();
    }
    expect([messageIds.size, uids.size]).toEqual([2, 2]);
  });

  it('stays when a message is edited', async () => {
    expect(await identities('edited.pst', [mail(1, 'another subject')])).toEqual(await identities('before.pst', [mail(1)]));
  });

  it('takes the time of creation where there is no search key, and does without either', async () => {
    const born = (key: Buffer, created: Date): MessageSpec => ({
      subject: 'x',
      properties: [
        [0x300b0102, key],
        [0x30070040, created],
      ],
    });
    const noKey = Buffer.alloc(0);
    const noTime = new Date(Date.UTC(1601, 0));
    const [keyed] = await identities('keyed.pst', [born(Buffer.alloc(16, 1), noTime)]);
    const [created] = await identities('created.pst', [born(noKey, new Date(2020, 0))]);
    const [neither] = await identities('neither.pst', [born(noKey, noTime)]);
    expect(new Set([keyed, created, neither]).size).toBe(3);
    expect(await identities('created-again.pst', [{ ...born(noKey, new Date(2020, 0)), subject: 'y' }])).toEqual([created]);
    expect(await identities('neither-again.pst', [{ ...born(noKey, noTime), subject: 'y' }])).toEqual([neither]);
  });
});
