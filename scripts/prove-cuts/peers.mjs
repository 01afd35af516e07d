// The servers of the proof: an account that nobody has used, as often as it is asked for one.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startDovecot } from '../bench-imap/dovecot.mjs';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A Dovecot of our own below a directory; needs root. */
export async function dovecotPeer(directory) {
  const server = await startDovecot(directory);
  const who = (user) => {
    const said = execFileSync('doveadm', ['-c', server.conf, 'who', '-1', user], { encoding: 'utf8', stdio: 'pipe' });
    return said.split('\n').some((line) => line.startsWith(`${user} `));
  };
  return {
    title: `Dovecot ${execFileSync('dovecot', ['--version'], { encoding: 'utf8' }).split(' ')[0]}`,
    port: server.port,
    signIn: (user) => ({ user, password: 'pw' }),
    /** Resolves when no session of the user is left: nothing will be stored any more. */
    quiet: (user) => until(() => !who(user)),
    forget: (user) => rmSync(join(directory, 'mail', user), { recursive: true, force: true, maxRetries: 3 }),
    stop: () => server.stop(),
  };
}

/** A Cyrus that `scripts/oracle/cyrus.sh start DIRECTORY PORT` has started: its administrator signs in for any account, which is made then. */
export function cyrusPeer(directory, port) {
  const sessions = join(directory, 'chroot-cyrus/run/cyrus/proc');
  const isThere = (user) =>
    readdirSync(sessions).some((name) => {
      const path = join(sessions, name);
      return existsSync(path) && readSafely(path).split('\t').includes(user);
    });
  return {
    title: `Cyrus ${version(directory)}`,
    port,
    signIn: (user) => ({ user, authUser: 'cyrus', password: 'cyruspw' }),
    quiet: (user) => until(() => !isThere(user)),
    forget: () => {},
    stop: async () => {},
  };
}

function version(directory) {
  const status = readFileSync(join(directory, 'chroot-cyrus/var/lib/dpkg/status'), 'utf8');
  const paragraph = status.split('\n\n').find((text) => text.startsWith('Package: cyrus-imapd\n')) ?? '';
  return /^Version: ([^-\n]+)/m.exec(paragraph)?.[1] ?? '';
}

function readSafely(path) {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

async function until(isTrue) {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (isTrue()) return;
    await sleep(50);
  }
  throw new Error('a session does not end');
}
