import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Dovecot, hasDovecot, startDovecot } from '../../imap/test/dovecot.js';
import { jsonLines, mailferry, mboxOf, temporary } from './run-program.js';

describe.skipIf(!hasDovecot())('upload --verify to a real Dovecot', () => {
  let dovecot: Dovecot;
  beforeAll(async () => {
    dovecot = await startDovecot();
  });
  afterAll(() => dovecot?.stop());

  it('prints the verdict before the summary, which is the last line', async () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxOf(5));
    const args = ['--json', '--verify', '--ledger', directory.of('ledger'), directory.of('mbox'), dovecot.url('ann')];
    const env = { MAILFERRY_PASSWORD: 'pw' };
    const run = await mailferry(['upload', ...args], { env });
    const lines = jsonLines(run.stdout);
    expect([run.status, ...lines.map(({ type }) => type).slice(-3)]).toEqual([0, 'folder', 'verify', 'summary']);
    expect(lines.slice(-2)).toMatchObject([
      { verdict: 'all 5 messages of the source are on the server', expected: 5, failures: 0, exitStatus: 0 },
      { totals: { written: 5 }, exitStatus: 0 },
    ]);
  });
});
