// Homes as Dovecot and UW keep them, made from a seed: the short form of scripts/dovecot-parity, and the proof that it can fail.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { hasDovecot } from '../../../../scripts/oracle/dovecot.ts';

const run = (...args: readonly string[]) => spawnSync(process.execPath, ['scripts/dovecot-parity/run.mjs', ...args], { encoding: 'utf8' });

describe.runIf(hasDovecot())('a real Dovecot', () => {
  it('says of each Maildir what it says of the home that it was made from', () => {
    const { status, stdout, stderr } = run('--count', '3', '--seed', '41');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ homes: 3, differences: 0 });
    expect(status).toBe(0);
  }, 240_000);

  it('is asked in earnest: one changed flag is found', () => {
    const { status, stdout, stderr } = run('--count', '1', '--seed', '41', '--tamper');
    expect(JSON.parse(stdout)).toMatchObject({ homes: 1, differences: 1 });
    expect(stderr).toMatch(/INBOX, message \d+: .*became/u);
    expect(status).toBe(1);
  }, 120_000);
});
