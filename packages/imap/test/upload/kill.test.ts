import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Dovecot, hasDovecot, startDovecot } from '../dovecot.js';
import { numbers } from '../sources.js';

const CHILD = join(import.meta.dirname, 'kill-child.mjs');
const ROUNDS = Number(process.env['MAILFERRY_SOAK_ROUNDS'] ?? 3);
const SEED = Number(process.env['MAILFERRY_SOAK_SEED'] ?? 1);

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
  const run = (user: string, seed: number, killAfterMs: number | undefined) =>
    new Promise<number | null>((resolve, reject) => {
      const child = spawn(process.execPath, [CHILD, dovecot.url(user), ledger, String(seed)], { stdio: ['ignore', 'pipe', 'inherit'] });
      child.stdout.once('data', () => {
        if (killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
      });
      child.once('error', reject);
      child.once('exit', resolve);
    });

  const subjects = async (user: string) => {
    const client = new ImapFlow({ host: '127.0.0.1', port: dovecot.port, secure: false, auth: { user, pass: 'pw' }, logger: false });
    await client.connect();
    await client.mailboxOpen('INBOX', { readOnly: true });
    const found: string[] = [];
    for await (const message of client.fetch('1:*', { envelope: true, uid: true })) found.push(message.envelope?.subject ?? '');
    await client.logout();
    return found.sort();
  };

  it('leaves each message exactly once when the command is run again', async () => {
    const random = numbers(SEED);
    let kills = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const user = `kill${round}`;
      let status: number | null = null;
      for (let attempt = 0; status === null && attempt < 20; attempt++) {
        status = await run(user, round, attempt < 3 ? random() * 250 : undefined);
        if (status === null) kills++;
      }
      expect(status).toBe(0);
      const wanted = Array.from({ length: 400 }, (_, n) => `kill ${round} ${n}`).sort();
      expect(await subjects(user)).toEqual(wanted);
    }
    expect(kills).toBeGreaterThan(0);
  }, 180_000);
});
