// Batches that are killed, stopped and doubled at random, over made homes: the short form of scripts/batch-chaos, and the proof that it can fail.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['scripts/batch-chaos/run.mjs', '--rounds', '1', '--users', '6', ...args], { encoding: 'utf8' });
/** It binds a passwd of its own, which wants root with the right to mount. */
const canMount = process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0;
if (!canMount) process.stderr.write('SKIPPED: a batch in disorder wants root that may mount\n');

describe.runIf(canMount)('a batch in disorder', () => {
  it('delivers every message once, and its state is true', () => {
    const { status, stdout, stderr } = run('--steps', '2', '--seed', '3');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ rounds: 1, users: 6, faults: 0 });
    expect(status).toBe(0);
  }, 240_000);

  it('is judged in earnest: one message that was removed is found', () => {
    const { status, stdout, stderr } = run('--steps', '0', '--seed', '3', '--tamper');
    expect(JSON.parse(stdout)).toMatchObject({ faults: 1 });
    expect(stderr).toMatch(/seed 3: u5\S*\/\d+ is not there/u);
    expect(status).toBe(1);
  }, 240_000);
});
