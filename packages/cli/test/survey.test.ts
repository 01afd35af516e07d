// The built program looks at made-up homes whose truth is known: every mail file is found and no other, and nothing outside a home is opened.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseManifest } from '@mailferry/batch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPeer } from '../../../scripts/oracle/peer.js';
import { jsonLines, mailferry } from './run-program.js';

interface TrueMail {
  readonly path: string;
  readonly format: string;
  readonly messages: number | null;
}

interface TrueUser {
  readonly user: string;
  readonly kind: string;
  readonly home: string;
  readonly mail: readonly TrueMail[];
  readonly notMail: readonly { readonly path: string; readonly what: string }[];
}

interface FoundHome {
  readonly user: string;
  readonly sources: readonly string[];
  readonly messages: number;
  readonly oldest?: unknown;
  readonly newest?: unknown;
  readonly isEstimate: boolean;
  readonly mail: readonly { readonly path: string; readonly format: string; readonly messages: number; readonly isEstimate?: boolean }[];
  readonly notMail: readonly { readonly path: string; readonly what: string }[];
  readonly settings: readonly { readonly file: string; readonly kind: string; readonly value: string }[];
  readonly notes: readonly { readonly kind: string; readonly text: string }[];
  readonly access?: readonly { readonly path: string }[];
  readonly keywords: Readonly<Record<string, number>>;
  readonly charsets: Readonly<Record<string, number>>;
}

