import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transfer } from '@mailferry/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imapTarget } from '../../src/index.js';
import { type Dovecot, hasDovecot, startDovecot } from '../dovecot.js';
import { readAccount } from '../read-account.js';
import { generatedHome, messagesOf, storeOf, truthOf } from '../sources.js';

describe.skipIf(!hasDovecot())('a home uploaded to a real Dovecot', () => {
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

  it('is there once after two runs, octet for octet, with flags, keywords and dates', async () => {
    const home = generatedHome(1, 600);
    const upload = async () => {
      await using target = await imapTarget({ url: dovecot.url('ann'), password: async () => 'pw', ledger });
      return { report: await transfer(storeOf(home), target), plan: target.plan() };
    };
    const first = await upload();
    expect(first.plan.method).toBe('multiappend');
    expect(first.report.totals).toMatchObject({ read: 600, written: 600, failed: 0 });
    const second = await upload();
    expect(second.report.totals).toMatchObject({ read: 600, written: 0, alreadyPresent: 600 });
    expect(await readAccount(dovecot.url('ann'))).toEqual(truthOf(messagesOf(home)));
  });
});
