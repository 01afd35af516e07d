import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonLines, mailferry, mboxOf, temporary } from './run-program.js';

/** A batch of two users of this very account, one without a source. */
async function runBatch(directory: { of(name: string): string }, more: readonly string[] = []): Promise<number | null> {
  writeFileSync(directory.of('ann.mbox'), mboxOf(3));
  const row = (user: string, source: string) => `${user};${directory.of(source)};maildir:${directory.of(`${user}-Maildir`)};pilot\n`;
  writeFileSync(directory.of('users.csv'), `user;source;target;group\n${row('ann', 'ann.mbox')}${row('ben', 'absent.mbox')}`);
  const owner = process.getuid?.() === 0 ? ['--owner', 'nobody'] : [];
  const run = await mailferry(['batch', ...owner, ...more, directory.of('users.csv')]);
  return run.status;
}

// As root the jobs are others', who may not enter a private directory; test/batch.test.ts tries that. Here the report is what matters.
describe('the report of a batch', () => {
  it('is written at the end of a batch, and again by its own command, in any language', async () => {
    using directory = temporary();
    expect(await runBatch(directory, ['--report', directory.of('night.html'), '--report', directory.of('night.json')])).toBe(1);
    const report = JSON.parse(readFileSync(directory.of('night.json'), 'utf8')) as Record<string, unknown>;
    expect(report).toMatchObject({ schema: 'mailferry.batch-report/1', outcome: 'failed', users: { total: 2 } });
    expect(readFileSync(directory.of('night.html'), 'utf8')).toContain(String(report['verdict']));
    expect(statSync(directory.of('night.html')).mode & 0o777).toBe(0o600);
    const text = await mailferry(['report', '--language', 'de', directory.of('users.csv')]);
    expect(text.stdout).toContain('Was noch von Hand zu tun ist');
    const again = await mailferry(['report', '--json', directory.of('users.csv')]);
    expect([again.status, jsonLines(again.stdout)[0]]).toEqual([1, { type: 'batchReport', ...report }]);
  });

  it('says so when there was no batch, and when the form is unknown', async () => {
    using directory = temporary();
    const none = await mailferry(['report', directory.of('users.csv')]);
    expect(none.stderr).toContain('error[STATE_NOT_FOUND]');
    expect((await mailferry(['report', '--report', directory.of('a.pdf'), directory.of('users.csv')])).status).toBe(64);
  });

  it('gives way to the tables of those who are done', async () => {
    using directory = temporary();
    await runBatch(directory);
    const tables = directory.of('tables');
    const needed = await mailferry(['handover', directory.of('users.csv'), tables]);
    expect([needed.status, needed.stderr.includes('--new-host')]).toEqual([64, true]);
    const run = await mailferry([
      'handover',
      '--json',
      '--new-host',
      'imap.example.org',
      '--domain',
      'example.org',
      directory.of('users.csv'),
      tables,
    ]);
    expect(run.status).toBe(1);
    const done = process.getuid?.() === 0 ? '' : 'ann@example.org\n';
    expect(readFileSync(join(tables, 'migrated-addresses'), 'utf8')).toBe(done);
    expect(jsonLines(run.stdout).at(-1)).toMatchObject({ type: 'summary', notRepresentable: [] });
    expect(readFileSync(join(tables, 'perdition-popmap'), 'utf8')).toBe(done.replace('@example.org', ':imap.example.org'));
  });
});
