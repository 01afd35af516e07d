import { describe, expect, it } from 'vitest';
import { jsonLines, mailferry } from './run-program.js';

describe('explain', () => {
  it('says what a code means and what to do', async () => {
    const run = await mailferry(['explain', 'date-from-file']);
    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(/^DATE_FROM_FILE \(warning\)\n\n.+\n\n.+\n\nWhat to do\n\n.+\n$/s);
    expect(run.stdout.split('\n').every((line) => line.length <= 100)).toBe(true);
  });

  it('lists all codes, as text and as JSON', async () => {
    const [text, json] = await Promise.all([mailferry(['explain']), mailferry(['explain', '--json'])]);
    const codes = text.stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]);
    expect(codes).toEqual(expect.arrayContaining(['BUG', 'DATE_FROM_HEADER', 'SOURCE_NOT_FOUND', 'USAGE']));
    expect(Object.keys(jsonLines(json.stdout)[0]?.['codes'] as object)).toEqual(codes);
  });

  it('knows system errors of a target that have no page', async () => {
    expect((await mailferry(['explain', 'TARGET_ENXIO'])).stdout).toContain('The target could not be written.');
  });
});
