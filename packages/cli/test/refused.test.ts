import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { HOME_FIXTURE, jsonLines, mailferry, mboxOf, temporary } from './run-program.js';

/** Command lines that would do something else than was meant, and a part of what is said. */
const REFUSED: readonly (readonly [args: readonly string[], word: string])[] = [
  [['convert', HOME_FIXTURE, 'imaps://ann@mail.example.org/'], 'a URL is no Maildir'],
  [['convert', HOME_FIXTURE, ''], 'an argument is empty'],
  [['convert', HOME_FIXTURE, HOME_FIXTURE], 'source and target are one and the same'],
  [['convert', `mbox:/absent:INBOX=${HOME_FIXTURE}/mbox`, `${HOME_FIXTURE}/mail/../mbox`], 'source and target are one and the same'],
  [['convert', '-n', '--verify', HOME_FIXTURE, 'Maildir'], '--dry-run and --verify exclude each other'],
  [['convert', '-q', '-v', HOME_FIXTURE, 'Maildir'], '--quiet and --verbose exclude each other'],
  [['convert', '--forecast', '--report', 'a.html', HOME_FIXTURE, 'Maildir'], '--forecast and --report exclude each other'],
  [['convert', '--since', '2020-01-01', '--before', '2019-01-01', HOME_FIXTURE, 'Maildir'], 'both since and before'],
  [['convert', '--layout', 'fs', HOME_FIXTURE, 'maildir:Maildir:LAYOUT=maildir++'], '--layout fs and LAYOUT='],
  [['convert', '--from-tz', 'Mars/Olympus', HOME_FIXTURE, 'Maildir'], '"Mars/Olympus" is no time zone'],
  [['convert', '--codepage', '12', HOME_FIXTURE, 'Maildir'], 'there is no code page 12'],
  [['convert', '--pop3-uidl', 'none', HOME_FIXTURE, 'Maildir'], 'has an unknown variable, or none'],
  [['convert', '--items=', HOME_FIXTURE, 'Maildir'], '--items cannot be ""'],
  [['convert', '--exclude-folder', '', HOME_FIXTURE, 'Maildir'], '--exclude-folder cannot be ""'],
  [['convert', '--dry-run=yes', HOME_FIXTURE, 'Maildir'], '--dry-run takes no value'],
  [['-v', 'convert', HOME_FIXTURE, 'Maildir'], '-v stands before the command'],
  [['--dry-run', 'convert', HOME_FIXTURE, 'Maildir'], '--dry-run stands before the command'],
  [['upload', '--connections', '0', HOME_FIXTURE, 'imap://ann@127.0.0.1:1/'], '--connections cannot be "0"'],
  [['upload', '--max-rate', '0', HOME_FIXTURE, 'imap://ann@127.0.0.1:1/'], '--max-rate cannot be "0"'],
  [['upload', '--password-file', 'a', '--password-command', 'b', HOME_FIXTURE, 'imap://a@127.0.0.1:1/'], 'there is one password'],
  [['upload', '--tls-insecure', '--tls-fingerprint', 'ab', HOME_FIXTURE, 'imap://a@127.0.0.1:1/'], 'trusts everybody'],
  [['upload', '--tls-ca', `${HOME_FIXTURE}/mbox`, HOME_FIXTURE, 'imap://a@127.0.0.1:1/'], 'has no certificate in PEM form'],
  [['upload', '--client-cert', `${HOME_FIXTURE}/mbox`, HOME_FIXTURE, 'imap://a@127.0.0.1:1/'], 'has no certificate in PEM form'],
  [['upload', '--tls-fingerprint', 'ab', HOME_FIXTURE, 'imap://a@127.0.0.1:1/'], 'not the SHA-256 of a certificate'],
  [['survey', '--jobs', '0', '.'], '--jobs cannot be "0"'],
  [['batch', '--jobs', '0', 'users.csv'], '--jobs cannot be "0"'],
  [['batch', '--option', 'nope=1', 'users.csv'], 'neither convert nor upload has a flag --nope'],
  [['batch', '--option', 'owner=bob', 'users.csv'], '--option cannot set owner'],
  [['batch', '--group', 'nobody', 'users.csv'], 'no user is in the group nobody'],
  [['batch', '--redis', 'redis://127.0.0.1:1/', 'users.csv'], 'add --runner bullmq'],
];

