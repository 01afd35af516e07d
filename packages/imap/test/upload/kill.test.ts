import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FolderPath } from '@mailferry/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Dovecot, hasDovecot, startDovecot } from '../dovecot.js';
import { chatter, dovecotPeer, otherPeers, type Peer, tell, withClient } from '../peers.js';
import { startProxy } from '../proxy.js';
import { numbers } from '../sources.js';

const CHILD = join(import.meta.dirname, 'kill-child.mjs');
const ROUNDS = Number(process.env['MAILFERRY_SOAK_ROUNDS'] ?? 4);
const SEED = Number(process.env['MAILFERRY_SOAK_SEED'] ?? 1);
const MASKS: readonly (readonly string[])[] = [[], ['MULTIAPPEND'], ['UIDPLUS'], ['MULTIAPPEND', 'LITERAL+']];

describe.skipIf(!hasDovecot())('a client that is killed', () => {
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

  /** Runs the upload; kills it after so many milliseconds of work. Resolves with its exit status, or null when it was killed. */
  const run = (args: readonly string[], killAfterMs: number | undefined) =>
    new Promise<number | null>((resolve, reject) => {
      const child = spawn(process.execPath, [CHILD, ledger, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
      child.stdout.once('data', () => {
        if (killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
      });
      child.once('error', reject);
      child.once('exit', resolve);
    });

  const subjects = (peer: Peer, user: string, root: FolderPath) =>
    withClient(peer, user, async (client) => {
      const path =
        (await client.list()).find(({ name, path: box }) => (root[0] === 'INBOX' ? box === 'INBOX' : name === root[0]))?.path ?? '';
      await client.mailboxOpen(path, { readOnly: true });
      const found: string[] = [];
      for await (const message of client.fetch('1:*', { envelope: true, uid: true })) found.push(message.envelope?.subject ?? '');
      return found.filter((subject) => !subject.startsWith('other')).sort();
    });

  const round = async (peer: Peer, n: number, random: () => number): Promise<number> => {
    const { user, root } = peer.place(`kill${n}`);
    const proxy = await startProxy(peer.port, { mask: MASKS[n % MASKS.length] ?? [] });
    let isDone = false;
    const others = n % 2 === 1 ? chatter(peer, user, root, () => isDone) : Promise.resolve([]);
    let kills = 0;
    try {
      const args = [`imap://${user}@127.0.0.1:${proxy.port}/`, peer.password, root[0] ?? '', String(n)];
      let status: number | null = null;
      for (let attempt = 0; status === null && attempt < 20; attempt++) {
        status = await run(args, attempt < 3 ? random() * 250 : undefined);
        if (status === null) kills++;
      }
      isDone = true;
      await others;
      expect(status).toBe(0);
      await peer.quiet(user);
      expect(await run(args, undefined)).toBe(0);
      const wanted = Array.from({ length: 400 }, (_, k) => `kill ${n} ${k}`).sort();
      expect(await subjects(peer, user, root)).toEqual(wanted);
    } finally {
      isDone = true;
      await others;
      await proxy.close();
    }
    return kills;
  };

  const test = (title: string, peerOf: () => Peer) => {
    it(
      `leaves each message exactly once when the command is run again${title}`,
      async () => {
        const random = numbers(SEED);
        let kills = 0;
        for (let n = 0; n < ROUNDS; n++) {
          kills += await round(peerOf(), n, random);
          if (n % 20 === 19) tell(`${peerOf().title}: ${n + 1} rounds, ${kills} kills, each message once`);
        }
        expect(kills).toBeGreaterThan(0);
      },
      Math.max(240_000, ROUNDS * 60_000),
    );
  };
  test('', () => dovecotPeer(dovecot));
  for (const peer of otherPeers()) test(` on ${peer.title}`, () => peer);
});
