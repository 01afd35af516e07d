import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXIT, exitStatusOf } from '../src/exit-codes.js';
import { jsonLines, mailferry, mboxOf, temporary } from './run-program.js';

describe('the exit status of the built program', () => {
  it('is 0 for help and version, which go to standard output', async () => {
    const [help, version] = await Promise.all([mailferry(['--help']), mailferry(['--version'])]);
    expect([help.status, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toContain('convert SOURCE... TARGET');
    expect(await mailferry(['help'])).toEqual(help);
    expect((await mailferry(['help', 'convert'])).stdout).toMatch(/^Usage: mailferry convert /);
    expect([version.status, version.stdout]).toEqual([0, 'mailferry 0.1.0\n']);
  });

  it.each([
    [[], 'which command?'],
    [['conver'], "unknown command 'conver'"],
    [['convert', 'only-one'], 'convert needs SOURCE... TARGET'],
    [['convert', '--dry-rum', 'a', 'b'], "unknown option '--dry-rum'"],
    [['verify', '--layout', 'fs', 'a', 'b'], 'it is for convert; verify has no use for it: leave it out'],
    [['convert', '--max-size', 'huge', 'a', 'b'], '--max-size cannot be "huge"'],
    [['convert', '--since', '2003-02-30', 'a', 'b'], '--since cannot be "2003-02-30"'],
    [['convert', '--unescape', 'some', 'a', 'b'], '--unescape cannot be "some"'],
    [['convert', '--report', 'report.pdf', 'a', 'b'], '--report cannot tell the form of "report.pdf"'],
    [['completion', 'tcsh'], 'there are no completions for "tcsh"'],
    [['explain', 'NO_SUCH_CODE'], 'there is no code "NO_SUCH_CODE"'],
  ])('is 64 for the command line %j', async (args, what) => {
    const run = await mailferry(args);
    expect([run.status, run.stdout]).toEqual([EXIT.usage, '']);
    expect(run.stderr).toMatch(/^error\[(?:USAGE|CODE_UNKNOWN)\]: /);
    expect(run.stderr).toContain(what);
    expect(run.stderr).toMatch(/\n {2}help: .+\n {8}mailferry explain [A-Z_]+\n$/);
  });

  it('is 64 for a source that is named twice and for standard output as a Maildir, 73 for a file as one', async () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxOf(1));
    const [mbox, target] = [directory.of('mbox'), directory.of('Maildir')];
    const twice = await mailferry(['convert', mbox, `mbox:${mbox}`, target]);
    expect([twice.status, existsSync(target)]).toEqual([EXIT.usage, false]);
    expect(twice.stderr).toContain('a source is named twice');
    expect((await mailferry(['convert', '-', '-', target], { input: mboxOf(1) })).stderr).toContain('a source is named twice');
    const output = await mailferry(['convert', mbox, '-'], { cwd: directory.path });
    expect([output.status, existsSync(directory.of('-'))]).toEqual([EXIT.usage, false]);
    for (const command of ['verify', 'restore']) {
      const args = command === 'verify' ? [mbox, mbox] : [mbox, directory.of('back')];
      const run = await mailferry([command, ...args]);
      expect([run.status, run.stderr]).toEqual([EXIT.target, expect.stringContaining('error[TARGET_ENOTDIR]')]);
    }
  });

  it('proposes what was probably meant', async () => {
    expect((await mailferry(['convert', '--dry-rum', 'a', 'b'])).stderr).toContain('perhaps you mean --dry-run');
    expect((await mailferry(['explain', 'DATE_FROM_HEADR'])).stderr).toContain('perhaps you mean DATE_FROM_HEADER');
  });

  it('is 66 for a source that is not there, 65 for one of no known format', async () => {
    using directory = temporary();
    writeFileSync(directory.of('notes.txt'), 'not mail at all\n');
    const missing = await mailferry(['convert', directory.of('nowhere'), directory.of('Maildir')]);
    expect(missing.status).toBe(EXIT.sourceNotFound);
    expect(missing.stderr).toBe(
      `error[SOURCE_NOT_FOUND]: the source does not exist\n  --> ${directory.of('nowhere')}\n  help: check the path for a typing error\n        mailferry explain SOURCE_NOT_FOUND\n`,
    );
    const unknown = await mailferry(['inspect', directory.of('notes.txt')]);
    expect([unknown.status, unknown.stdout]).toEqual([EXIT.sourceData, '']);
    expect(unknown.stderr).toContain('error[SOURCE_FORMAT_UNKNOWN]: ');
  });

  it('is 73 or 77 for a target that cannot be, and 74 for a report that cannot be written', async () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxOf(1));
    writeFileSync(directory.of('file'), '');
    expect((await mailferry(['convert', directory.of('mbox'), directory.of('file/Maildir')])).status).toBe(EXIT.target);
    const report = await mailferry(['convert', '--report', directory.of('no/report.txt'), directory.of('mbox'), directory.of('Maildir')]);
    expect(report.status).toBe(EXIT.io);
    expect(report.stderr).toContain('error[OUTPUT_UNWRITABLE]: the report cannot be written');
    mkdirSync(directory.of('locked'));
    chmodSync(directory.of('locked'), 0o500);
    if (process.getuid?.() === 0) return;
    expect((await mailferry(['convert', directory.of('mbox'), directory.of('locked/Maildir')])).status).toBe(EXIT.permission);
  });

  it('ends --json with an error line that has the status', async () => {
    const run = await mailferry(['convert', '--json', '/nowhere/at/all', '/nowhere/Maildir']);
    const last = jsonLines(run.stdout).at(-1);
    expect(last).toMatchObject({ type: 'error', code: 'SOURCE_NOT_FOUND', exitStatus: 66, retryable: false });
    const usage = await mailferry(['convert', '--json']);
    expect(jsonLines(usage.stdout)).toMatchObject([{ type: 'error', code: 'USAGE', exitStatus: 64 }]);
  });
});

describe('exitStatusOf', () => {
  it.each([
    ['UsageError', 'USAGE', false, 64],
    ['SourceError', 'PST_NOT_RECOGNISED', false, 65],
    ['SourceError', 'TOO_MANY_FAILURES', false, 65],
    ['SourceError', 'SOURCE_NOT_FOUND', false, 66],
    ['InternalError', 'BOOKS_UNBALANCED', false, 70],
    ['TypeError', 'ERR_INVALID_ARG_TYPE', false, 70],
    ['TargetError', 'TARGET_EROFS', false, 73],
    ['TargetError', 'TARGET_EDQUOT', true, 73],
    ['RemoteError', 'IMAP_OVERQUOTA', false, 73],
    ['TargetError', 'TARGET_ENOSPC', true, 74],
    ['TargetError', 'TARGET_EIO', true, 74],
    ['SourceError', 'SOURCE_UNREADABLE', false, 74],
    ['TargetError', 'TARGET_LOCKED', true, 75],
    ['RemoteError', 'IMAP_CLOSED', true, 75],
    ['RemoteError', 'IMAP_TLS', false, 76],
    ['RemoteError', 'IMAP_LOGIN', false, 77],
    ['SourceError', 'SOURCE_PERMISSION', false, 77],
    ['TargetError', 'TARGET_EACCES', false, 77],
    ['UsageError', 'OWNER_REQUIRED', false, 77],
    ['UsageError', 'CONFIG_UNKNOWN_KEY', false, 78],
  ])('of %s %s is as sysexits has it', (name, code, retryable, status) => {
    expect(exitStatusOf({ name, code, retryable })).toBe(status);
  });
});
