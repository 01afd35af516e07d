import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TransferReport, transfer } from '@mailferry/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imapTarget } from '../../src/index.js';
import { type Dovecot, hasDovecot, startDovecot } from '../dovecot.js';
import { type Cut, startProxy } from '../proxy.js';
import { readAccount } from '../read-account.js';
import { generatedHome, numbers, storeOf, truthOf } from '../sources.js';

/** The long form: thousands of cuts with `MAILFERRY_SOAK_ROUNDS`, others with `MAILFERRY_SOAK_SEED`. */
const ROUNDS = Number(process.env['MAILFERRY_SOAK_ROUNDS'] ?? 6);
const SEED = Number(process.env['MAILFERRY_SOAK_SEED'] ?? 7);
const HARSH = { settleMs: 300, lateMs: 300, patience: { firstWaitMs: 5, longestWaitMs: 50, tries: 40 } } as const;

/** Second copies that are named in the report, because the server cannot remove one message. */
function kept({ issues }: TransferReport): number {
  return issues.find(({ code }) => code === 'IMAP_DUPLICATE_LATE')?.count ?? 0;
}

/** A run may give up while signing in; the same command again ends it. */
async function untilDone(upload: () => Promise<TransferReport>): Promise<TransferReport> {
  for (let run = 0; run < 8; run++) {
    const report = await upload().catch(() => undefined);
    if (report !== undefined) return report;
  }
  return await upload();
}

describe.skipIf(!hasDovecot())('a connection that is cut', () => {
  let dovecot: Dovecot;
  let ledgers: string;
  let users = 0;
  beforeAll(async () => {
    dovecot = await startDovecot({ extra: 'mail_fsync = never' });
    ledgers = mkdtempSync(join(tmpdir(), 'mailferry-ledger-'));
  });
  afterAll(async () => {
    await dovecot?.stop();
    rmSync(ledgers, { recursive: true, force: true });
  });

  const upload = async (port: number, user: string, seed: number, messages: number) => {
    await using target = await imapTarget({
      url: `imap://${user}@127.0.0.1:${port}/`,
      password: async () => 'pw',
      ledger: ledgers,
      batchMessages: 20,
      ...HARSH,
    });
    return await transfer(storeOf(generatedHome(seed, messages, [['INBOX'], ['Other']])), target);
  };

  for (const mask of [[], ['UIDPLUS'], ['MULTIAPPEND'], ['MULTIAPPEND', 'LITERAL+'], ['MULTIAPPEND', 'LITERAL+', 'UIDPLUS']]) {
    it(
      `leaves each message exactly once, without ${mask.join(' and ') || 'nothing'}`,
      async () => {
        let cuts = 0;
        const random = numbers(mask.join().length + SEED);
        for (let round = 0; round < ROUNDS; round++) {
          const user = `cut${users++}`;
          const home = generatedHome(round, 90, [['INBOX'], ['Other']]);
          const total = home.messages.reduce((sum, { content }) => sum + content.crlfSize, 0);
          const cutOf = (n: number): Cut | undefined => {
            if (n >= 6) return undefined;
            return random() < 0.6
              ? { direction: 'toServer', after: Math.floor(random() ** 2 * total) }
              : { direction: 'toClient', after: Math.floor(random() * 4000) };
          };
          const proxy = await startProxy(dovecot.port, { mask, cutOf });
          try {
            const report = await untilDone(() => upload(proxy.port, user, round, 90));
            expect(report.totals.failed).toBe(0);
            // However slow the server is: once it has stored what it will, the same command again leaves each message once.
            await dovecot.quiet(user);
            const again = await untilDone(() => upload(proxy.port, user, round, 90));
            expect(again.totals).toMatchObject({ read: 90, written: 0, alreadyPresent: 90, failed: 0 });
            const lines = await readAccount(dovecot.url(user));
            expect(lines.length, `user ${user}`).toBe(90 + kept(report) + kept(again));
            expect([...new Set(lines)], `user ${user}`).toEqual([...new Set(truthOf(home.messages))]);
            if (!mask.includes('UIDPLUS')) expect(lines, `user ${user}`).toEqual(truthOf(home.messages));
          } finally {
            cuts += proxy.cuts;
            await proxy.close();
          }
        }
        expect(cuts).toBeGreaterThan(ROUNDS);
      },
      Math.max(60_000, ROUNDS * 20_000),
    );
  }
});
