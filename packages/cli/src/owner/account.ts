import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { UsageError } from '@mailferry/core';

/** A user of this machine. */
export interface Account {
  /** The login name, or the number where no name is known. */
  readonly user: string;
  readonly uid: number;
  /** The number of the primary group, or of the one that was asked for; a name is resolved by the system later. */
  readonly group: number | string;
}

/**
 * Finds a user for `--owner USER[:GROUP]`: in /etc/passwd, else by asking `id`, which knows every directory service of the machine.
 *
 * @throws {@link UsageError} OWNER_UNKNOWN when there is no such user.
 */
export function findAccount(owner: string): Account {
  const [name = '', groupName] = owner.split(':');
  if (!/^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.@\\-]*\$?$/u.test(name)) throw unknown(name);
  const account = fromPasswd(name) ?? fromId(name);
  if (account === undefined) throw unknown(name);
  if (groupName === undefined || groupName === '') return account;
  return { ...account, group: /^\d+$/.test(groupName) ? Number(groupName) : groupName };
}

/** name:password:uid:gid:… (passwd(5)). */
function fromPasswd(name: string): Account | undefined {
  let text = '';
  try {
    text = readFileSync('/etc/passwd', 'utf8');
  } catch {
    return undefined;
  }
  for (const line of text.split('\n')) {
    const [user = '', , uid = '', gid = ''] = line.split(':');
    if ((user === name || uid === name) && /^\d+$/.test(uid) && /^\d+$/.test(gid)) return { user, uid: Number(uid), group: Number(gid) };
  }
  return undefined;
}

function fromId(name: string): Account | undefined {
  try {
    const ask = (what: string) => execFileSync('id', [what, '--', name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const [uid, gid] = [ask('-u'), ask('-g')];
    return /^\d+$/.test(uid) && /^\d+$/.test(gid) ? { user: ask('-un'), uid: Number(uid), group: Number(gid) } : undefined;
  } catch {
    return undefined;
  }
}

function unknown(name: string): UsageError {
  return new UsageError('OWNER_UNKNOWN', `there is no user "${name}" on this machine`, {
    help: 'give --owner the login name of the user whose mail it is',
  });
}
