import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { spoolLockEntry } from '../entry-points.js';
import { pathsIn } from './location-paths.js';
import { foreignEntry } from './roots-own.js';

/** A mailbox of a spool whose dotlock needs the group of the spool. */
export interface SpoolPlace {
  readonly path: string;
  /** The number of the group `mail`. */
  readonly gid: number;
}

/** What a child is told of the locks that it needs. */
export interface SpoolOrder {
  /** The module that holds a lock. */
  readonly entry: string;
  readonly places: readonly SpoolPlace[];
}

/** The argument of a child that needs locks in the spool, as JSON; empty when it needs none. */
export function spoolOrder(locations: readonly string[], uid: number): string {
  const places = spoolPlaces(locations, uid);
  return places.length === 0 ? '' : JSON.stringify({ entry: spoolLockEntry(), places } satisfies SpoolOrder);
}

/**
 * The mailboxes among some locations for whose dotlock their owner needs the group `mail`: regular files of that user, in a directory of root's that this
 * group may write and others may not. Looks at names only; nothing is opened.
 *
 * @param uid - the user
 * @param groupFile - the text of group(5)
 */
export function spoolPlaces(
  locations: readonly string[],
  uid: number,
  groupFile: string = readFileSync('/etc/group', 'utf8'),
): readonly SpoolPlace[] {
  const gid = Number(/^mail:[^:]*:(\d+):/mu.exec(groupFile)?.[1] ?? Number.NaN);
  if (Number.isNaN(gid)) return [];
  return [...new Set(locations.flatMap(pathsIn))].flatMap((path) => {
    const place = spoolFile(path, uid, gid);
    return place === undefined ? [] : [{ path: place, gid }];
  });
}

function spoolFile(path: string, uid: number, gid: number): string | undefined {
  try {
    const directory = realpathSync(dirname(path));
    const { uid: owner, gid: group, mode } = lstatSync(directory);
    const isSpool = owner === 0 && group === gid && (mode & 0o020) !== 0 && (mode & 0o002) === 0;
    if (!isSpool || foreignEntry(dirname(directory)) !== undefined) return undefined;
    const file = lstatSync(join(directory, basename(path)));
    return file.isFile() && file.uid === uid ? join(directory, basename(path)) : undefined;
  } catch {
    return undefined;
  }
}
