// Trees as Thunderbird, Takeout, MH and others leave them, made from a seed: the short form of scripts/source-parity, and the proof that it can fail.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { hasDovecot } from '../../../../scripts/oracle/dovecot.ts';

const run = (...args: readonly string[]) => spawnSync(process.execPath, ['scripts/source-parity/run.mjs', ...args], { encoding: 'utf8' });

describe.runIf(hasDovecot())('a real Dovecot', () => {
  it('says of each Maildir what the tree was made of', () => {
    const { status, stdout, stderr } = run('--count', '6', '--seed', '5000');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ trees: 6, differences: 0 });
    expect(status).toBe(0);
  }, 480_000);

  it('is asked in earnest: one changed flag is found', () => {
    const { status, stdout, stderr } = run('--count', '1', '--seed', '5000', '--kind', 'thunderbird', '--tamper');
    expect(JSON.parse(stdout)).toMatchObject({ trees: 1, differences: 1 });
    expect(stderr).toMatch(/message \d+: .*instead of/u);
    expect(status).toBe(1);
  }, 120_000);
});
