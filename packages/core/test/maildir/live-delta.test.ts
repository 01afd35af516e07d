// The night of the switch in short: scripts/prove-delta.py, of which the long form is run by hand.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { hasDovecot } from '../../../../scripts/oracle/dovecot.ts';

describe.runIf(hasDovecot() && process.getuid?.() === 0)('a writer on one side and a user on the other', () => {
  it('end where the rules say, while conversion runs again and again', { timeout: 180_000 }, () => {
    const { status, stdout, stderr } = spawnSync('python3', ['scripts/prove-delta.py', '--rounds', '4', '--seed', '5'], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ rounds: 4, errors: [] });
    expect(status).toBe(0);
  });
});