describe('a command line that cannot be meant', () => {
  it.each(REFUSED)('%j', async (args, word) => {
    using directory = temporary();
    mkdirSync(directory.of('cwd'));
    writeFileSync(directory.of('cwd/users.csv'), 'user;source;target\n');
    const run = await mailferry(args, { cwd: directory.of('cwd') });
    expect([run.status, run.stdout]).toEqual([64, '']);
    expect(run.stderr).toContain(word);
    expect(readdirSync(directory.of('cwd'))).toEqual(['users.csv']);
  });

  it('does not show what may be a secret', async () => {
    const run = await mailferry(['upload', '--json', '--password=hunter2', 'a', 'imap://b/']);
    expect(run.status).toBe(64);
    expect(run.stderr).toContain("unknown option '--password'");
    expect(run.stdout + run.stderr).not.toContain('hunter2');
  });
});

describe('a command line that cannot be read', () => {
  it.each([[['convert']], [['convert', '--since', 'never', 'a', 'b']], [['nonsense']]])(
    '%j ends with an error as JSON where the environment wants that',
    async (args) => {
      const run = await mailferry(args, { env: { MAILFERRY_JSON: 'yes' } });
      expect([run.status, jsonLines(run.stdout)]).toMatchObject([64, [{ type: 'error', code: 'USAGE', exitStatus: 64 }]]);
    },
  );
});

describe('of two flags that exclude each other', () => {
  it('the one of the higher place counts', async () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxOf(1));
    const env = { MAILFERRY_VERIFY: '1', MAILFERRY_QUIET: '1' };
    const run = await mailferry(['convert', '-n', '-v', '--json', directory.of('mbox'), directory.of('Maildir')], { env });
    expect([run.status, jsonLines(run.stdout).at(-1)?.['dryRun']]).toEqual([0, true]);
  });
});

describe('where a Maildir has to be and is not', () => {
  it.each([
    ['verify', 'there is no Maildir to compare with'],
    ['restore', 'there is no Maildir to restore from'],
  ])('%s says so, and not that the source is missing', async (command, word) => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxOf(1));
    const [there, absent] = [directory.of('mbox'), directory.of('absent')];
    const run = await mailferry([command, ...(command === 'verify' ? [there, absent] : [absent, there])]);
    expect(run.status).toBe(66);
    expect(run.stderr).toContain(word);
  });

  it('a run that was to bring nothing has nothing to compare', async () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxOf(1));
    const run = await mailferry(['convert', '--verify', '--folder', 'absent', directory.of('mbox'), directory.of('Maildir')]);
    expect(run.status).toBe(0);
    expect(run.stderr).not.toContain('error[');
  });
});

const PROGRAM = fileURLToPath(new URL('../bin/mailferry.js', import.meta.url));

describe('a full disk', () => {
  it.each([
    [['explain'], 'standard output'],
    [['inspect', '--json', HOME_FIXTURE], 'standard output'],
    [['inspect', '--log-file', '/dev/full', HOME_FIXTURE], 'the log file'],
  ])('%j ends with 74 and a word about %s', (args, what) => {
    const full = openSync('/dev/full', 'w');
    const stdout = what === 'standard output' ? full : 'ignore';
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', stdout, 'pipe'], encoding: 'utf8' });
    closeSync(full);
    expect(status).toBe(74);
    expect(stderr).toContain(`error[OUTPUT_UNWRITABLE]: ${what} cannot be written`);
  });
});
