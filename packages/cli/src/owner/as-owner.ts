import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { diskError, UsageError, unreadable } from '@mailferry/core';
import { asUserEntry } from '../entry-points.js';
import { onHangUp } from '../ui/hang-up.js';
import type { Settings } from '../ui/settings.js';
import { type Account, findAccount } from './account.js';
import { pathsIn } from './location-paths.js';
import { foreignEntry } from './roots-own.js';
import { spoolOrder } from './spool-place.js';

/** Signals that are passed on to the child. */
const RELAYED = ['SIGINT', 'SIGTERM'] as const;

/**
 * The rule for root. Without `--owner` nothing happens here, unless root would touch what is not root's own; with it the same command line is run in a
 * child process that is the owner, and the answer is its exit status. Undefined means: go on in this process.
 *
 * @throws {@link UsageError} OWNER_REQUIRED, OWNER_NEEDS_ROOT, OWNER_IS_ROOT or OWNER_UNKNOWN.
 */
export async function asOwner(locations: readonly string[], settings: Settings, argv: readonly string[]): Promise<number | undefined> {
  const owner = settings.text('owner');
  const isRoot = process.getuid?.() === 0;
  if (owner === undefined) {
    if (isRoot) demandRootsOwn([...locations, ...itemDirectory(settings)]);
    return undefined;
  }
  const account = findAccount(owner);
  if (!isRoot && account.uid === process.getuid?.()) return undefined;
  if (!isRoot) {
    throw new UsageError('OWNER_NEEDS_ROOT', `only root can work as ${account.user}`, {
      help: `run it as root, or as ${account.user} without --owner`,
    });
  }
  if (account.uid === 0) {
    throw new UsageError('OWNER_IS_ROOT', '--owner cannot be root', {
      help: "name the user whose mail it is; for what is root's own leave --owner out",
    });
  }
  return await runAs(account, settings.on('lock') ? spoolOrder(locations, account.uid) : '', argv);
}

/** A directory of the user's choice that will be written as well. */
function itemDirectory(settings: Settings): string[] {
  const items = settings.text('items') ?? 'none';
  return items === 'mail' || items === 'none' ? [] : [items];
}

function demandRootsOwn(locations: readonly string[]): void {
  for (const path of locations.flatMap(pathsIn)) {
    const foreign = lookedAt(path, locations.length > 1 && path === locations.at(-1));
    if (foreign === undefined) continue;
    throw new UsageError('OWNER_REQUIRED', 'root does not touch the mail of others with its own rights', {
      where: { path },
      notes: [foreign === path ? 'it does not belong to root alone' : `${foreign} on the way to it does not belong to root alone`],
      help: 'name the user whose mail it is: --owner USER',
    });
  }
}

/** The target is the last location. */
function lookedAt(path: string, isTarget: boolean): string | undefined {
  try {
    return foreignEntry(path);
  } catch (error) {
    throw isTarget ? diskError(error, path) : unreadable({ path }, error);
  }
}

function runAs(account: Account, spools: string, argv: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [asUserEntry(), account.user, String(account.uid), String(account.group), spools, ...argv], {
    // A process group of its own: Ctrl-C on the terminal reaches this process alone, which passes it on once.
    detached: true,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of RELAYED) process.on(signal, () => child.kill(signal));
  onHangUp(() => child.kill('SIGHUP'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status, signal) => resolve(status ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
