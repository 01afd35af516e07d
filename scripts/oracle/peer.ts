import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * True when a peer is installed. When it is not, says so loudly; with `ORACLE=required` (as in CI) its absence is an error.
 * @param peer - a command on the PATH, or an absolute path
 */
export function hasPeer(peer: string): boolean {
  const isThere = peer.startsWith('/') ? existsSync(peer) : spawnSync('sh', ['-c', 'command -v -- "$1"', 'sh', peer]).status === 0;
  if (isThere) return true;
  if (process.env['ORACLE'] === 'required') throw new Error(`${peer} is not installed, and ORACLE=required`);
  process.stderr.write(`SKIPPED: ${peer} is not installed; the tests that ask it do not run\n`);
  return false;
}

/** True when the collection of real files lies beside the checkout; says loudly when it does not. */
export function hasCorpus(path: string): boolean {
  if (existsSync(path)) return true;
  process.stderr.write(`SKIPPED: ${path} is absent; the tests on its real files do not run\n`);
  return false;
}
