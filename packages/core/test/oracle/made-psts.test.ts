// Healthy PSTs with odd content, made from a seed: the short form of scripts/pst-parity, and the proof that it can fail.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const run = (...args: readonly string[]) => spawnSync(process.execPath, ['scripts/pst-parity/run.mjs', ...args], { encoding: 'utf8' });

function hasReaders(): boolean {
  const isThere = spawnSync('/usr/bin/python3', ['-c', 'import icalendar, recurring_ical_events, vobject']).status === 0;
  if (!isThere && process.env['ORACLE'] === 'required')
    throw new Error('python3-icalendar, python3-recurring-ical-events and python3-vobject are required by ORACLE=required');
  if (!isThere) process.stderr.write('SKIPPED: python3-icalendar, python3-recurring-ical-events or python3-vobject is not installed\n');
  return isThere;
}

describe.runIf(hasReaders())('others', () => {
  it('read of a converted PST what was put into it', () => {
    const { status, stdout, stderr } = run('--count', '2', '--seed', '1');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ files: 2, differences: 0 });
    expect(status).toBe(0);
  }, 240_000);

  it('are asked in earnest: one changed flag and one changed hour are found', () => {
    const { status, stdout, stderr } = run('--count', '1', '--seed', '1', '--tamper');
    expect(JSON.parse(stdout).differences).toBeGreaterThanOrEqual(2);
    expect(stderr).toMatch(/flags .*became/u);
    expect(stderr).toMatch(/lost, \d+ more/u);
    expect(status).toBe(1);
  }, 120_000);
});
