import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RawPath, rawPath } from '@mailferry/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { surveyHome, withAccessLists } from '../src/index.js';
import { hasGetfacl, parseAccessLists, readAccessLists } from '../src/survey-access.js';

const MBOX = 'From ann@example.org Thu Jan  1 10:00:00 2015\nFrom: ann@example.org\nSubject: one\n\nText.\n\n';
/** A name with an octet that is no UTF-8, a backslash and a space. */
const ODD = Buffer.from('o\\d\xe9 d', 'latin1');

describe('what getfacl prints', () => {
  it('is read entry by entry, after the mask, and nothing but named users and groups', () => {
    const text = [
      '# file: /home/ann/mail/o\\\\d\\012\xe9',
      '# owner: ann',
      '# group: ann',
      'user::rw-',
      'user:bob:rwx\t\t\t#effective:r--',
      'group::r--',
      'group:\xc3\xa9quipe:r--',
      'mask::r--',
      'other::---',
      'default:user:carol:rw-',
      '',
      '# file: /home/ann/plain',
      'user::rw-',
      'group::r--',
      'other::r--',
      '',
      'user:nobody:rwx',
      '',
    ].join('\n');
    expect(parseAccessLists(text)).toEqual([
      {
        path: '/home/ann/mail/o\\d\n\u00e9',
        granted: [
          { who: 'user bob', rights: 'r--' },
          { who: 'group \u00e9quipe', rights: 'r--' },
          { who: 'user carol', rights: 'rw-', isDefault: true },
        ],
      },
    ]);
    expect(parseAccessLists('')).toEqual([]);
    expect(parseAccessLists('# file: a\n# file: b\nuser:x\nuser::\ngroup:y:777\n')).toEqual([]);
  });
});

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'mailferry-access-'));
  chmodSync(home, 0o755);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** True when getfacl and a file system with access lists are here. */
function hasAccessLists(): boolean {
  const isInstalled = hasGetfacl() && spawnSync('setfacl', ['--version'], { stdio: 'ignore' }).status === 0;
  if (!isInstalled && process.env['ORACLE'] === 'required') throw new Error('getfacl and setfacl are not installed');
  const probe = join(mkdtempSync(join(tmpdir(), 'mailferry-acl-')), 'probe');
  writeFileSync(probe, '');
  const works = isInstalled && spawnSync('setfacl', ['-m', 'u:4242:r', probe], { stdio: 'ignore' }).status === 0;
  rmSync(join(probe, '..'), { recursive: true });
  if (!works) process.stderr.write('SKIPPED: access lists are not tried, the package acl is missing, or the file system has none\n');
  return works;
}

describe.runIf(hasAccessLists())('access lists of a home', () => {
  function set(entry: string, ...paths: readonly string[]): void {
    expect(spawnSync('setfacl', ['-m', entry, '--', ...paths], { encoding: 'utf8' }).stderr).toBe('');
  }

  it('are named with who is named there, and what has none is not', async () => {
    const mail = join(home, 'mail');
    mkdirSync(join(mail, 'team'), { recursive: true });
    for (const name of ['shared', 'own', 'team/list']) writeFileSync(join(mail, name), MBOX);
    writeFileSync(Buffer.concat([Buffer.from(`${mail}/`), ODD]), MBOX);
    writeFileSync(join(mail, 'notes.txt'), 'no mail');
    set('u:4242:rw', join(mail, 'shared'), join(mail, 'notes.txt'));
    set('g:4343:r', join(mail, 'team'));
    set('d:u:4242:r', mail);
    spawnSync('sh', ['-c', 'setfacl -m u:4444:r "$0"/o*d', mail]);
    mkdirSync(join(home, 'Maildir/.Team/cur'), { recursive: true });
    for (const name of ['Maildir/.Team/new', 'Maildir/.Team/tmp', 'Maildir/cur', 'Maildir/new', 'Maildir/tmp']) mkdirSync(join(home, name));
    set('u:4242:rwx', join(home, 'Maildir/.Team'));
    symlinkSync(join(mail, 'shared'), join(mail, 'link'));
    const places: RawPath[] = [];
    const survey = await surveyHome({ user: 'ann', home, target: `maildir:${home}/Maildir` }, { place: (path) => places.push(path) });
    const access = readAccessLists(rawPath(home), places);
    expect(new Map(access.map(({ path, granted }) => [path.slice(home.length + 1), granted]))).toEqual(
      new Map([
        ['mail', [{ who: 'user 4242', rights: 'r--', isDefault: true }]],
        ['mail/shared', [{ who: 'user 4242', rights: 'rw-' }]],
        ['mail/team', [{ who: 'group 4343', rights: 'r--' }]],
        ['mail/o\\d\u00e9 d', [{ who: 'user 4444', rights: 'r--' }]],
        ['Maildir/.Team', [{ who: 'user 4242', rights: 'rwx' }]],
      ]),
    );
    const { notes } = withAccessLists(survey, access.slice(0, 2));
    expect(notes.filter(({ kind }) => kind === 'acl')).toHaveLength(1);
    expect(withAccessLists(survey, [])).toBe(survey);
    const text = withAccessLists(survey, access).notes.at(-1)?.text ?? '';
    expect(text).toContain('mail/shared (user 4242 rw-)');
    expect(text).toContain('mail (for new files: user 4242 r--)');
  });

  it('are not followed over a link, nor asked for beyond the home', () => {
    const outside = mkdtempSync(join(tmpdir(), 'mailferry-access-'));
    writeFileSync(join(outside, 'other'), '');
    set('u:4242:r', join(outside, 'other'), outside);
    symlinkSync(join(outside, 'other'), join(home, 'leads-out'));
    const findings = readAccessLists(rawPath(home), [rawPath(join(home, 'leads-out')), rawPath(join(home, 'gone'))]);
    expect(findings).toEqual([]);
    const spool = readAccessLists(rawPath(home), [rawPath(join(outside, 'other'))]);
    expect(spool.map(({ path }) => path)).toEqual([join(outside, 'other')]);
    rmSync(outside, { recursive: true });
  });
});
