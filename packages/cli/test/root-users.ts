import { spawnSync } from 'node:child_process';
import { chownSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mboxOf } from './run-program.js';

const NOBODY = 65_534;

/** Accounts that every Debian has: users for tests that nobody has to create. */
const NAMES = ['daemon', 'bin', 'sys', 'games', 'man', 'lp', 'mail', 'news', 'uucp', 'proxy', 'www-data', 'backup', 'list', 'nobody'];

/** A user of a test. */
export interface TestUser {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** Users of this machine who are not root, with homes below a directory; made with nothing in them. */
export function testUsers(directory: string, count: number): TestUser[] {
  const passwd = readFileSync('/etc/passwd', 'utf8').split('\n');
  const users = NAMES.flatMap((name) => {
    const [, , uid = '', gid = ''] = passwd.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    return uid === '' ? [] : [{ user: name, uid: Number(uid), gid: Number(gid), home: join(directory, name) }];
  });
  for (const { home, uid, gid } of users.slice(0, count)) {
    mkdirSync(home, { mode: 0o700 });
    chownSync(home, uid, gid);
  }
  return users.slice(0, count);
}

/** Gives a user an mbox. */
export function giveMbox({ home, uid, gid }: TestUser, name: string, messages: number, body?: string): void {
  const path = join(home, name);
  writeFileSync(path, mboxOf(messages, body), { mode: 0o600 });
  chownSync(path, uid, gid);
}

/** True when this is root and other users can read the program; else says that the test is skipped. */
export function canBecomeOthers(what: string): boolean {
  const program = fileURLToPath(new URL('../dist/program.js', import.meta.url));
  const canRead =
    process.getuid?.() === 0 &&
    spawnSync(process.execPath, ['-e', `require('fs').readFileSync(${JSON.stringify(program)})`], { uid: NOBODY, gid: NOBODY }).status ===
      0;
  if (!canRead) process.stderr.write(`SKIPPED: ${what}, this needs root and a program that the user nobody can read\n`);
  return canRead;
}

/** Every entry below a directory: owner, mode, size, time of change and content. */
export function snapshot(directory: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(directory, name);
    const { uid, gid, mode, size, mtimeMs } = lstatSync(path);
    const content = (mode & 0o170_000) === 0o100_000 ? readFileSync(path, 'latin1') : '';
    found.set(name, [uid, gid, mode.toString(8), (mode & 0o170_000) === 0o040_000 ? '' : `${size} ${mtimeMs} ${content}`].join(' '));
  }
  return found;
}
