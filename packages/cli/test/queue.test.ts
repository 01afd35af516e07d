import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { canBecomeOthers } from './root-users.js';
import { jsonLines, mailferry, mboxOf, temporary } from './run-program.js';

const NOBODY = 65_534;
const PROGRAM = fileURLToPath(new URL('../bin/mailferry.js', import.meta.url));

/** True when there is a Redis to ask. */
function hasRedis(): boolean {
  const found = spawnSync('redis-server', ['--version']).status === 0;
  if (!found && process.env['ORACLE'] === 'required') throw new Error('redis-server is not installed');
  if (!found) process.stderr.write('SKIPPED: the queue is not tried, redis-server is not installed\n');
  return found;
}

const processes: ChildProcess[] = [];
afterEach(async () => {
  for (const child of processes.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
});

function start(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const child = spawn(command, args, { stdio: 'ignore', env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC', ...env } });
  processes.push(child);
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startRedis(directory: string, port: number): Promise<ChildProcess> {
  const child = start('redis-server', [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--dir',
    directory,
    '--appendonly',
    'yes',
    '--appendfsync',
    'always',
    '--save',
    '',
  ]);
  await waitFor(
    () =>
      spawnSync('redis-cli', ['-p', `${port}`, 'ping'])
        .stdout.toString()
        .trim() === 'PONG',
  );
  return child;
}

async function waitFor(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 2500) throw new Error('it does not come about');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const stored = (path: string): number =>
  ['cur', 'new'].flatMap((name) => (existsSync(join(path, name)) ? readdirSync(join(path, name)) : [])).length;

/** Users without an account, whose mail the user nobody may read and write. */
function department(directory: { readonly path: string; of(name: string): string }, users: number, messages: number): string {
  chmodSync(directory.path, 0o1777);
  mkdirSync(directory.of('redis'));
  const rows = Array.from({ length: users }, (_, index) => {
    const path = directory.of(`u${index}.mbox`);
    writeFileSync(path, mboxOf(messages));
    chownSync(path, NOBODY, NOBODY);
    return `u${index}@example.org,${path},${directory.of(`u${index}`)}`;
  });
  writeFileSync(directory.of('users.csv'), `user,source,target\n${rows.join('\n')}\n`);
  writeFileSync(directory.of('key'), Buffer.alloc(32, 7), { mode: 0o600 });
  writeFileSync(directory.of('other-key'), Buffer.alloc(32, 8), { mode: 0o600 });
  return directory.of('users.csv');
}

describe.runIf(canBecomeOthers('the queue is not tried') && hasRedis())('a batch on a queue', () => {
  it('does every user once, though a worker is killed in the middle and Redis is restarted', { timeout: 240_000 }, async () => {
    using directory = temporary();
    const [users, messages] = [6, 1500];
    const manifest = department(directory, users, messages);
    const port = await freePort();
    const redis = await startRedis(directory.of('redis'), port);
    const address = ['--redis', `redis://127.0.0.1:${port}/0`, '--queue-key', directory.of('key')];
    const workers = [1, 2].map(() =>
      start(process.execPath, [PROGRAM, 'worker', ...address, '--jobs', '1', '--lease', '3s', '--owner', 'nobody']),
    );
    const batch = mailferry([
      'batch',
      '--json',
      '--runner',
      'bullmq',
      ...address,
      '--retry-wait',
      '1s',
      '--option',
      'fsync=none',
      manifest,
    ]);
    // In the middle of a job: its Maildir is there, and not all of its messages.
    await waitFor(() => Array.from({ length: users }, (_, index) => stored(directory.of(`u${index}`))).some((count) => count > 0));
    workers[0]?.kill('SIGKILL');
    await waitFor(() => stored(directory.of('u0')) + stored(directory.of('u1')) + stored(directory.of('u2')) >= messages);
    redis.kill('SIGTERM');
    await new Promise((resolve) => redis.once('exit', resolve));
    await startRedis(directory.of('redis'), port);
    start(process.execPath, [PROGRAM, 'worker', ...address, '--jobs', '1', '--lease', '3s', '--owner', 'nobody']);
    const run = await batch;
    expect([run.status, jsonLines(run.stdout).at(-1)]).toMatchObject([0, { users: { done: users, failed: 0, left: 0 } }]);
    for (let index = 0; index < users; index += 1) expect([index, stored(directory.of(`u${index}`))]).toEqual([index, messages]);
    const done = readFileSync(join(`${manifest}.batch`, 'state.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('"state":"done"'))
      .map((line) => (JSON.parse(line) as { user: string }).user);
    expect(done.sort()).toEqual(Array.from({ length: users }, (_, index) => `u${index}@example.org`));
    const status = await mailferry(['status', '--json', manifest]);
    expect(jsonLines(status.stdout).at(-1)).toMatchObject({ counts: { done: users }, messages: users * messages });
    const report = JSON.parse(readFileSync(join(`${manifest}.batch`, 'reports', 'u0@example.org.json'), 'utf8')) as Record<string, unknown>;
    expect(report).toMatchObject({ schema: 'mailferry.report/1', totals: { read: messages } });
  });

  it('runs nothing that is not signed with its key', { timeout: 120_000 }, async () => {
    using directory = temporary();
    const manifest = department(directory, 1, 2);
    const port = await freePort();
    await startRedis(directory.of('redis'), port);
    const url = `redis://127.0.0.1:${port}/0`;
    const worker = start(process.execPath, [PROGRAM, 'worker', '--redis', url, '--queue-key', directory.of('key'), '--owner', 'nobody']);
    const other = ['batch', '--json', '--runner', 'bullmq', '--redis', url, '--queue-key', directory.of('other-key'), manifest];
    const run = await mailferry(other);
    expect(jsonLines(run.stdout).find(({ type }) => type === 'job')).toMatchObject({ outcome: 'failed', code: 'QUEUE_REFUSED' });
    expect([run.status, stored(directory.of('u0'))]).toEqual([1, 0]);
    worker.kill('SIGTERM');
    expect(await new Promise((resolve) => worker.once('exit', resolve))).toBe(143);
  });

  it('speaks TLS, and signs in with a password from a file', { timeout: 120_000 }, async () => {
    using directory = temporary();
    const manifest = department(directory, 1, 3);
    const port = await freePort();
    const made = spawnSync('openssl', [
      ...[
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
        '-addext',
        'subjectAltName=DNS:localhost',
      ],
      ...['-keyout', directory.of('tls.key'), '-out', directory.of('tls.crt')],
    ]);
    expect(made.status).toBe(0);
    writeFileSync(directory.of('password'), 'Sesame 1\n', { mode: 0o600 });
    writeFileSync(directory.of('wrong'), 'Sesame 2\n', { mode: 0o600 });
    writeFileSync(
      directory.of('redis.conf'),
      [
        'port 0',
        `tls-port ${port}`,
        'bind 127.0.0.1',
        `dir ${directory.of('redis')}`,
        'save ""',
        `tls-cert-file ${directory.of('tls.crt')}`,
        `tls-key-file ${directory.of('tls.key')}`,
        'tls-auth-clients no',
        'requirepass "Sesame 1"',
      ].join('\n'),
      { mode: 0o600 },
    );
    start('redis-server', [directory.of('redis.conf')]);
    const ask = ['--tls', '--cacert', directory.of('tls.crt'), '-h', 'localhost', '-p', `${port}`, '-a', 'Sesame 1', 'ping'];
    await waitFor(() => spawnSync('redis-cli', ask).stdout.toString().trim() === 'PONG');
    const address = ['--redis', `rediss://localhost:${port}/0`, '--queue-key', directory.of('key')];
    const env = { NODE_EXTRA_CA_CERTS: directory.of('tls.crt') };
    const worker = ['worker', ...address, '--owner', 'nobody', '--redis-password-file', directory.of('password')];
    start(process.execPath, [PROGRAM, ...worker], env);
    const batch = ['batch', '--json', '--runner', 'bullmq', ...address, manifest];
    const run = await mailferry([...batch, '--redis-password-file', directory.of('password')], { env });
    expect([run.status, jsonLines(run.stdout).at(-1)]).toMatchObject([0, { users: { done: 1 } }]);
    expect(stored(directory.of('u0'))).toBe(3);
    // Who cannot sign in, or does not trust the certificate, waits and says why.
    const refused = [
      [directory.of('wrong'), env, /WRONGPASS|invalid username-password/u],
      [directory.of('password'), {}, /self-signed certificate/u],
    ] as const;
    for (const [password, environment, why] of refused) {
      let said = '';
      const child = spawn(process.execPath, [PROGRAM, 'worker', ...address, '--owner', 'nobody', '--redis-password-file', password], {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { PATH: process.env['PATH'] ?? '', ...environment },
      });
      processes.push(child);
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      await waitFor(() => why.test(said));
      expect(said).not.toContain('Sesame');
    }
  });

  it('wants a key that is a secret, and no password in argv', async () => {
    using directory = temporary();
    department(directory, 1, 1);
    const redis = ['--redis', 'redis://127.0.0.1:1/'];
    writeFileSync(directory.of('short'), 'short', { mode: 0o600 });
    writeFileSync(directory.of('open'), Buffer.alloc(32), { mode: 0o644 });
    const codes = [
      [redis, 'QUEUE_KEY'],
      [[...redis, '--queue-key', directory.of('short')], 'QUEUE_KEY'],
      [[...redis, '--queue-key', directory.of('open')], 'QUEUE_KEY'],
      [[...redis, '--queue-key', directory.of('none')], 'QUEUE_KEY'],
      [['--queue-key', directory.of('key')], 'USAGE'],
      [['--redis', 'redis://:pw@127.0.0.1/', '--queue-key', directory.of('key')], 'USAGE'],
    ] as const;
    for (const [args, code] of codes)
      expect([args, (await mailferry(['worker', ...args])).stderr]).toEqual([args, expect.stringContaining(`error[${code}]`)]);
  });
});
