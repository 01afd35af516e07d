import { execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Dovecot, hasDovecot, startDovecot } from './dovecot.js';

const SCRIPT = fileURLToPath(new URL('../../../scripts/prove-upload.mjs', import.meta.url));

/** True when there is a Python; when there is none and ORACLE=required, throws. */
function hasPython(): boolean {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    if (process.env['ORACLE'] === 'required') throw new Error('ORACLE=required, but there is no python3');
    process.stderr.write('SKIPPED: no python3 on this machine, imaplib does not read what was uploaded\n');
    return false;
  }
}

describe.skipIf(!hasDovecot() || !hasPython())('the proof of an upload, in its short form', () => {
  let dovecot: Dovecot;
  beforeAll(async () => {
    dovecot = await startDovecot();
  });
  afterAll(() => dovecot?.stop());

  const prove = (user: string, ...more: readonly string[]) =>
    new Promise<{ status: number | null; said: string }>((resolve, reject) => {
      const child = spawn(process.execPath, [SCRIPT, '--count', '200', '--server', dovecot.url(user), 'pw', ...more]);
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
      child.once('error', reject);
      child.once('close', (status) => resolve({ status, said }));
    });

  it('finds every octet, flag, keyword, date, folder and subscription, with imapflow and with imaplib', async () => {
    const { status, said } = await prove('proof');
    expect(said).toContain('1 sources, 200 messages: 200 equal in every octet, flag and date for both readers');
    expect(status, said).toBe(0);
  });

  it('fails when one flag is changed', async () => {
    const { status, said } = await prove('planted', '--plant');
    expect(said).toMatch(/DIFFERENT .*imaplib does not find proof-/);
    expect(status).toBe(1);
  });
});