const SCRIPT = fileURLToPath(new URL('../../../scripts/make-homes.mjs', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../bin/mailferry.js', import.meta.url));
const base = join(mkdtempSync(join(tmpdir(), 'mailferry-homes-')), 'department');
const canaries = ['readable', 'closed'].map((name) => join(base, 'canary', name));
const LONG_AGO = new Date('2001-01-01T00:00:00Z');
const survey = ['survey', join(base, 'home'), '--spool', join(base, 'var/mail/%u'), '--no-estimate'];
let truth: readonly TrueUser[] = [];
let found: ReadonlyMap<string, FoundHome> = new Map();
let summary: Record<string, unknown> = {};

beforeAll(async () => {
  chmodSync(join(base, '..'), 0o755);
  const made = spawnSync(process.execPath, [SCRIPT, base, '--users', '18', '--messages', '10', '--big', '20M'], { encoding: 'utf8' });
  expect([made.status, made.stderr]).toEqual([0, '']);
  for (const path of canaries) utimesSync(path, LONG_AGO, LONG_AGO);
  truth = (JSON.parse(readFileSync(join(base, 'truth.json'), 'utf8')) as { users: TrueUser[] }).users;
  const run = await mailferry([...survey, '--json', '--sample', '8M', '--manifest', join(base, 'survey.csv')]);
  expect([run.status, run.stderr]).toEqual([0, '']);
  const lines = jsonLines(run.stdout);
  found = new Map(lines.filter(({ type }) => type === 'home').map((line) => [String(line['user']), line as unknown as FoundHome]));
  summary = lines.at(-1) ?? {};
});

afterAll(() => {
  spawnSync('chmod', ['-R', 'u+rwX', base]);
  rmSync(join(base, '..'), { recursive: true, force: true });
});

const of = (user: string): FoundHome => found.get(user) ?? expect.fail(`${user} was not surveyed`);

describe('survey of a department', () => {
  it('writes times as all JSON has them', () => {
    const homes = [...found.values()];
    const times = homes.flatMap(({ oldest, newest }) => (oldest === undefined ? [] : [oldest, newest]));
    expect(times.length).toBeGreaterThan(20);
    expect(times.every((time) => typeof time === 'string' && /^(?:19|20)\d\d-\d\d-\d\dT.*Z$/.test(time))).toBe(true);
  });

  it('has every kind of home', () => {
    expect(new Set(truth.map(({ kind }) => kind)).size).toBe(15);
    expect([...found.keys()].sort()).toEqual(truth.map(({ user }) => user).sort());
  });

  it('finds every mail file and no other, each with its format', () => {
    for (const { user, mail } of truth) {
      const expected = mail.map(({ path, format }) => `${join(base, path)} ${format}`).sort();
      expect(
        of(user)
          .mail.map(({ path, format }) => `${path} ${format}`)
          .sort(),
        user,
      ).toEqual(expected);
    }
  });

  it('counts the messages, and says where it only estimates', () => {
    for (const { user, mail } of truth) {
      for (const { path, messages } of mail) {
        const one = of(user).mail.find((candidate) => candidate.path === join(base, path));
        if (one === undefined || messages === null) continue;
        if (one.isEstimate === true) expect(Math.abs(one.messages - messages) / messages, path).toBeLessThan(0.1);
        else expect(one.messages, path).toBe(messages);
      }
    }
    expect(truth.filter(({ kind }) => kind === 'big').map(({ user }) => of(user).isEstimate)).toEqual([true]);
  });

  it('takes no link, pipe, patch or log for mail', () => {
    for (const { user, notMail } of truth) {
      const taken = new Set(of(user).mail.map(({ path }) => path));
      for (const { path } of notMail) expect(taken.has(join(base, path)), path).toBe(false);
      const left = of(user).notMail.map(({ path }) => path);
      expect(left).toEqual(
        expect.arrayContaining(['mail/passwords', 'mail/neighbour', 'mail/pipe'].map((name) => join(base, 'home', user, name))),
      );
    }
  });

  it('says what dot files say, and what will not move', () => {
    const all = [...found.values()];
    expect(all.flatMap(({ settings }) => settings)).toEqual(
      expect.arrayContaining([
        { file: '.pinerc', kind: 'shared', value: '{imap.example.org}#shared/[]' },
        { file: '.procmailrc', kind: 'folder', value: 'lists/sailing' },
        { file: '.procmailrc', kind: 'forward', value: 'pager@example.net' },
        { file: '.mailboxlist', kind: 'subscribed', value: 'mail/gone' },
      ]),
    );
    const kinds = new Set(all.flatMap(({ notes }) => notes.map(({ kind }) => kind)));
    const ann = of('ann001').notes.filter(({ kind }) => kind === 'unreadable' || kind === 'subscribedAbsent');
    expect(ann.map(({ text }) => text)).toEqual([
      'ann001 cannot read mail/canary-closed, mail/closed, mail/of-root, private',
      'subscribed, and not there as a file: mail/gone',
    ]);
    for (const kind of ['merge', 'targetHasMail', 'sharedFolder', 'acl', 'unreadable', 'delivery', 'subscribedAbsent'])
      expect(kinds).toContain(kind);
  });

  it('names access lists, and says where it cannot look', async () => {
    const [user = expect.fail('no home')] = truth.filter(({ mail }) =>
      mail.some(({ path, format }) => path.startsWith('home/') && format === 'mbox'),
    );
    const place = join(base, user.mail.find(({ path, format }) => path.startsWith('home/') && format === 'mbox')?.path ?? '');
    const only = ['survey', join(base, 'home'), '--spool', 'none', '--no-estimate'];
    const blind = await mailferry(only, { env: { PATH: join(base, 'nothing') } });
    expect([blind.status, blind.stderr]).toEqual([0, expect.stringContaining('there is no getfacl here')]);
    if (spawnSync('setfacl', ['-m', 'u:nobody:rw', place]).status !== 0) {
      process.stderr.write('SKIPPED: access lists in a survey, there is no setfacl or the file system has none\n');
      return;
    }
    const run = await mailferry([...only, '--json']);
    expect(jsonLines(run.stdout).at(-1)).toMatchObject({ type: 'summary', seesAccessLists: true });
    spawnSync('setfacl', ['-b', place]);
    const home = jsonLines(run.stdout).find((line) => line['user'] === user.user) as unknown as FoundHome;
    expect(home.access).toEqual([{ path: place, granted: [{ who: 'user nobody', rights: 'rw-' }] }]);
    const relative = place.slice(join(base, 'home', user.user).length + 1);
    expect(home.notes).toContainEqual({ kind: 'acl', text: `access lists that do not move: ${relative} (user nobody rw-)` });
  });

  it('names keywords, charsets and totals', () => {
    const three = truth.filter(({ kind }) => kind === 'three').map(({ user }) => of(user));
    expect(three.map(({ notes }) => notes.find(({ kind }) => kind === 'merge')?.text)).toEqual([
      '3 mail stores to be merged: mbox, pst, thunderbird',
    ]);
    expect(Object.keys(summary['charsets'] as object)).toEqual(expect.arrayContaining(['utf-8', 'koi8-r', 'gb2312']));
    expect(summary).toMatchObject({ type: 'summary', homes: 18, skipped: 0 });
    const moved = [...found.values()].reduce((sum, { messages }) => sum + messages, 0);
    expect(summary['messages']).toBe(moved);
  });

  it('writes a manifest that batch reads, with sources that hold just the mail that was found', async () => {
    const jobs = parseManifest(readFileSync(join(base, 'survey.csv'), 'utf8'), { path: 'survey.csv' });
    expect(jobs.map(({ user }) => user).sort()).toEqual(
      [...found.values()]
        .filter(({ sources }) => sources.length > 0)
        .map(({ user }) => user)
        .sort(),
    );
    for (const job of jobs) {
      const { sources, messages, isEstimate } = of(job.user);
      expect(job.sources).toEqual(sources);
      expect(job.target).toBe(`maildir:${join(base, 'home', job.user, 'Maildir')}`);
      expect(job.expected?.messages).toBe(messages);
      if (isEstimate || process.getuid?.() === 0) continue;
      const run = await mailferry(['inspect', '--json', ...sources]);
      expect(
        jsonLines(run.stdout).reduce((sum, line) => sum + Number(line['messages']), 0),
        job.user,
      ).toBe(messages);
    }
  });

  it('shows people what it found', async () => {
    const run = await mailferry([...survey, '-v']);
    expect(run.status).toBe(0);
    expect(run.stdout).toContain('18 homes, ');
    expect(run.stdout).toMatch(/note: 3 mail stores to be merged/);
    expect(run.stdout).toContain('a patch of git');
  });

  it('refuses to guess whose homes are meant', async () => {
    expect((await mailferry(['survey'])).status).toBe(64);
    const list = join(base, 'list');
    writeFileSync(list, `# two users\nsomebody ${join(base, 'home', truth[0]?.user ?? '')}\n`);
    const run = await mailferry(['survey', '--json', '--no-estimate', '--spool', 'none', '--list', list]);
    expect(jsonLines(run.stdout)[0]).toMatchObject({ type: 'home', user: 'somebody' });
  });
});

/** The paths below the department that were opened, each with the effective uid of the moment. */
function openedPaths(trace: string): { readonly path: string; readonly uid: number }[] {
  let uid = 0;
  return trace.split('\n').flatMap((line) => {
    uid = Number(/setre?s?uid\(-1, (\d+)/.exec(line)?.[1] ?? uid);
    const path = /open(?:at2?)?\([^"]*"([^"]*)"/.exec(line)?.[1];
    return path === undefined || !path.startsWith(base) || / = -1 /.test(line) ? [] : [{ path, uid }];
  });
}

/** Whose a path is: that of a home, or of a spool. */
function homeOfPath(path: string): string {
  if (path.includes('/var/mail/')) return join(base, 'home', path.slice(path.lastIndexOf('/') + 1));
  return /^.*?\/home\/[^/]+/.exec(path)?.[0] ?? '';
}

describe.runIf(process.getuid?.() === 0 && hasPeer('strace'))('survey as root', () => {
  it('opens nothing outside the home and the spool of the user, and no canary', () => {
    const trace = join(base, 'trace');
    const run = spawnSync(
      'strace',
      ['-f', '-qq', '-e', 'trace=open,openat,openat2,setresuid', '-s', '4096', '-o', trace, process.execPath, PROGRAM, ...survey],
      { encoding: 'utf8', maxBuffer: 1 << 28 },
    );
    expect(run.status).toBe(0);
    const uidOf = new Map(truth.map(({ home }) => [home, statSync(home).uid]));
    const opened = openedPaths(readFileSync(trace, 'utf8'));
    const strange = opened.filter(({ path, uid }) => uid !== (uidOf.get(homeOfPath(path)) ?? 0));
    expect(opened.length).toBeGreaterThan(200);
    expect(strange).toEqual([]);
    expect(opened.filter(({ path }) => /\/(?:passwords|neighbour|old-spool|pipe|canary-closed|of-root)$/.test(path))).toEqual([]);
    expect(readFileSync(trace, 'utf8')).not.toMatch(/"\/etc\/shadow"/);
    for (const path of canaries.slice(1)) expect([path, statSync(path).atime]).toEqual([path, LONG_AGO]);
  });
});
