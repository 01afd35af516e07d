import { readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jsonLines, mailferry, mboxOf, temporary } from './run-program.js';

const MESSAGES = 5000;
/** Large enough that the file is read in several windows. */
const BODY = 'The ferry leaves at noon.\n'.repeat(200);

describe('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s stops after the messages in flight with %i, and the same command goes on', async (signal, status) => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxOf(MESSAGES, BODY));
    const args = ['convert', '--fsync', 'none', '--json', directory.of('mbox'), directory.of('Maildir')];
    let sent = false;
    const stopped = await mailferry(args, {
      onOutput: (child) => {
        if (!sent) sent = child.kill(signal);
      },
    });
    const summary = jsonLines(stopped.stdout).at(-1) ?? {};
    expect(stopped.status).toBe(status);
    expect(summary).toMatchObject({ type: 'summary', outcome: 'interrupted', exitStatus: status });
    const before = (summary['totals'] as { written: number }).written;
    expect(before).toBeLessThan(MESSAGES);
    expect(String(summary['next'])).toContain('To go on, run the same command again: mailferry convert');

    const resumed = await mailferry(args);
    expect(resumed.status).toBe(0);
    expect(jsonLines(resumed.stdout).at(-1)).toMatchObject({
      outcome: 'complete',
      totals: { read: MESSAGES, alreadyPresent: before, written: MESSAGES - before },
    });
    expect(readdirSync(directory.of('Maildir/cur')).length + readdirSync(directory.of('Maildir/new')).length).toBe(MESSAGES);
  });
});
