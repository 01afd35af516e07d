import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { spoolPlaces } from '../src/owner/spool-place.js';
import { canBecomeOthers } from './root-users.js';
import { jsonLines, mailferry, mboxOf, temporary } from './run-program.js';

const [NOBODY, MAIL] = [65_534, 8];
const GROUPS = `root:x:0:\nmail:x:${MAIL}:\n`;
const PROGRAM = fileURLToPath(new URL('../bin/mailferry.js', import.meta.url));

/** A spool as Debian has it, with the mailbox of the user nobody, and a home of that user. */
function spoolIn(directory: { readonly path: string; of(name: string): string }, messages: number): { mailbox: string; target: string } {
  chmodSync(directory.path, 0o755);
  mkdirSync(directory.of('mail'));
  chownSync(directory.of('mail'), 0, MAIL);
  chmodSync(directory.of('mail'), 0o2775);
  const mailbox = directory.of('mail/nobody');
  writeFileSync(mailbox, mboxOf(messages), { mode: 0o660 });
  chownSync(mailbox, NOBODY, MAIL);
  mkdirSync(directory.of('home'));
  chownSync(directory.of('home'), NOBODY, NOBODY);
  return { mailbox, target: directory.of('home/Maildir') };
}

describe.runIf(canBecomeOthers('locks in a spool are not tried'))('--lock on a spool', () => {
  it('knows the places where the group of the spool is needed, and no others', () => {
    using directory = temporary();
    const { mailbox } = spoolIn(directory, 1);
    const found = (location: string, uid = NOBODY): readonly unknown[] => spoolPlaces([location], uid, GROUPS);
    // The way to the directory must be root's own, and the temporary directory of the machine may be anybody's.
    const isReachable = found(mailbox).length === 1;
    if (process.env['TMPDIR'] === undefined) expect(isReachable).toBe(true);
    expect(found(`mbox:~/mail:INBOX=${mailbox}`)).toEqual(found(mailbox));
    expect(found(mailbox, 1234)).toEqual([]);
    symlinkSync(mailbox, directory.of('mail/link'));
    expect(found(directory.of('mail/link'))).toEqual([]);
    expect(found(directory.of('mail/nothing'))).toEqual([]);
    expect(spoolPlaces([mailbox], NOBODY, 'root:x:0:\n')).toEqual([]);
    chmodSync(directory.of('mail'), 0o2777);
    expect(found(mailbox)).toEqual([]);
    chmodSync(directory.of('mail'), 0o2775);
    chownSync(directory.of('mail'), NOBODY, MAIL);
    expect(found(mailbox)).toEqual([]);
  });

  it('holds the dotlock in the name of the process that reads, and gives it back', { timeout: 120_000 }, async () => {
    using directory = temporary();
    const { mailbox, target } = spoolIn(directory, 4000);
    const child = spawn(process.execPath, [PROGRAM, 'convert', '--json', '--lock', '--owner', 'nobody', mailbox, target], {
      stdio: 'pipe',
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const seen = new Set<string>();
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const look = setInterval(() => {
      try {
        const { uid, gid } = lstatSync(`${mailbox}.lock`);
        seen.add(`${uid}:${gid} ${readFileSync(`${mailbox}.lock`, 'utf8').split(':')[1]}`);
      } catch {
        // Not yet, or no more.
      }
    }, 1);
    const status = await ended;
    clearInterval(look);
    const summary = jsonLines(output).at(-1);
    expect([status, summary]).toMatchObject([0, { totals: { written: 4000 } }]);
    // Neither a lock that could not be had nor a mailbox that somebody writes.
    expect(Object.keys(Object(summary?.['issues'])).filter((code) => /LOCK|LIVE|CHANG|WRITTEN/u.test(code))).toEqual([]);
    expect([...seen]).toEqual([`${NOBODY}:${MAIL} ${hostname()}`]);
    await gone(`${mailbox}.lock`);
    expect(readdirSync(directory.of('mail'))).toEqual(['nobody']);
  });

  it('waits for who has it, and a batch tries again later', { timeout: 120_000 }, async () => {
    using directory = temporary();
    const { mailbox, target } = spoolIn(directory, 2);
    // Held by this process, which is alive.
    writeFileSync(`${mailbox}.lock`, `${process.pid}:${hostname()}`);
    writeFileSync(directory.of('users.csv'), `user;source;target;options\nnobody;${mailbox};${target};lock\n`, { mode: 0o600 });
    const run = await mailferry(['batch', '--json', '--retries', '0', directory.of('users.csv')]);
    expect([run.status, jsonLines(run.stdout).find(({ type }) => type === 'job')]).toMatchObject([1, { code: 'SOURCE_LOCKED' }]);
    expect(existsSync(`${target}/cur`)).toBe(false);
    spawnSync('rm', [`${mailbox}.lock`]);
    const next = await mailferry(['batch', '--json', directory.of('users.csv')]);
    expect([next.status, jsonLines(next.stdout).at(-1)]).toMatchObject([0, { users: { done: 1 } }]);
    await gone(`${mailbox}.lock`);
    expect(readdirSync(directory.of('mail'))).toEqual(['nobody']);
  });
});

/** The helper notices by the end of its input that the process is no more. */
async function gone(path: string): Promise<void> {
  for (let tries = 0; existsSync(path) && tries < 1000; tries += 1) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(existsSync(path)).toBe(false);
}
