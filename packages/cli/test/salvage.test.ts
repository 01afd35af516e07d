import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { jsonLines, mailferry, mboxOf, temporary } from './run-program.js';

/** A compressed mbox without its last third. */
function brokenOff(): Uint8Array {
  const whole = gzipSync(mboxOf(800));
  return whole.subarray(0, Math.floor((whole.length * 2) / 3));
}

describe('a damaged source', () => {
  it('gives what can be read, says what is missing, and ends with 65 each time', async () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox.gz'), brokenOff());
    const args = ['convert', '--json', directory.of('mbox.gz'), directory.of('Maildir')];
    const first = await mailferry(args);
    const summary = jsonLines(first.stdout).at(-1) ?? {};
    expect(first.status).toBe(65);
    expect(summary).toMatchObject({ outcome: 'damaged', exitStatus: 65, issues: { SOURCE_INCOMPLETE: 1 } });
    const { written, failed } = summary['totals'] as { written: number; failed: number };
    expect(written).toBeGreaterThan(0);
    expect(failed).toBe(0);
    const again = await mailferry(args);
    expect([again.status, jsonLines(again.stdout).at(-1)]).toMatchObject([65, { totals: { written: 0, alreadyPresent: written } }]);
  });

  it('is accepted with --salvage, and the report says so', async () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox.gz'), brokenOff());
    const run = await mailferry(['convert', '--salvage', directory.of('mbox.gz'), directory.of('Maildir')]);
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/^The source is damaged: not all that it once held could be read\. All \d+ messages are in/);
    expect(run.stdout).toMatch(/SOURCE_INCOMPLETE at .*mbox\.gz.*--salvage says that this is known/);
  });
});
