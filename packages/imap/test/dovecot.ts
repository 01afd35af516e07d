import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeDirectory } from '../../../scripts/oracle/remove-directory.ts';

/** What a test may want to have otherwise. */
export interface DovecotOptions {
  readonly separator?: string;
  readonly prefix?: string;
  /** `maildir:~/Maildir:LAYOUT=fs` by default, so that names may have dots. */
  readonly location?: string;
  /** Storage limit of every user, such as `2M`. */
  readonly quota?: string;
  /** With a certificate of its own authority, for STARTTLS and TLS. */
  readonly tls?: boolean;
  /** More lines at the end of the configuration. */
  readonly extra?: string;
}

/** A Dovecot of our own on loopback. */
export interface Dovecot {
  readonly port: number;
  readonly tlsPort: number;
  /** PEM of the certificate. */
  readonly ca: string;
  readonly directory: string;
  /** `imap://USER@127.0.0.1:PORT/`; every user has the password `pw`. */
  url(user: string): string;
  log(): string;
  /** Resolves when no session of the user is left, so that nothing will be stored any more. */
  quiet(user: string): Promise<void>;
  stop(): Promise<void>;
}

const BINARY = ['/usr/sbin/dovecot', '/usr/local/sbin/dovecot', '/opt/homebrew/sbin/dovecot'].find((path) => existsSync(path));

/** True when a Dovecot is installed; when it is not and ORACLE=required, throws. */
export function hasDovecot(): boolean {
  if (BINARY !== undefined) return true;
  if (process.env['ORACLE'] === 'required') throw new Error('ORACLE=required, but there is no dovecot');
  process.stderr.write('SKIPPED: no dovecot on this machine, the IMAP tests against a real server do not run\n');
  return false;
}

/** Starts a Dovecot that nobody else knows, as root or not. Resolves when it answers. */
export async function startDovecot(options: DovecotOptions = {}): Promise<Dovecot> {
  if (BINARY === undefined) throw new Error('no dovecot');
  const directory = mkdtempSync(join(tmpdir(), 'mailferry-dovecot-'));
  chmodSync(directory, 0o755);
  const [port, tlsPort] = [await freePort(), await freePort()];
  const isRoot = process.getuid?.() === 0;
  const [uid, gid] = isRoot ? [5999, 5999] : [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  for (const name of ['run', 'mail', 'tls']) mkdirSync(join(directory, name));
  if (isRoot) chownSync(join(directory, 'mail'), uid, gid);
  writeFileSync(join(directory, 'masters'), 'admin:{PLAIN}adminpw\n');
  if (options.tls) makeCertificate(directory);
  writeFileSync(join(directory, 'dovecot.conf'), configuration(directory, { port, tlsPort, uid, gid, isRoot }, options));
  const server = spawn(BINARY, ['-F', '-c', join(directory, 'dovecot.conf')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  server.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await answer(port, server, () => said + readLog(directory));
  return {
    port,
    tlsPort,
    ca: options.tls ? readFileSync(join(directory, 'tls/cert.pem'), 'utf8') : '',
    directory,
    url: (user) => `imap://${user}@127.0.0.1:${port}/`,
    log: () => readLog(directory),
    quiet: (user) => untilQuiet(directory, user),
    stop: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      if (server.exitCode === null && server.kill('SIGTERM')) await ended;
      await removeDirectory(directory);
    },
  };
}

async function untilQuiet(directory: string, user: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const said = execFileSync('doveadm', ['-c', join(directory, 'dovecot.conf'), 'who', '-1', user], { encoding: 'utf8', stdio: 'pipe' });
    if (said.split('\n').filter((line) => line.startsWith(`${user} `)).length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`a session of ${user} does not end`);
}

function readLog(directory: string): string {
  const path = join(directory, 'log');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function makeCertificate(directory: string): void {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const files = ['-keyout', join(directory, 'tls/key.pem'), '-out', join(directory, 'tls/cert.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', ...subject, ...files], { stdio: 'ignore' });
  appendFileSync(join(directory, 'tls/cert.pem'), '');
}

interface Place {
  readonly port: number;
  readonly tlsPort: number;
  readonly uid: number;
  readonly gid: number;
  readonly isRoot: boolean;
}

function configuration(directory: string, place: Place, options: DovecotOptions): string {
  const own = place.isRoot ? '' : `default_internal_user = ${userName()}\ndefault_login_user = ${userName()}\n`;
  const tls = options.tls ? `ssl = yes\nssl_cert = <${directory}/tls/cert.pem\nssl_key = <${directory}/tls/key.pem\n` : 'ssl = no\n';
  const tlsListener = options.tls ? `port = ${place.tlsPort}\n    ssl = yes` : 'port = 0';
  return `base_dir = ${directory}/run
state_dir = ${directory}/run
instance_name = mailferry-test-${place.port}
log_path = ${directory}/log
protocols = imap
listen = 127.0.0.1
${own}${tls}disable_plaintext_auth = no
auth_mechanisms = plain login
auth_master_user_separator = *
passdb {
  driver = passwd-file
  args = ${directory}/masters
  master = yes
  result_success = continue
}
passdb {
  driver = static
  args = password=pw
}
userdb {
  driver = static
  args = uid=${place.uid} gid=${place.gid} home=${directory}/mail/%u
}
first_valid_uid = 1
first_valid_gid = 1
mail_location = ${options.location ?? 'maildir:~/Maildir:LAYOUT=fs'}
mail_plugins = quota
maildir_stat_dirs = no
namespace inbox {
  inbox = yes
  separator = ${options.separator ?? '/'}
  prefix = ${options.prefix ?? ''}
  mailbox Drafts {
    special_use = \\Drafts
    auto = create
  }
  mailbox Gesendet {
    special_use = \\Sent
    auto = create
  }
}
plugin {
  quota = ${options.location?.startsWith('mdbox') ? 'dict:User quota::file:%h/quota' : 'maildir:User quota'}
  quota_rule = *:storage=${options.quota ?? '0'}
  quota_grace = 0%%
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = ${place.port}
  }
  inet_listener imaps {
    address = 127.0.0.1
    ${tlsListener}
  }
  chroot =
  client_limit = 200
  service_count = 0
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
mail_max_userip_connections = 50
protocol imap {
  mail_plugins = quota imap_quota
}
${options.extra ?? ''}
`;
}

function userName(): string {
  return execFileSync('id', ['-un'], { encoding: 'utf8' }).trim();
}

/** A port that is free now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

async function answer(port: number, server: ChildProcess, log: () => string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (server.exitCode !== null) throw new Error(`dovecot ended with ${server.exitCode}: ${log()}`);
    if (await canConnect(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`dovecot does not answer: ${log()}`);
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
