import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canBecomeOthers, giveMbox, snapshot, type TestUser, testUsers } from './root-users.js';
import { jsonLines, mailferry, mboxOf, temporary } from './run-program.js';

const CANARY = 'the canary sings';

function manifestOf(
  users: readonly TestUser[],
  row: (user: TestUser) => string = ({ user, home }) => `${user},${home}/mbox,${home}/Maildir`,
): string {
  return `user,source,target\n${users.map((user) => `${row(user)}\n`).join('')}`;
}

const stored = (home: string): number => ['cur', 'new'].flatMap((name) => readdirSync(join(home, 'Maildir', name))).length;

/** Octets of all files of a batch's directory. */
const kept = (directory: string): string => [...snapshot(directory).values()].join('\n');

const isRoot = canBecomeOthers('batches as root are not tried');

describe.runIf(isRoot)('a batch as root', () => {
  it('does every user with the rights of the owner alone, and a hostile home gains nothing', async () => {
    using directory = temporary();
    chmodSync(directory.path, 0o755);
    const users = testUsers(directory.path, 12);
    for (const user of users) giveMbox(user, 'mbox', 3);
    const [link, fifo, hard, unreadable, ladder, good, open] = users as [
      TestUser,
      TestUser,
      TestUser,
      TestUser,
      TestUser,
      TestUser,
      TestUser,
    ];
    writeFileSync(directory.of('canary'), mboxOf(1, CANARY), { mode: 0o600 });
    const replace = (user: TestUser, how: (path: string) => void): void => {
      execFileSync('rm', [join(user.home, 'mbox')]);
      how(join(user.home, 'mbox'));
    };
    replace(link, (path) => symlinkSync('/etc/shadow', path));
    replace(fifo, (path) => execFileSync('mkfifo', ['-m', '666', path]));
    replace(hard, (path) => linkSync(directory.of('canary'), path));
    // What everybody may read is still not the mail of this user.
    replace(open, (path) => linkSync(join(good.home, 'mbox'), path));
    chmodSync(join(good.home, 'mbox'), 0o644);
    chmodSync(join(unreadable.home, 'mbox'), 0);
    // What would be written through the link would be another's.
    symlinkSync(good.home, join(ladder.home, 'Maildir'));
    const manifest = directory.of('users.csv');
    writeFileSync(manifest, manifestOf(users));
    const before = snapshot(directory.path);

    const run = await mailferry(['batch', '--json', '--jobs', '3', '--retries', '0', manifest]);
    expect([run.status, run.stderr]).toEqual([1, '']);
    const lines = jsonLines(run.stdout);
    expect(lines.at(-1)).toMatchObject({ type: 'summary', users: { done: 6, incomplete: 0, failed: 6, left: 0 }, messages: 18, failed: 0 });
    const outcomes = new Map(
      lines.filter(({ type }) => type === 'job').map(({ user, outcome, exitStatus }) => [user, [outcome, exitStatus]]),
    );
    for (const { user } of [link, fifo, hard, unreadable, ladder, open]) expect([user, outcomes.get(user)?.[0]]).toEqual([user, 'failed']);
    const after = snapshot(directory.path);
    for (const { user, home, uid, gid } of [good, ...users.slice(7)]) {
      expect([user, stored(home)]).toEqual([user, 3]);
      for (const [name, facts] of after)
        if (name.startsWith(`${user}/`)) expect([name, facts.split(' ').slice(0, 2)]).toEqual([name, [`${uid}`, `${gid}`]]);
      expect(statSync(join(home, 'Maildir')).mode & 0o077).toBe(0);
    }
    // Nothing that was there before is another thing now, and the canary is nowhere but where it was.
    for (const [name, facts] of before) expect([name, after.get(name)]).toEqual([name, facts]);
    const singing = [...after].filter(([, facts]) => facts.includes(CANARY)).map(([name]) => name);
    expect(singing.sort()).toEqual(['canary', `${hard.user}/mbox`].sort());
    expect(kept(`${manifest}.batch`)).not.toContain('root:');
    expect(readdirSync(good.home).sort()).toEqual(['Maildir', 'mbox']);

    const again = await mailferry(['batch', '--json', '--jobs', '3', '--retries', '0', manifest]);
    expect(jsonLines(again.stdout).at(-1)).toMatchObject({ users: { done: 6, failed: 6 } });
    const mail = ([name]: [string, string]): boolean => !name.startsWith('users.csv.batch');
    expect([...snapshot(directory.path)].filter(mail)).toEqual([...after].filter(mail));

    const status = await mailferry(['status', '--json', manifest]);
    expect(status.status).toBe(1);
    const rows = jsonLines(status.stdout);
    expect(rows.at(-1)).toMatchObject({ type: 'summary', exitStatus: 1 });
    expect(rows.at(-2)).toMatchObject({ type: 'status', isRunning: false, round: 2, counts: { done: 6, failed: 6 } });
    expect(rows.find(({ user }) => user === good.user)).toMatchObject({
      state: 'done',
      tries: 2,
      successes: 2,
      messages: 3,
      report: `reports/${good.user}.json`,
    });
    const report = JSON.parse(readFileSync(join(`${manifest}.batch`, 'reports', `${good.user}.json`), 'utf8')) as Record<string, unknown>;
    expect(report).toMatchObject({ schema: 'mailferry.report/1', totals: { read: 3, alreadyPresent: 3 } });
    const csv = await mailferry(['status', '--csv', manifest]);
    expect(csv.stdout.split('\r\n').filter((line) => line.includes(',done,'))).toHaveLength(6);
    expect((await mailferry(['status', '--open', manifest])).stdout).toMatch(/failed/);
  });

  it('runs nobody whom this machine does not know, and nobody as root', async () => {
    using directory = temporary();
    chmodSync(directory.path, 0o755);
    const [good] = testUsers(directory.path, 1) as [TestUser];
    giveMbox(good, 'mbox', 3);
    const row = ({ user, home }: TestUser): string => `${user},${home}/mbox,${home}/Maildir`;
    writeFileSync(directory.of('all.csv'), `user,source,target\n${row(good)}\nno-such-user,/a,/b\nroot,/a,/b\n`);
    const run = await mailferry(['batch', '--json', '--nice', '5', '--job-time', '5m', directory.of('all.csv')]);
    const codes = new Map(
      jsonLines(run.stdout).flatMap(({ type, user, code, outcome }) => (type === 'job' ? [[user, code ?? outcome]] : [])),
    );
    expect(Object.fromEntries(codes)).toEqual({ [good.user]: 'done', 'no-such-user': 'OWNER_UNKNOWN', root: 'OWNER_IS_ROOT' });
  });

  it('keeps a password out of argv, environment, state and reports', async () => {
    using directory = temporary();
    chmodSync(directory.path, 0o755);
    const [ann] = testUsers(directory.path, 1) as [TestUser];
    giveMbox(ann, 'mbox', 1);
    const secret = `pw-${Math.random().toString(36).slice(2)}`;
    const seen: string[] = [];
    const heard: string[] = [];
    const answer = (line: string): string => {
      const [tag = '*', command = ''] = line.split(' ');
      return command === 'CAPABILITY' ? `* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n${tag} OK\r\n` : `${tag} NO not today\r\n`;
    };
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] test\r\n');
      socket.on('data', (data) => {
        heard.push(data.toString());
        // While the job is in the middle of its work: what could anybody on this machine read of it?
        seen.push(...processesThatShow(secret));
        const lines = data.toString().split('\r\n');
        for (const line of lines.filter((text) => text !== '')) socket.write(answer(line));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const manifest = directory.of('users.csv');
    writeFileSync(manifest, `user;source;target;login;password\n${ann.user};${ann.home}/mbox;imap://127.0.0.1:${port}/;ann;${secret}\n`, {
      mode: 0o600,
    });
    const run = await mailferry(['batch', '--json', '-v', '--option', 'tls-insecure', '--log-file', directory.of('log'), manifest]);
    await new Promise((resolve) => server.close(resolve));
    const job = jsonLines(run.stdout).find(({ type }) => type === 'job');
    expect(job).toMatchObject({ outcome: 'failed', code: 'IMAP_LOGIN' });
    expect(heard.join('')).toContain(Buffer.from(`\0ann\0${secret}`).toString('base64'));
    expect(seen).toEqual([]);
    for (const text of [run.stdout, run.stderr, readFileSync(directory.of('log'), 'utf8'), kept(`${manifest}.batch`)])
      expect(text).not.toContain(secret);
  });

  it('follows no manifest and no state directory that others could have made', async () => {
    using directory = temporary();
    chmodSync(directory.path, 0o755);
    const [ann] = testUsers(directory.path, 1) as [TestUser];
    giveMbox(ann, 'mbox', 1);
    const theirs = join(ann.home, 'users.csv');
    writeFileSync(theirs, manifestOf([ann]));
    expect((await mailferry(['batch', theirs])).stderr).toContain('error[MANIFEST_UNSAFE]');
    const manifest = directory.of('users.csv');
    writeFileSync(manifest, manifestOf([ann]));
    mkdirSync(`${manifest}.batch`);
    chownSync(`${manifest}.batch`, ann.uid, ann.gid);
    expect((await mailferry(['batch', manifest])).stderr).toContain('error[OUTPUT_UNWRITABLE]');
    expect(existsSync(join(ann.home, 'Maildir'))).toBe(false);
  });
});

describe('a batch', () => {
  /** A manifest of users who are nobody on this machine: their mail is our own. */
  function ownBatch(directory: { of(name: string): string }, count: number, messages: number, body?: string): string[] {
    const rows = Array.from({ length: count }, (_, index) => {
      const user = `user${index}@example.org`;
      writeFileSync(directory.of(`${user}.mbox`), mboxOf(messages, body));
      return `${user},${directory.of(user)}.mbox,${directory.of(user)}`;
    });
    writeFileSync(directory.of('users.csv'), `user,source,target\n${rows.join('\n')}\n`);
    // As root such users need somebody whose rights they take; root's own rights are never taken.
    return ['batch', directory.of('users.csv')];
  }
  const countOf = (path: string): number =>
    ['cur', 'new'].flatMap((name) => (existsSync(join(path, name)) ? readdirSync(join(path, name)) : [])).length;

  it.runIf(process.getuid?.() !== 0)('needs no root where all mail is our own', async () => {
    using directory = temporary();
    const run = await mailferry([...ownBatch(directory, 3, 4), '--json']);
    expect([run.status, jsonLines(run.stdout).at(-1)]).toMatchObject([0, { users: { done: 3 } }]);
  });

  describe.runIf(isRoot)('of users without an account', () => {
    function prepare(
      directory: { readonly path: string; of(name: string): string },
      count: number,
      messages: number,
      body?: string,
    ): string[] {
      const args = [...ownBatch(directory, count, messages, body), '--owner', 'nobody'];
      chmodSync(directory.path, 0o777 | 0o1000);
      for (const name of readdirSync(directory.path)) if (name.endsWith('.mbox')) chownSync(directory.of(name), 65_534, 65_534);
      return args;
    }

    it('runs as the one who is named, tries dry what it would do, and takes groups and parts', async () => {
      using directory = temporary();
      const args = prepare(directory, 4, 2);
      const dry = await mailferry([...args, '-n', '--json']);
      expect([dry.status, jsonLines(dry.stdout).at(-1)]).toMatchObject([0, { dryRun: true, users: { done: 4 }, messages: 8 }]);
      expect(readdirSync(directory.path).filter((name) => !name.endsWith('.mbox'))).toEqual(['users.csv']);
      const state = ['--state', directory.of('state')];
      for (const part of ['1/2', '2/2']) expect((await mailferry([...args, ...state, '--shard', part])).status).toBe(0);
      expect(readdirSync(directory.of('state')).sort()).toEqual(['reports', 'state-1-of-2.jsonl', 'state-2-of-2.jsonl']);
      const status = await mailferry(['status', ...state, '--json']);
      expect(jsonLines(status.stdout).at(-1)).toMatchObject({ counts: { done: 4 }, messages: 8 });
      expect(statSync(directory.of('user0@example.org')).uid).toBe(65_534);
      const none = await mailferry([...args, '--group', 'pilot']);
      expect([none.status, none.stderr]).toMatchObject([64, expect.stringContaining('no user is in the group pilot')]);
      // Where nothing has changed a batch brings over what is new, and only that.
      appendFileSync(directory.of('user0@example.org.mbox'), mboxOf(3).slice(mboxOf(2).length));
      const more = await mailferry([...args, ...state, '--json']);
      const written = jsonLines(more.stdout).flatMap(({ type, user, totals }) =>
        type === 'job' ? [[user, (totals as { written: number }).written]] : [],
      );
      expect(Object.fromEntries(written)).toEqual({
        'user0@example.org': 1,
        'user1@example.org': 0,
        'user2@example.org': 0,
        'user3@example.org': 0,
      });
    });

    it('that is killed leaves no process behind, and goes on later', async () => {
      using directory = temporary();
      const args = [...prepare(directory, 3, 2000), '--option', 'fsync=none'];
      const marker = `mailferry-test-${process.pid}-${Date.now()}`;
      const child = spawn(process.execPath, [fileURLToPath(new URL('../bin/mailferry.js', import.meta.url)), ...args, '--jobs', '2'], {
        stdio: 'ignore',
        env: { PATH: process.env['PATH'] ?? '', LC_CTYPE: marker },
      });
      const ours = (): string[] => processesThatShow(marker);
      await waitFor(() => ['user0', 'user1'].every((user) => existsSync(directory.of(`${user}@example.org`))));
      expect(ours().length).toBeGreaterThan(1);
      const died = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await died;
      await waitFor(() => ours().length === 0);
      const status = await mailferry(['status', '--json', directory.of('users.csv')]);
      expect(jsonLines(status.stdout).at(-1)).toMatchObject({ counts: { running: 2, waiting: 1 } });
      const rest = await mailferry([...args, '--json', '--retry-wait', '1s']);
      expect([rest.status, jsonLines(rest.stdout)[0]]).toMatchObject([0, { type: 'plan', resumed: true, round: 1 }]);
      for (const user of ['user0', 'user1', 'user2']) expect(countOf(directory.of(`${user}@example.org`))).toBe(2000);
    });

    it('finishes who runs at the first Ctrl-C, and stops them at the second', async () => {
      using directory = temporary();
      const args = [...prepare(directory, 3, 30_000), '--option', 'fsync=none'];
      let sent = 0;
      let watch: NodeJS.Timeout | undefined;
      const run = await mailferry([...args, '--json', '--jobs', '1'], {
        onOutput: (child) => {
          watch ??= setInterval(() => {
            if (sent === 2 || !existsSync(directory.of('user0@example.org'))) return;
            sent += 1;
            child.kill('SIGINT');
          }, 50);
        },
      });
      clearInterval(watch);
      expect(run.status).toBe(130);
      const lines = jsonLines(run.stdout);
      expect(lines.at(-1)).toMatchObject({ outcome: 'interrupted', users: { done: 0, left: 3 } });
      expect(lines.filter(({ type }) => type === 'job').map(({ user, outcome }) => [user, outcome])).toEqual([
        ['user0@example.org', 'interrupted'],
      ]);
    });
  });

  it('says what is wrong with its arguments', async () => {
    using directory = temporary();
    writeFileSync(directory.of('m.csv'), 'user,source,target\nann,/a,/b\n');
    const codes = [
      [['batch', directory.of('none.csv')], 'MANIFEST_INVALID'],
      [['batch', '--from-passwd', 'mbox:%h/mail'], 'USAGE'],
      [['batch', directory.of('m.csv'), directory.of('m.csv')], 'USAGE'],
      [['batch', '--shard', '9/4', directory.of('m.csv')], 'USAGE'],
      [['batch', '--window', 'night', directory.of('m.csv')], 'USAGE'],
      [['batch', '--job-time', 'long', directory.of('m.csv')], 'USAGE'],
      [['batch', '--max-load', 'high', directory.of('m.csv')], 'USAGE'],
      [['batch', '--option', '=x', directory.of('m.csv')], 'USAGE'],
      [['batch', '--nice', '20', directory.of('m.csv')], 'USAGE'],
      [['batch', '--jobs', '0', directory.of('m.csv')], 'USAGE'],
      [['batch', '--job-memory', '20M', directory.of('m.csv')], 'USAGE'],
      [['status', directory.of('m.csv')], 'STATE_NOT_FOUND'],
      [['status', '--csv', '--json', directory.of('m.csv')], 'USAGE'],
    ] as const;
    for (const [args, code] of codes)
      expect([args, (await mailferry(args)).stderr]).toEqual([args, expect.stringContaining(`error[${code}]`)]);
  });
});

/** The command lines and environments of this machine in which a text stands. */
function processesThatShow(text: string): string[] {
  const places = readdirSync('/proc').flatMap((pid) => (/^\d+$/.test(pid) ? [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`] : []));
  return places.filter((path) => {
    try {
      return readFileSync(path, 'latin1').includes(text);
    } catch {
      return false;
    }
  });
}

async function waitFor(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 1500) throw new Error('it does not come about');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
