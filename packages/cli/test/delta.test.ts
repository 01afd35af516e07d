// The flags of the night of the switch, as the built program has them.
import { readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jsonLines, mailferry, mboxMessage, mboxOf, temporary } from './run-program.js';

describe('convert, run again', () => {
  it('forecasts, locks, and tells and flags what vanished', async () => {
    using directory = temporary();
    const [source, maildir] = [directory.of('mbox'), directory.of('Maildir')];
    writeFileSync(source, mboxOf(3));
    expect((await mailferry(['convert', '--lock', source, maildir])).status).toBe(0);
    expect(readdirSync(directory.path).filter((name) => name.includes('lock'))).toEqual([]);

    writeFileSync(source, mboxMessage(1));
    const forecast = await mailferry(['convert', '--forecast', source, maildir]);
    expect([forecast.status, forecast.stderr]).toEqual([0, '']);
    expect(forecast.stdout).toMatch(
      /^The last run that changed something .* 3 messages written, 0 updated\.\n {2}1 file to be read whole: .*\nThe next run needs about /,
    );
    const [line] = jsonLines((await mailferry(['convert', '--json', '--forecast', source, maildir])).stdout);
    expect(line).toMatchObject({
      type: 'summary',
      exitStatus: 0,
      forecast: { last: { started: expect.stringMatching(/^\d{4}-.*Z$/) }, whole: { files: 1 }, unchanged: { files: 0 } },
    });

    const told = await mailferry(['convert', '--json', source, maildir]);
    expect(jsonLines(told.stdout).at(-1)).toMatchObject({ issues: { SOURCE_MESSAGE_GONE: 2 }, exitStatus: 0 });
    const flagged = await mailferry(['convert', '--propagate-deletes', source, maildir]);
    expect(flagged.status).toBe(0);
    expect(readdirSync(`${maildir}/cur`).filter((name) => name.endsWith('T'))).toHaveLength(2);
  });
});
