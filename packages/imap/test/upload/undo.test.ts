import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transfer } from '@mailferry/core';
import { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imapTarget, undo } from '../../src/index.js';
import { type Dovecot, hasDovecot, startDovecot } from '../dovecot.js';
import { startProxy } from '../proxy.js';
import { generatedHome, storeOf } from '../sources.js';

describe.skipIf(!hasDovecot())('undo', () => {
  let dovecot: Dovecot;
  let ledger: string;
  beforeAll(async () => {
    dovecot = await startDovecot();
    ledger = mkdtempSync(join(tmpdir(), 'mailferry-ledger-'));
  });
  afterAll(async () => {
    await dovecot?.stop();
    rmSync(ledger, { recursive: true, force: true });
  });
  const password = async () => 'pw';

  const withClient = async <T>(user: string, work: (client: ImapFlow) => Promise<T>): Promise<T> => {
    const client = new ImapFlow({ host: '127.0.0.1', port: dovecot.port, secure: false, auth: { user, pass: 'pw' }, logger: false });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.logout();
    }
  };

  const state = (user: string) =>
    withClient(user, async (client) => {
      const lines: string[] = [];
      for (const { path } of await client.list()) {
        const box = await client.mailboxOpen(path, { readOnly: true });
        lines.push(`${path} ${box.uidValidity}`);
        if (box.exists === 0) continue;
        for await (const message of client.fetch('1:*', { flags: true, uid: true, size: true })) {
          const flags = [...(message.flags ?? [])].filter((flag) => flag !== '\\Recent').sort();
          lines.push(`${path} ${message.uid} ${message.size} ${flags.join(' ')}`);
        }
      }
      return lines.sort();
    });

  const upload = async (user: string, seed: number, url = dovecot.url(user)) => {
    await using target = await imapTarget({ url, password, ledger });
    await transfer(storeOf(generatedHome(seed, 120, [['INBOX'], ['Neu', 'Kind']])), target);
    return target.run;
  };

  it('restores an account with earlier mail and later edits of the user to what it was', async () => {
    await withClient('ann', async (client) => {
      for (let i = 0; i < 5; i++) await client.append('INBOX', `Subject: earlier ${i}\r\n\r\nmail ${i}\r\n`, ['\\Seen']);
    });
    const run = await upload('ann', 3);
    const before = await state('ann');
    expect(before.length).toBeGreaterThan(120);
    // The user goes on: flags an old message, marks one as deleted, and writes a new one.
    await withClient('ann', async (client) => {
      await client.mailboxOpen('INBOX');
      await client.messageFlagsAdd('1', ['\\Flagged'], { uid: true });
      await client.messageFlagsAdd('2', ['\\Deleted'], { uid: true });
      await client.append('INBOX', 'Subject: later\r\n\r\nmail\r\n', []);
    });
    const report = await undo(run, { password, ledger });
    expect(report.folders.reduce((sum, { removed }) => sum + removed, 0)).toBe(120);
    const after = await state('ann');
    expect(after.filter((line) => line.startsWith('INBOX '))).toHaveLength(7);
    expect(after.filter((line) => /^INBOX [12] /.test(line)).map((line) => line.replace(/ \d+ (?=\\)/, ' '))).toEqual([
      'INBOX 1 \\Flagged \\Seen',
      'INBOX 2 \\Deleted \\Seen',
    ]);
    expect(after.some((line) => line.startsWith('Neu'))).toBe(false);
    // Undone is not uploaded: the same command brings it back.
    await upload('ann', 3);
    expect((await state('ann')).length).toBe(before.length + 1);
  });

  it('keeps what the user has changed, unless told otherwise', async () => {
    const run = await upload('bob', 4);
    await withClient('bob', async (client) => {
      await client.mailboxOpen('INBOX');
      await client.messageFlagsAdd('3', ['mine'], { uid: true });
    });
    const first = await undo(run, { password, ledger });
    expect(first.folders.reduce((sum, { keptChanged }) => sum + keptChanged, 0)).toBe(1);
    expect((await state('bob')).filter((line) => line.includes('mine'))).toHaveLength(1);
    const second = await undo(run, { password, ledger, removesChanged: true });
    expect(second.folders.reduce((sum, { removed }) => sum + removed, 0)).toBe(1);
  });

  it('refuses without UIDPLUS and MOVE, or only marks', async () => {
    const run = await upload('eve', 5);
    const proxy = await startProxy(dovecot.port, { mask: ['UIDPLUS', 'MOVE'] });
    try {
      const url = `imap://eve@127.0.0.1:${proxy.port}/`;
      await expect(undo(run, { password, ledger, url })).rejects.toMatchObject({ code: 'IMAP_REFUSED' });
      await undo(run, { password, ledger, url, marksOnly: true });
      expect((await state('eve')).filter((line) => line.includes('\\Deleted'))).toHaveLength(120);
    } finally {
      await proxy.close();
    }
  });

  for (const knowsUids of [true, false]) {
    it(`takes back by MOVE, ${knowsUids ? 'by the UIDs of the ledger' : 'where the server never told a UID'}`, async () => {
      const user = knowsUids ? 'fay' : 'gus';
      await withClient(user, async (client) => {
        for (let i = 0; i < 5; i++) await client.append('INBOX', `Subject: earlier ${i}\r\n\r\nmail ${i}\r\n`, ['\\Seen']);
      });
      const before = await state(user);
      const proxy = await startProxy(dovecot.port, { mask: ['UIDPLUS'] });
      const url = `imap://${user}@127.0.0.1:${proxy.port}/`;
      const run = await upload(user, 6, knowsUids ? dovecot.url(user) : url);
      // Two are marked as deleted, of which one is ours; one of ours is flagged: it stays.
      await withClient(user, async (client) => {
        await client.mailboxOpen('INBOX');
        await client.messageFlagsAdd('2,7', ['\\Deleted'], { uid: true });
        await client.messageFlagsAdd('9', ['mine'], { uid: true });
      });
      const report = await undo(run, { password, ledger, url });
      await proxy.close();
      expect(report.folders.reduce((sum, { removed }) => sum + removed, 0)).toBe(119);
      expect(report.folders.reduce((sum, { keptChanged }) => sum + keptChanged, 0)).toBe(1);
      const after = (await state(user)).filter((line) => !line.includes('mine'));
      expect(after).toEqual(before.map((line) => (line.startsWith('INBOX 2 ') ? line.replace('\\Seen', '\\Deleted \\Seen') : line)));
    });
  }

  it('by MOVE ends what an undo began that was killed', async () => {
    const before = await state('hal');
    const run = await upload('hal', 8);
    const file = join(ledger, readdirSync(ledger).find((name) => name.startsWith('hal@') && name.endsWith('.ledger')) ?? '');
    for (const last of [' UID STORE ', ' EXPUNGE']) {
      let isDying = false;
      const proxy = await startProxy(dovecot.port, {
        mask: ['UIDPLUS'],
        before: (_, chunk) => {
          if (!isDying && chunk.includes(last)) copyFileSync(file, `${file}-left`);
          isDying ||= chunk.includes(last);
          return isDying ? Promise.reject(new Error('killed')) : undefined;
        },
      });
      const url = `imap://hal@127.0.0.1:${proxy.port}/`;
      await expect(undo(run, { password, ledger, url })).rejects.toMatchObject({ retryable: true });
      await proxy.close();
      copyFileSync(`${file}-left`, file);
    }
    expect((await state('hal')).some((line) => line.includes('mailferry-bin-'))).toBe(true);
    const proxy = await startProxy(dovecot.port, { mask: ['UIDPLUS'] });
    const report = await undo(run, { password, ledger, url: `imap://hal@127.0.0.1:${proxy.port}/` });
    await proxy.close();
    expect(report.folders.reduce((sum, { removed }) => sum + removed, 0)).toBe(120);
    expect(await state('hal')).toEqual(before);
  });

  it('knows no run that is not in a ledger', async () => {
    await expect(undo('nobody', { password, ledger })).rejects.toMatchObject({ code: 'USAGE' });
  });
});
