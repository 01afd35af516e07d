import { lstatSync, realpathSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The permission bits that let others put something else in the place of an entry. */
const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;
const ROOT: ReadonlySet<number> = new Set([0]);

/** Root, and the user who became root by sudo: that user can already do what root can. */
export function trustedUsers(environment: Readonly<Record<string, string | undefined>>): ReadonlySet<number> {
  const sudo = environment['SUDO_UID'];
  return sudo !== undefined && /^\d+$/.test(sudo) ? new Set([0, Number(sudo)]) : ROOT;
}

/**
 * The first entry on the way to a path that somebody other than root could have put there, or undefined when the whole way is root's own.
 * What cannot be looked at ends it with the error of the system. Both the way as written and the way that its symbolic links lead are looked at;
 * what does not exist yet is judged by where it would be made.
 *
 * @param trusted - who counts as root
 */
export function foreignEntry(path: string, trusted: ReadonlySet<number> = ROOT): string | undefined {
  const written = resolve(path);
  return foreignOnTheWay(written, trusted) ?? foreignOnTheWay(realWay(written), trusted);
}

function foreignOnTheWay(path: string, trusted: ReadonlySet<number>): string | undefined {
  for (let at = path; ; at = dirname(at)) {
    const entry = statOf(at);
    if (entry !== undefined && (!trusted.has(entry.uid) || !isSafe(entry))) return at;
    if (at === dirname(at)) return undefined;
  }
}

/** An entry that only root can change, or a directory whose sticky bit keeps others from touching what is root's. */
function isSafe(entry: Stats): boolean {
  return entry.isSymbolicLink() || (entry.mode & WRITABLE_BY_OTHERS) === 0 || (entry.isDirectory() && (entry.mode & STICKY) !== 0);
}

function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

/** The path with its symbolic links followed, as far as it exists. */
function realWay(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    // A disk that fails must not make a link look like a way that ends here.
    if (!isAbsent(error)) throw error;
    const parent = dirname(path);
    return parent === path ? path : resolve(realWay(parent), path.slice(parent.length).replace(/^\/+/, ''));
  }
}
