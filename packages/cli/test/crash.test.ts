import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hasPeer } from '../../../scripts/oracle/peer.ts';
import { buildShim, start } from '../../../scripts/prove-crash/program.mjs';
import { mboxMessage, temporary } from './run-program.js';

const SCRIPT = fileURLToPath(new URL('../../../scripts/prove-crash/run.mjs', import.meta.url));

describe.runIf(hasPeer('cc'))('pull the plug', () => {
  it('loses nothing, doubles nothing and says what failed (the short form)', { timeout: 240_000 }, () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, '--kills', '6', '--faults', '8', '--seed', '20261122'], {
      encoding: 'utf8',
    });
    expect([status, stdout.split('\n').slice(0, -2).join('\n'), stderr]).toEqual([0, '', '']);
    expect(JSON.parse(stdout)).toMatchObject({ kills: 6, faults: 8, wrong: 0 });
  });
});

interface Call {
  readonly name: string;
  readonly path: string;
  /** The old name of a rename or link, or the octets of a write. */
  readonly more: string;
}

/** The calls of a conversion on its target, in order. */
async function callsOf(directory: string, fsync: string): Promise<{ calls: Call[]; target: string }> {
  const [mbox, target, log] = [join(directory, 'home', 'inbox'), join(directory, `Maildir-${fsync}`), join(directory, `log-${fsync}`)];
  mkdirSync(join(directory, 'home'), { recursive: true });
  writeFileSync(mbox, Array.from({ length: 20 }, (_, i) => mboxMessage(i)).join(''));
  writeFileSync(join(directory, 'home', 'sent'), mboxMessage(99));
  const shim = existsSync(join(directory, 'shim.so')) ? join(directory, 'shim.so') : buildShim(directory);
  const args = ['convert', '-q', '--fsync', fsync, join(directory, 'home'), target];
  const { status } = await start(args, { shim, state: join(directory, 'state'), trees: [target], log }).done;
  expect(status).toBe(0);
  const calls = readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, name = '', path = '', more = ''] = line.split(' ');
      return { name, path, more };
    });
  return { calls, target };
}

const isStaged = (path: string): boolean => path.includes('/tmp/mailferry/');
const isPublication = ({ name, path, more }: Call): boolean =>
  name === 'rename' && (/\/tmp\/mailferry(\/|$)/.test(more) || ['cur', 'new'].includes(basename(dirname(path))));

/** Indices of the calls that a test picks. */
function places(calls: readonly Call[], wanted: (call: Call) => boolean): number[] {
  return calls.flatMap((call, i) => (wanted(call) ? [i] : []));
}

const first = (list: readonly number[]): number => Math.min(...list);
const last = (list: readonly number[]): number => Math.max(...list);

describe.runIf(hasPeer('cc'))('the order of system calls', () => {
  it.each(['folder', 'message'])('--fsync %s: octets, then the uidlist, then names, then the ledger', async (fsync) => {
    using directory = temporary();
    const { calls, target } = await callsOf(directory.path, fsync);
    const published = places(calls, isPublication);
    const ledger = `${target}/mailferry-ledger`;
    const ledgerWrites = places(calls, ({ name, path }) => name === 'write' && path === ledger);
    const ledgerSyncs = places(calls, ({ name, path }) => name === 'fsync' && path === ledger);
    expect(published.length).toBeGreaterThan(0);

    // Content before rename: all is written, and forced to the disk, before the first file appears.
    expect(last(places(calls, ({ name, path }) => name === 'write' && isStaged(path)))).toBeLessThan(first(published));
    if (fsync === 'message') {
      const written = calls.filter(({ name, path }) => name === 'create' && isStaged(path)).map(({ path }) => path);
      const synced = new Set(calls.slice(0, first(published)).flatMap(({ name, path }) => (name === 'fsync' ? [path] : [])));
      expect(written.filter((path) => !synced.has(path))).toEqual([]);
    } else {
      expect(first(places(calls, ({ name }) => name === 'syncfs'))).toBeLessThan(first(published));
      expect(first(places(calls, ({ name }) => name === 'syncfs'))).toBeGreaterThan(
        last(places(calls, ({ name, path }) => name === 'write' && isStaged(path))),
      );
    }

    // The uidlist before publication, durable: its octets, its name, the directory; with the lock held.
    for (const folder of [target, `${target}/.sent`]) {
      const own = places(
        calls,
        (call) =>
          isPublication(call) && [`${folder}/cur`, `${folder}/new`].some((path) => call.path === path || dirname(call.path) === path),
      );
      const list = `${folder}/dovecot-uidlist`;
      const named = places(calls, ({ name, path }) => name === 'rename' && path === list);
      expect(last(named)).toBeLessThan(first(own));
      expect(places(calls.slice(0, last(named)), ({ name, path }) => name === 'fsync' && path === `${list}.mailferry`)).not.toEqual([]);
      const between = calls.slice(last(named), first(own));
      expect(between.map(({ name, path }) => `${name} ${path}`)).toContain(`fsync ${folder}`);
      const locked = last(places(calls.slice(0, first(own)), ({ name, path }) => name === 'link' && path === `${list}.lock`));
      const freed = first(places(calls, ({ name, path }) => name === 'unlink' && path === `${list}.lock`).filter((at) => at > locked));
      expect([locked < last(named), freed > last(own)]).toEqual([true, true]);
    }

    // Names on the disk before the ledger says done, and the ledger itself last.
    const forced = places(calls, ({ name, path }) =>
      fsync === 'folder' ? name === 'syncfs' : name === 'fsync' && /^(cur|new)$/.test(basename(path)),
    ).filter((at) => at > last(published));
    expect(forced).not.toEqual([]);
    const commit = ledgerWrites.filter((at) => at > first(forced));
    expect(commit).not.toEqual([]);
    expect(ledgerWrites.filter((at) => at > first(published) && at < first(forced))).toEqual([]);
    expect(last(ledgerSyncs)).toBeGreaterThan(last(ledgerWrites));
    expect(calls.slice(last(ledgerSyncs)).map(({ name, path }) => `${name} ${path}`)).toContain(`fsync ${target}`);
  });

  it.runIf(hasPeer('strace'))('is recorded whole: strace sees no call on the target that the shim does not', async () => {
    using directory = temporary();
    const { calls } = await callsOf(directory.path, 'folder');
    const traced = directory.of('Maildir-traced');
    const log = directory.of('strace');
    const program = fileURLToPath(new URL('../bin/mailferry.js', import.meta.url));
    const wanted = ['rename', 'link', 'unlink', 'mkdir', 'rmdir', 'fsync', 'syncfs', 'truncate', 'utimes', 'write'];
    const { status } = spawnSync(
      'strace',
      ['-f', '-y', '-o', log, process.execPath, program, 'convert', '-q', directory.of('home'), traced],
      { env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', TZ: 'UTC' } },
    );
    expect(status).toBe(0);
    const names: Readonly<Record<string, string>> = { ftruncate: 'truncate', utimensat: 'utimes', writev: 'write', pwrite64: 'write' };
    const seen = readFileSync(log, 'latin1')
      .split('\n')
      .filter((line) => line.includes(traced))
      .map((line) => /^\d+ +(?:<\.\.\. )?(\w+)/.exec(line)?.[1] ?? '')
      .map((name) => names[name] ?? name)
      .filter((name) => wanted.includes(name));
    const count = (list: readonly string[]) => Object.fromEntries(wanted.map((name) => [name, list.filter((one) => one === name).length]));
    expect(count(calls.map(({ name }) => name))).toEqual(count(seen));
  });
});
