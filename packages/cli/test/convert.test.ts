import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HOME_FIXTURE, jsonLines, mailferry, mboxMessage, mboxOf, type Run, temporary } from './run-program.js';

/** What differs from run to run. */
function settled(text: string, directory: string): string {
  return text.replaceAll(directory, 'DIR').replace(/ in [\d.]+ (?:s|min)/g, ' in TIME');
}

function summaryOf(run: Run): Record<string, unknown> {
  const lines = jsonLines(run.stdout);
  expect(lines.filter(({ type }) => type === 'summary' || type === 'error')).toHaveLength(1);
  expect(lines.at(-1)?.['type']).toBe('summary');
  return lines.at(-1) ?? {};
}

describe('convert', () => {
  it('says what is where now, and changes nothing when it is run again', async () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxOf(3));
    const args = ['convert', directory.of('mbox'), directory.of('Maildir')];
    const first = await mailferry(args);
    expect([first.status, first.stderr]).toEqual([0, '']);
    expect(settled(first.stdout, directory.path)).toBe(
      'All 3 messages are in the Maildir DIR/Maildir.\n       3  written now          423 B in TIME\n',
    );
    const uidlist = readFileSync(directory.of('Maildir/dovecot-uidlist'));
    const again = await mailferry(args);
    expect(settled(again.stdout, directory.path)).toBe(
      'Nothing changed in the source since all 3 messages came to the Maildir DIR/Maildir.\n       0  written now          0 B in TIME\n       3  were already there after the last run\n',
    );
    expect(readFileSync(directory.of('Maildir/dovecot-uidlist')).equals(uidlist)).toBe(true);
    appendFileSync(directory.of('mbox'), mboxOf(1));
    const grown = await mailferry(args);
    expect(settled(grown.stdout, directory.path)).toBe(
      'All 4 messages are in the Maildir DIR/Maildir.\n       1  written now          141 B in TIME\n       3  were already there after the last run\n',
    );
    // What was not read was not looked for.
    rmSync(directory.of('Maildir/cur'), { recursive: true });
    const unread = await mailferry(args);
    expect(unread.stdout).toMatch(/^Nothing changed in the source since all 4 messages came to /);
    const summary = jsonLines((await mailferry([...args, '--json'])).stdout).at(-1);
    expect(summary).toMatchObject({ totals: { alreadyPresent: 4, unchanged: 4 } });
  });

  it("takes the target in Dovecot's syntax as well", async () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxOf(3));
    const run = await mailferry(['convert', '--verify', directory.of('mbox'), `maildir:${directory.of('Maildir')}:LAYOUT=fs`]);
    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(existsSync(directory.of('Maildir/dovecot-uidlist'))).toBe(true);
    expect((await mailferry(['convert', directory.of('mbox'), `mbox:${directory.of('other')}`])).status).toBe(64);
    expect((await mailferry(['convert', directory.of('mbox'), 'maildir:/srv/%u'])).stderr).toContain('LOCATION_VARIABLE');
  });

  it('writes nothing with --dry-run', async () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxOf(3));
    const run = await mailferry(['convert', '-n', directory.of('mbox'), directory.of('Maildir')]);
    expect(settled(run.stdout, directory.path)).toBe(
      'All 3 messages would be in the Maildir DIR/Maildir.\n       3  would be written     423 B in TIME\n',
    );
    expect(existsSync(directory.of('Maildir'))).toBe(false);
  });

  it('keeps to the JSON lines that are promised', async () => {
    using directory = temporary();
    const run = await mailferry(['convert', '--json', '-v', HOME_FIXTURE, directory.of('Maildir')]);
    expect([run.status, run.stderr]).toEqual([0, '']);
    const lines = jsonLines(run.stdout);
    expect(lines[0]).toMatchObject({ type: 'plan', command: 'convert', dryRun: false, target: { format: 'maildir' } });
    const types = new Set(lines.map(({ type }) => type).filter((type) => type !== 'progress'));
    expect(types).toEqual(new Set(['plan', 'issue', 'folder', 'summary']));
    const summary = summaryOf(run);
    expect(summary).toMatchObject({ exitStatus: 0, outcome: 'complete', totals: { read: 21, written: 21, failed: 0 } });
    expect(summary['issues']).toEqual({ MBOX_FROM_LINE_AMBIGUOUS: 3 });
    const folders = lines.filter(({ type }) => type === 'folder');
    expect(folders.reduce((sum, { read }) => sum + Number(read), 0)).toBe(21);
    expect(folders.map(({ path }) => path)).toContainEqual(['Работа', 'отчёты', 'Q3']);
  });

  it('shows many issues of one code in one line', async () => {
    using directory = temporary();
    const run = await mailferry(['convert', HOME_FIXTURE, directory.of('Maildir')]);
    const warnings = run.stderr.split('\n').filter((line) => line.startsWith('warning['));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^warning\[MBOX_FROM_LINE_AMBIGUOUS\]: .+ \(3 times, first at .+mbox @ 2,755\): .+$/);
    using other = temporary();
    const listed = await mailferry(['convert', '-v', HOME_FIXTURE, other.of('Maildir')]);
    expect(listed.stderr.split('\n').filter((line) => line.startsWith('warning['))).toHaveLength(3);
    expect((await mailferry(['convert', '-q', HOME_FIXTURE, other.of('Maildir')])).stderr).toBe('');
  });

  it('takes the part that the filters leave, and counts the rest as filtered', async () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxMessage(0) + mboxMessage(40) + mboxMessage(400, 'long '.repeat(1000)));
    const args = ['convert', '-n', '--json', directory.of('mbox'), directory.of('Maildir')];
    const totals = async (...flags: string[]) => summaryOf(await mailferry([...args, ...flags]))['totals'] as Record<string, number>;
    expect(await totals('--since', '2003-02-01')).toMatchObject({ read: 3, written: 2, filtered: 1 });
    expect(await totals('--before', '2003-02-01')).toMatchObject({ read: 3, written: 1, filtered: 2 });
    expect(await totals('--max-size', '1k')).toMatchObject({ read: 3, written: 2, filtered: 1, filteredBy: { option: 1 } });
    expect(await totals('--exclude-folder', 'INB*')).toMatchObject({ read: 0 });
  });

  it('puts folders where --into and --folder-map say', async () => {
    using directory = temporary();
    writeFileSync(directory.of('map'), '# old = new\nsent-mail = Sent\nРабота = Work\n');
    const run = await mailferry([
      'convert',
      '-n',
      '--json',
      '--folder-map',
      directory.of('map'),
      '--into',
      'Old',
      HOME_FIXTURE,
      directory.of('Maildir'),
    ]);
    const paths = jsonLines(run.stdout).flatMap(({ type, path }) => (type === 'folder' ? [(path as string[]).join('/')] : []));
    expect(paths).toEqual(expect.arrayContaining(['Old', 'Old/Sent', 'Old/Work/отчёты/Q3']));
    writeFileSync(directory.of('map'), 'no pair\n');
    const wrong = await mailferry(['convert', '--folder-map', directory.of('map'), HOME_FIXTURE, directory.of('Maildir')]);
    expect([wrong.status, wrong.stderr.slice(0, 26)]).toEqual([64, 'error[FOLDER_MAP_INVALID]:']);
    const none = await mailferry(['convert', '--folder-map', directory.of('none'), HOME_FIXTURE, directory.of('Maildir')]);
    expect(none.stderr).toContain('error[FOLDER_MAP_UNREADABLE]');
  });

  it('reads standard input', async () => {
    using directory = temporary();
    const run = await mailferry(['convert', '--json', '-', directory.of('Maildir')], { input: mboxOf(2) });
    expect(summaryOf(run)).toMatchObject({ totals: { read: 2, written: 2 } });
  });

  it('logs every event with its time', async () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxOf(2));
    await mailferry(['convert', '--log-file', directory.of('log'), directory.of('mbox'), directory.of('Maildir')]);
    const lines = jsonLines(readFileSync(directory.of('log'), 'utf8'));
    const types = lines.map(({ type }) => type).filter((type) => type !== 'progress');
    expect(types).toEqual(['plan', 'message', 'message', 'folder', 'summary']);
    expect(lines.every(({ time }) => typeof time === 'string')).toBe(true);
  });

  it('uses colours only when asked or on a terminal', async () => {
    using directory = temporary();
    const args = ['convert', '/nowhere', directory.of('Maildir')];
    const ESC = String.fromCharCode(27);
    expect((await mailferry(args)).stderr).not.toContain(ESC);
    expect((await mailferry([...args, '--color', 'always'])).stderr).toContain(`${ESC}[31merror[SOURCE_NOT_FOUND]${ESC}[39m`);
    expect((await mailferry([...args, '--color', 'always'], { env: { NO_COLOR: '1' } })).stderr).toContain(ESC);
  });
});

describe('the report', () => {
  it('says the same in three forms', async () => {
    using directory = temporary();
    const reports = ['txt', 'json', 'html'].flatMap((form) => ['--report', directory.of(`report.${form}`)]);
    const run = await mailferry(['convert', '--json', ...reports, HOME_FIXTURE, directory.of('Maildir')]);
    const report = JSON.parse(readFileSync(directory.of('report.json'), 'utf8')) as Record<string, unknown>;
    expect(report).toMatchObject({ schema: 'mailferry.report/1', outcome: 'complete', totals: summaryOf(run)['totals'] as object });
    const [text, page] = [readFileSync(directory.of('report.txt'), 'utf8'), readFileSync(directory.of('report.html'), 'utf8')];
    expect(text.split('\n')[0]).toBe(report['verdict']);
    expect(page).toContain(String(report['verdict']));
    expect(page).not.toMatch(/<script|javascript:|https?:\/\//i);
    expect(text).not.toContain('Subject');
  });
});
