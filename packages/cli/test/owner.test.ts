import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findAccount } from '../src/owner/account.js';
import { pathsIn } from '../src/owner/location-paths.js';
import { foreignEntry } from '../src/owner/roots-own.js';
import { jsonLines, mailferry, mboxOf, temporary } from './run-program.js';

const NOBODY = 65_534;

/** True when this is root and the user nobody can read the program. */
function canTry(): boolean {
  const readable =
    process.getuid?.() === 0 &&
    spawnSync(
      process.execPath,
      ['-e', `require('fs').readFileSync(${JSON.stringify(new URL('../dist/program.js', import.meta.url).pathname)})`],
      { uid: NOBODY, gid: NOBODY },
    ).status === 0;
  if (!readable) process.stderr.write('SKIPPED: --owner is not tried, this needs root and a program that the user nobody can read\n');
  return readable;
}

function homeOf(directory: string): string {
  chmodSync(directory, 0o755);
  const home = `${directory}/nobody`;
  mkdirSync(home, { mode: 0o700 });
  writeFileSync(`${home}/mbox`, mboxOf(2), { mode: 0o600 });
  for (const path of [home, `${home}/mbox`]) chownSync(path, NOBODY, NOBODY);
  return home;
}

describe.runIf(canTry())('root', () => {
  it('does not convert what is not its own', async () => {
    using directory = temporary();
    const home = homeOf(directory.path);
    const run = await mailferry(['convert', `${home}/mbox`, `${home}/Maildir`]);
    expect([run.status, run.stdout]).toEqual([77, '']);
    expect(run.stderr).toContain('error[OWNER_REQUIRED]');
    expect(run.stderr).toContain('--owner USER');
  });

  it('lets the owner do it, with the rights of the owner alone', async () => {
    using directory = temporary();
    const home = homeOf(directory.path);
    const run = await mailferry(['convert', '--json', '--owner', 'nobody', `${home}/mbox`, `${home}/Maildir`]);
    expect(jsonLines(run.stdout).at(-1)).toMatchObject({ type: 'summary', totals: { written: 2 } });
    for (const path of [`${home}/Maildir`, `${home}/Maildir/dovecot-uidlist`]) {
      const { uid, mode } = statSync(path);
      expect([path, uid, mode & 0o077]).toEqual([path, NOBODY, 0]);
    }
  });

  it('gives the owner no way to what only root may read or write', async () => {
    using directory = temporary();
    const home = homeOf(directory.path);
    writeFileSync(directory.of('secret'), mboxOf(1), { mode: 0o600 });
    symlinkSync(directory.of('secret'), `${home}/link`);
    expect((await mailferry(['convert', '--owner', 'nobody', directory.of('secret'), `${home}/Maildir`])).status).toBe(77);
    expect((await mailferry(['convert', '--owner', 'nobody', `${home}/link`, `${home}/Maildir`])).status).not.toBe(0);
    const target = await mailferry(['convert', '--owner', 'nobody', `${home}/mbox`, directory.of('Maildir')]);
    expect(target.status).toBe(77);
    expect(target.stderr).toContain('error[TARGET_EACCES]');
  });

  it('passes a signal on and gives back the exit status', async () => {
    using directory = temporary();
    const home = homeOf(directory.path);
    writeFileSync(`${home}/mbox`, mboxOf(5000, 'The ferry leaves at noon.\n'.repeat(200)));
    let sent = false;
    const run = await mailferry(['convert', '--fsync', 'none', '--json', '--owner', 'nobody', `${home}/mbox`, `${home}/Maildir`], {
      onOutput: (child) => {
        if (!sent) sent = child.kill('SIGTERM');
      },
    });
    expect(run.status).toBe(143);
    expect(jsonLines(run.stdout).at(-1)).toMatchObject({ outcome: 'interrupted' });
  });

  it('cannot be the owner, and the owner must exist', async () => {
    expect((await mailferry(['convert', '--owner', 'root', '/a', '/b'])).stderr).toContain('error[OWNER_IS_ROOT]');
    const unknown = await mailferry(['convert', '--owner', 'no-such-user', '/a', '/b']);
    expect([unknown.status, unknown.stderr.slice(0, 21)]).toEqual([64, 'error[OWNER_UNKNOWN]:']);
  });
});

describe('the parts of the rule', () => {
  it('finds users by name and by number', () => {
    expect(findAccount('root')).toEqual({ user: 'root', uid: 0, group: 0 });
    expect(findAccount('nobody:mail')).toMatchObject({ user: 'nobody', uid: NOBODY, group: 'mail' });
    expect(findAccount('65534')).toMatchObject({ user: 'nobody', uid: NOBODY });
    for (const bad of ['', '-u', 'a b', '../x']) expect(() => findAccount(bad)).toThrow(expect.objectContaining({ code: 'OWNER_UNKNOWN' }));
  });

  it('finds the paths in a location', () => {
    expect(pathsIn('/var/mail/ann')).toEqual(['/var/mail/ann']);
    expect(pathsIn('mbox:/home/ann/mail:INBOX=/var/mail/ann')).toEqual(['/home/ann/mail', '/var/mail/ann']);
    expect(pathsIn('maildir:/home/ann/Maildir:LAYOUT=fs')).toEqual(['/home/ann/Maildir']);
    expect([...pathsIn('-'), ...pathsIn('imaps://ann@example.org/')]).toEqual([]);
  });

  it('trusts what root alone can change', () => {
    expect(foreignEntry('/etc/passwd')).toBeUndefined();
    expect(foreignEntry('/etc/does/not/exist/yet')).toBeUndefined();
    expect(readFileSync('/etc/passwd', 'utf8')).toContain('root:');
  });

  it('refuses another user than oneself without the rights of root', async () => {
    if (process.getuid?.() === 0) return;
    expect((await mailferry(['convert', '--owner', 'nobody', '/a', '/b'])).stderr).toContain('error[OWNER_NEEDS_ROOT]');
  });
});
