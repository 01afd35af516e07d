import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isPerson, type PasswdEntry } from '@mailferry/batch';
import { SourceError, UsageError } from '@mailferry/core';
import type { EffectiveUser } from '../owner/effective-user.js';
import { passwdEntries } from '../owner/job-identity.js';
import type { Settings } from './settings.js';

/** A home with its user. */
export interface ListedHome {
  readonly user: string;
  readonly home: string;
  /** The account; absent where the system knows none of that name. */
  readonly account?: PasswdEntry;
}

/**
 * The homes that a survey was asked for.
 * @throws {@link UsageError} USAGE when nothing or an unknown user was named, {@link SourceError} SOURCE_NOT_FOUND.
 */
export function listHomes(args: readonly string[], settings: Settings): ListedHome[] {
  const accounts = passwdEntries().map((entry) => ({ ...entry, home: resolve(entry.home) }));
  const list = settings.text('list');
  const homes = [
    ...args.flatMap((directory) => homesBelow(resolve(directory), accounts)),
    ...(settings.on('from-passwd')
      ? accounts.filter(isPerson).map((account) => ({ user: account.user, home: account.home, account }))
      : []),
    ...(list === undefined ? [] : homesOfList(list, accounts)),
  ];
  if (args.length === 0 && list === undefined && !settings.on('from-passwd')) {
    throw new UsageError('USAGE', 'survey was not told whose homes', {
      help: 'name a directory of homes, or use --from-passwd or --list FILE',
    });
  }
  // A home that was named twice is looked at once: a manifest has one row a user.
  return [...new Map(homes.map((listed) => [`${listed.user}\n${listed.home}`, listed])).values()];
}

/** A directory that is somebody's home is that home; of any other, each directory in it is one. */
function homesBelow(directory: string, accounts: readonly PasswdEntry[]): ListedHome[] {
  const own = accounts.find(({ home }) => home === directory);
  if (own !== undefined) return [{ user: own.user, home: directory, account: own }];
  let names: string[];
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    names = entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'lost+found')
      .map(({ name }) => name);
  } catch (cause) {
    throw new SourceError('SOURCE_NOT_FOUND', 'the directory of homes cannot be read', { where: { path: directory }, cause });
  }
  const byHome = new Map(accounts.map((account) => [account.home, account]));
  return names.sort().map((name) => {
    const home = join(directory, name);
    const account = byHome.get(home);
    return { user: account?.user ?? name, home, ...(account === undefined ? {} : { account }) };
  });
}

function homesOfList(path: string, accounts: readonly PasswdEntry[]): ListedHome[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new SourceError('SOURCE_NOT_FOUND', 'the list of users cannot be read', { where: { path }, cause });
  }
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => listedHome(line, accounts, path));
}

function listedHome(line: string, accounts: readonly PasswdEntry[], path: string): ListedHome {
  const [, user = '', home] = /^(\S+)(?:\s+(\S.*))?$/.exec(line) ?? [];
  const account = accounts.find((one) => one.user === user);
  const place = home ?? account?.home;
  if (place === undefined) {
    throw new UsageError('USAGE', `there is no user "${user}" on this machine`, { where: { path }, help: 'write the home after the name' });
  }
  return { user, home: resolve(place), ...(account === undefined ? {} : { account }) };
}

/**
 * As whom a home is looked at: the account that it belongs to, or the owner of the directory where no account is known. Undefined for a home of root,
 * and for one that is not there or is no directory.
 */
export function ownerOfHome({ home, account }: ListedHome): EffectiveUser | undefined {
  const stat = lstatSync(home, { throwIfNoEntry: false });
  if (stat?.isDirectory() !== true) return undefined;
  const user = account === undefined ? { uid: stat.uid, gid: stat.gid } : { name: account.user, uid: account.uid, gid: account.gid };
  return user.uid === 0 ? undefined : user;
}
