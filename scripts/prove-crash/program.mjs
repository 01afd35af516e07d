// Runs the built program under the shim.
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, '../../packages/cli/bin/mailferry.js');

/** Compiles the shim into a directory; its path. */
export function buildShim(directory) {
  const shim = join(directory, 'shim.so');
  execFileSync('cc', ['-O2', '-fPIC', '-shared', '-o', shim, join(import.meta.dirname, 'shim.c'), '-ldl', '-lpthread']);
  return shim;
}

/** The number of an error by its name. */
export const errno = (name) => constants.errno[name];

/**
 * Starts the program with what the shim shall do; `done` resolves to status, signal, output, the calls counted and whether one was acted on.
 * It leads a process group of its own, which a kill takes whole.
 */
export function start(args, { shim, state, trees, calls, at, act, when, hold, log, clock } = {}) {
  const fd = openSync(state, 'w');
  writeSync(fd, Buffer.alloc(16));
  closeSync(fd);
  const settings = {
    PROVE_TREES: trees?.join(':'),
    PROVE_STATE: state,
    PROVE_CALLS: calls === undefined ? undefined : `,${calls.join(',')},`,
    PROVE_AT: at === undefined ? undefined : String(at),
    PROVE_DO: act === undefined ? undefined : act === 'kill' ? 'kill' : String(errno(act)),
    PROVE_WHEN: when,
    PROVE_HOLD: hold === true ? '1' : undefined,
    PROVE_LOG: log,
    PROVE_CLOCK: clock === undefined ? undefined : String(clock),
    LD_PRELOAD: shim,
  };
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: '/nonexistent', TZ: 'UTC', ...given },
  });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) child[stream].setEncoding('utf8').on('data', (text) => (output[stream] += text));
  const done = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => {
      const counted = readFileSync(state);
      resolve({ status, signal, ...output, count: Number(counted.readBigUInt64LE(0)), fired: counted.readBigUInt64LE(8) > 0n });
    });
  });
  return { child, done };
}
