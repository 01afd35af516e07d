import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Job, type PasswdEntry, parsePasswd } from '@mailferry/batch';
import { UsageError } from '@mailferry/core';
import { type Account, findAccount } from './account.js';
import { spoolOrder } from './spool-place.js';

/** Says as whom the jobs of a batch run; looks each user up once. */
export class JobIdentities {
  readonly #fallback: string | undefined;
  readonly #locks: boolean;
  readonly #found = new Map<string, Account | undefined>();

  /**
   * @param fallback - `USER[:GROUP]` for users who have no account on this machine
   * @param locks - what `--lock` is for jobs that say nothing of it
   */
  constructor(fallback: string | undefined, locks: boolean) {
    this.#fallback = fallback;
    this.#locks = locks;
  }

  /**
   * Arguments for the process of a job: user, uid, group and the mailboxes that need the group of the spool for their lock, or nothing when it stays who we are.
   * @throws {@link UsageError} OWNER_UNKNOWN, OWNER_IS_ROOT or OWNER_NEEDS_ROOT.
   */
  readonly of = (job: Job): readonly string[] => {
    const own = process.getuid?.();
    const account = this.#accountOf(job);
    if (own !== 0) {
      if (account !== undefined && account.uid !== own) {
        throw new UsageError('OWNER_NEEDS_ROOT', `only root can work as ${account.user}`, { help: 'run the batch as root' });
      }
      return [];
    }
    if (account === undefined) {
      throw new UsageError('OWNER_UNKNOWN', `there is no user "${job.user}" on this machine`, {
        help: 'name whose rights such users take: --owner USER, or owner=USER in the column options',
      });
    }
    if (account.uid === 0) throw new UsageError('OWNER_IS_ROOT', `${job.user} is root`, { help: "root's own mail is converted by hand" });
    const spools = (job.options['lock'] ?? this.#locks) === true ? spoolOrder(job.sources, account.uid) : '';
    return [account.user, String(account.uid), String(account.group), spools];
  };

  #accountOf(job: Job): Account | undefined {
    const named = [job.options['owner']].flat().at(-1);
    if (typeof named === 'string') return findAccount(named);
    const [local = job.user] = job.user.split('@');
    return this.#find(job.user) ?? this.#find(local) ?? (this.#fallback === undefined ? undefined : findAccount(this.#fallback));
  }

  #find(name: string): Account | undefined {
    if (!this.#found.has(name)) this.#found.set(name, accountOrNone(name));
    return this.#found.get(name);
  }
}

function accountOrNone(name: string): Account | undefined {
  try {
    return findAccount(name);
  } catch {
    return undefined;
  }
}

/** The users of this machine and of its directory services, as far as these list them. */
export function passwdEntries(): PasswdEntry[] {
  try {
    return parsePasswd(execFileSync('getent', ['passwd'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28 }));
  } catch {
    return parsePasswd(readFileSync('/etc/passwd', 'utf8'));
  }
}

/** Gives the home of a user, asked once each. */
export function homeFinder(): (user: string) => string | undefined {
  const homes = new Map(parsePasswd(readFileSync('/etc/passwd', 'utf8')).map(({ user, home }) => [user, home]));
  const asked = new Map<string, string | undefined>();
  return (user) => {
    if (homes.has(user)) return homes.get(user);
    if (!asked.has(user)) asked.set(user, homeOf(user));
    return asked.get(user);
  };
}

function homeOf(user: string): string | undefined {
  try {
    const text = execFileSync('getent', ['passwd', '--', user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return parsePasswd(text)[0]?.home;
  } catch {
    return undefined;
  }
}
