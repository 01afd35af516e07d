import { spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canBecomeOthers } from './root-users.js';
import { jsonLines, mailferry, mboxOf, temporary } from './run-program.js';

const PROGRAM = fileURLToPath(new URL('../bin/mailferry.js', import.meta.url));
const NOBODY = 65_534;

describe('doctor', () => {
  it('looks at the machine, and at a place', async () => {
    const machine = await mailferry(['doctor', '--json']);
    const lines = jsonLines(machine.stdout);
    expect([machine.status, lines.at(-1)]).toMatchObject([0, { type: 'summary', outcome: 'complete', failures: 0 }]);
    expect(lines.slice(0, -1).every(({ type }) => type === 'finding')).toBe(true);
    using directory = temporary();
    const place = await mailferry(['doctor', `maildir:${directory.path}`]);
    expect([place.status, place.stderr]).toEqual([0, '']);
    expect(place.stdout).toMatch(/^ok +colon: /mu);
    expect(readdirSync(directory.path)).toEqual([]);
  });

  it('is 73 when it cannot be done there, and says what to do', async () => {
    using directory = temporary();
    const full = await mailferry(['doctor', '--bytes', '900000G', directory.path]);
    expect([full.status, full.stdout]).toEqual([73, expect.stringMatching(/^failure +space: .*\n +help: /mu)]);
    const none = await mailferry(['doctor', '--json', 'imap://ann@127.0.0.1:1/'], { env: { MAILFERRY_PASSWORD: 'pw' } });
    expect([none.status, jsonLines(none.stdout)[0]]).toMatchObject([73, { type: 'finding', check: 'sign-in', outcome: 'failure' }]);
    expect(none.stdout).not.toContain('"pw"');
  });
});

describe.runIf(canBecomeOthers('batches of users without an account are not tried'))('a batch as root', () => {
  it('of everyone in passwd: --from-passwd', async () => {
    using directory = temporary();
    chmodSync(directory.path, 0o755);
    // What the directory service of a machine would say.
    const people = [
      ['postfix', 120, 'spool'],
      ['anselm', 31_001, 'home/anselm'],
      ['berta', 31_002, 'home/berta'],
    ] as const;
    mkdirSync(directory.of('home'));
    mkdirSync(directory.of('mail'));
    mkdirSync(directory.of('bin'));
    for (const [user, uid] of people.slice(1)) {
      mkdirSync(directory.of(`home/${user}/mail`), { recursive: true });
      writeFileSync(directory.of(`home/${user}/mail/work`), mboxOf(2));
      writeFileSync(directory.of(`mail/${user}`), mboxOf(3));
      for (const path of [`home/${user}`, `home/${user}/mail`, `home/${user}/mail/work`, `mail/${user}`])
        chownSync(directory.of(path), uid, uid);
    }
    const passwd = people.map(([user, uid, home]) => `${user}:x:${uid}:${uid}::${directory.of(home)}:/bin/sh`);
    const ask = '[ "$2" = -- ] && exec grep "^$3:" "$(dirname "$0")"/passwd || exec cat "$(dirname "$0")"/passwd';
    const id =
      'user=$(grep "^$3:" "$(dirname "$0")"/passwd) || exit 1\ncase $1 in -un) f=1;; -u) f=3;; *) f=4;; esac\necho "$user" | cut -d: -f"$f"';
    writeFileSync(directory.of('bin/passwd'), `${passwd.join('\n')}\n`);
    writeFileSync(directory.of('bin/getent'), `#!/bin/sh\n${ask}\n`, { mode: 0o755 });
    writeFileSync(directory.of('bin/id'), `#!/bin/sh\n${id}\n`, { mode: 0o755 });
    const env = { PATH: `${directory.of('bin')}:${process.env['PATH'] ?? ''}` };
    const source = `mbox:%h/mail:INBOX=${directory.of('mail')}/%u`;
    const args = ['batch', '--json', '--state', directory.of('state'), '--from-passwd', source, 'maildir:%h/Maildir'];
    const run = await mailferry(args, { env });
    expect([run.status, jsonLines(run.stdout).at(-1)]).toMatchObject([0, { users: { done: 2, failed: 0 }, messages: 10 }]);
    for (const [user] of people.slice(1)) {
      const names = readdirSync(directory.of(`home/${user}/Maildir`));
      expect(names).toContain('.work');
      expect(
        readdirSync(directory.of(`home/${user}/Maildir/cur`)).length + readdirSync(directory.of(`home/${user}/Maildir/new`)).length,
      ).toBe(3);
    }
    const one = await mailferry(['batch', '--from-passwd', 'mbox:%h/mail'], { env });
    expect([one.status, one.stderr]).toEqual([64, expect.stringContaining('SOURCE')]);
  });

  it('is followed by status --watch to its end', { timeout: 120_000 }, async () => {
    using directory = temporary();
    chmodSync(directory.path, 0o1777);
    for (const user of ['ann', 'ben']) {
      writeFileSync(directory.of(`${user}.mbox`), mboxOf(500));
      chownSync(directory.of(`${user}.mbox`), NOBODY, NOBODY);
    }
    const rows = ['ann', 'ben'].map((user) => `${user}@example.org,${directory.of(`${user}.mbox`)},${directory.of(user)}`);
    writeFileSync(directory.of('users.csv'), `user,source,target\n${rows.join('\n')}\n`, { mode: 0o600 });
    // It may begin before the batch does.
    const watch = mailferry(['status', '--watch', '--json', directory.of('users.csv')]);
    const run = await mailferry(['batch', '--quiet', '--owner', 'nobody', directory.of('users.csv')]);
    expect(run.status).toBe(0);
    const seen = await watch;
    const lines = jsonLines(seen.stdout);
    expect([seen.status, lines.at(-1)]).toMatchObject([0, { type: 'summary', exitStatus: 0, isRunning: false, counts: { done: 2 } }]);
    expect(lines.filter(({ type }) => type === 'status').length).toBeGreaterThan(0);
  });

  it('without root does what is one\u2019s own, and nothing else', async () => {
    using directory = temporary();
    chmodSync(directory.path, 0o755);
    mkdirSync(directory.of('home'));
    writeFileSync(directory.of('home/mbox'), mboxOf(4));
    writeFileSync(directory.of('theirs'), mboxOf(4), { mode: 0o600 });
    const to = (name: string): string => directory.of(`home/${name}`);
    const manifest = ['user;source;target', `me;${to('mbox')};${to('Maildir')}`, `root;${directory.of('theirs')};${to('other')}`];
    writeFileSync(directory.of('home/users.csv'), `${manifest.join('\n')}\n`);
    for (const path of ['home', 'home/mbox', 'home/users.csv']) chownSync(directory.of(path), NOBODY, NOBODY);
    const child = spawn(process.execPath, [PROGRAM, 'batch', '--json', to('users.csv')], {
      uid: NOBODY,
      gid: NOBODY,
      cwd: directory.of('home'),
      env: { PATH: process.env['PATH'] ?? '', HOME: directory.of('home') },
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const status = await new Promise((resolve) => child.once('close', resolve));
    const ended = jsonLines(output).flatMap(({ type, user, outcome, code }) => (type === 'job' ? [[user, outcome, code]] : []));
    expect([status, Object.fromEntries(ended.map(([user, ...facts]) => [user, facts]))]).toMatchObject([
      1,
      { me: ['done', undefined], root: ['failed', expect.stringMatching(/^(?:SOURCE|OWNER)_/u)] },
    ]);
    expect(readdirSync(directory.of('home')).sort()).toEqual(['Maildir', 'mbox', 'users.csv', 'users.csv.batch']);
  });
});
