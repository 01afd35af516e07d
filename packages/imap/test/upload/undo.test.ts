import { mkdtempSync, rmSync } from 'node:fs';
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

  const upload = async (user: string, seed: number) => {
    await using target = await imapTarget({ url: dovecot.url(user), password, ledger });
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

  it('refuses without UIDPLUS, or only marks', async () => {
    const run = await upload('eve', 5);
    const proxy = await startProxy(dovecot.port, { mask: ['UIDPLUS'] });
    try {
      const url = `imap://eve@127.0.0.1:${proxy.port}/`;
      await expect(undo(run, { password, ledger, url })).rejects.toMatchObject({ code: 'IMAP_REFUSED' });
      await undo(run, { password, ledger, url, marksOnly: true });
      expect((await state('eve')).filter((line) => line.includes('\\Deleted'))).toHaveLength(120);
    } finally {
      await proxy.close();
    }
  });

  it('knows no run that is not in a ledger', async () => {
    await expect(undo('nobody', { password, ledger })).rejects.toMatchObject({ code: 'USAGE' });
  });
});
