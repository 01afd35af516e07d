import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TransferReport, transfer } from '@mailferry/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imapTarget } from '../../src/index.js';
import { type Dovecot, hasDovecot, startDovecot } from '../dovecot.js';
import { chatter, dovecotPeer, otherPeers, type Peer, tell } from '../peers.js';
import { type Cut, startProxy } from '../proxy.js';
import { readAccount } from '../read-account.js';
import { generatedHome, type Home, numbers, storeOf, truthOf } from '../sources.js';

/** The long form (scripts/soak-imap.sh): thousands of cuts with `MAILFERRY_SOAK_ROUNDS`, others with `MAILFERRY_SOAK_SEED`. */
const ROUNDS = Number(process.env['MAILFERRY_SOAK_ROUNDS'] ?? 4);
const SEED = Number(process.env['MAILFERRY_SOAK_SEED'] ?? 7);
const COUNT = 90;
const MASKS: readonly (readonly string[])[] = [
  [],
  ['UIDPLUS'],
  ['MULTIAPPEND'],
  ['MULTIAPPEND', 'LITERAL+'],
  ['MULTIAPPEND', 'LITERAL+', 'UIDPLUS'],
];

describe.skipIf(!hasDovecot())('a connection that is cut', () => {
  let dovecot: Dovecot;
  let ledger: string;
  beforeAll(async () => {
    dovecot = await startDovecot({ extra: 'mail_fsync = never' });
    ledger = mkdtempSync(join(tmpdir(), 'mailferry-ledger-'));
  });
  afterAll(async () => {
    await dovecot?.stop();
    rmSync(ledger, { recursive: true, force: true });
  });

  const upload = async (home: Home, url: string, peer: Peer): Promise<TransferReport> => {
    const patience = { firstWaitMs: 5, longestWaitMs: 50, tries: 40 };
    const password = async () => peer.password;
    await using target = await imapTarget({ url, password, ledger, batchMessages: 20, settleMs: 300, lateMs: 300, patience });
    return await transfer(storeOf(home), target);
  };

  /** One account, cut up to six times; gives the number of cuts. */
  const round = async (peer: Peer, mask: readonly string[], name: string, seed: number, random: () => number): Promise<number> => {
    const { user, root } = peer.place(name);
    const home = generatedHome(seed, COUNT, [root, [...root, 'Other']]);
    const total = home.messages.reduce((sum, { content }) => sum + content.crlfSize, 0);
    const proxy = await startProxy(peer.port, { mask, cutOf: (n) => (n < 6 ? cutAt(random, total) : undefined) });
    const url = `imap://${user}@127.0.0.1:${proxy.port}/`;
    let isDone = false;
    const others = seed % 2 === 1 ? chatter(peer, user, root, () => isDone) : Promise.resolve([]);
    try {
      const report = await untilDone(() => upload(home, url, peer));
      expect(report.totals.failed).toBe(0);
      // However slow the server is: once it has stored what it will, the same command again leaves each message once.
      isDone = true;
      const foreign = await others;
      await peer.quiet(user);
      const again = await untilDone(() => upload(home, url, peer));
      expect(again.totals).toMatchObject({ read: COUNT, written: 0, alreadyPresent: COUNT, failed: 0 });
      const all = await readAccount(`imap://${user}@${peer.host}:${peer.port}/`, peer.password, root[0]);
      const lines = all.filter((line) => !foreign.some((hash) => line.includes(hash)));
      expect(all.length - lines.length, `messages of another client, ${name}`).toBe(foreign.length);
      const second = kept(report) + kept(again);
      if (second > 0) tell(`${name}: ${second} second copies stay`);
      expect(mask.includes('UIDPLUS') ? second : 0).toBe(second);
      expect(lines.length, name).toBe(COUNT + second);
      expect([...new Set(lines)], name).toEqual([...new Set(truthOf(home.messages))]);
      if (second === 0) expect(lines, name).toEqual(truthOf(home.messages));
      if (removed(report) + removed(again) > 0) tell(`${name}: ${removed(report) + removed(again)} late copies were taken back`);
    } finally {
      isDone = true;
      await others;
      await proxy.close();
    }
    return proxy.cuts;
  };

  const test = (title: string, mask: readonly string[], peerOf: () => Peer) => {
    it(
      `leaves each message exactly once${title}, without ${mask.join(' and ') || 'nothing'}`,
      async () => {
        let cuts = 0;
        const random = numbers(mask.join().length + SEED);
        for (let n = 0; n < ROUNDS; n++) {
          cuts += await round(peerOf(), mask, `cut-${MASKS.indexOf(mask)}-${n}`, n, random);
          if (n % 20 === 19) tell(`${peerOf().title}, without ${mask.join(' and ')}: ${n + 1} rounds, ${cuts} cuts, each message once`);
        }
        expect(cuts).toBeGreaterThan(ROUNDS);
      },
      Math.max(180_000, ROUNDS * 40_000),
    );
  };

  for (const mask of MASKS) {
    test('', mask, () => dovecotPeer(dovecot));
    for (const peer of otherPeers()) test(` on ${peer.title}`, mask, () => peer);
  }
});

/** Anywhere: in what is sent, in the greeting, between the server's OK and its arrival. */
function cutAt(random: () => number, total: number): Cut {
  const kind = random();
  if (kind < 0.6) return { direction: 'toServer', after: Math.floor(random() ** 2 * total) };
  return { direction: 'toClient', after: Math.floor(random() * (kind < 0.65 ? 120 : 4000)) };
}

/** Second copies that are named in the report, because the server cannot remove one message. */
function kept({ issues }: TransferReport): number {
  return issues.find(({ code }) => code === 'IMAP_DUPLICATE_LATE')?.count ?? 0;
}

function removed({ issues }: TransferReport): number {
  return issues.find(({ code }) => code === 'IMAP_DUPLICATE_REMOVED')?.count ?? 0;
}

/** A run may give up while signing in, or at a message at which the connection was lost again and again; the same command again ends it. */
async function untilDone(upload: () => Promise<TransferReport>): Promise<TransferReport> {
  for (let run = 0; run < 8; run++) {
    const report = await upload().catch(() => undefined);
    if (report?.totals.failed === 0) return report;
  }
  return await upload();
}
