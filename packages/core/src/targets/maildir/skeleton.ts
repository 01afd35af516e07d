import { mkdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureDirectory, lookAt, replaceControlText, requireDirectory } from './control-file.js';
import { errnoOf } from './disk-error.js';

/** What a new folder has before any program can see it. */
export interface SkeletonFiles {
  /** dovecot-uidlist, only a header. */
  readonly uidlist: string | undefined;
  readonly keywords: string;
  /** True for a folder of Maildir++ (`maildirfolder`). */
  readonly hasMarker: boolean;
}

/**
 * Makes the directory of a folder with its control files in it, and without `cur`, so that a Dovecot that looks in
 * takes our UIDVALIDITY. It is built aside and renamed whole; where something is there already, the missing parts are made in place.
 * `owner` is who has to own it, and what an earlier run left aside: in a directory like /tmp somebody else could have made them.
 */
export function makeFolder(directory: string, aside: string, files: SkeletonFiles, sync: boolean, owner?: number): void {
  if (lookAt(directory) !== undefined) {
    requireDirectory(directory, owner);
    fill(directory, files, sync);
    return;
  }
  makeParents(dirname(directory), owner);
  if (owner !== undefined && lookAt(aside) !== undefined) {
    requireDirectory(aside, owner);
  }
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { mode: 0o700 });
  fill(aside, files, sync);
  try {
    renameSync(aside, directory);
  } catch (error) {
    if (errnoOf(error) !== 'ENOTEMPTY' && errnoOf(error) !== 'EEXIST') {
      throw error;
    }
    // another program was faster: take part in what it made
    rmSync(aside, { recursive: true, force: true });
    requireDirectory(directory, owner);
    fill(directory, files, sync);
  }
}

/** Makes what is missing; what is there stays. */
function fill(directory: string, files: SkeletonFiles, sync: boolean): void {
  const control = (name: string, text: string | undefined): void => {
    if (text !== undefined && lookAt(join(directory, name)) === undefined) {
      replaceControlText(join(directory, name), sync, text);
    }
  };
  if (lookAt(join(directory, 'cur')) === undefined) {
    control('dovecot-uidlist', files.uidlist);
  }
  control('dovecot-keywords', files.keywords === '' ? undefined : files.keywords);
  control('maildirfolder', files.hasMarker ? '' : undefined);
  ensureDirectory(join(directory, 'tmp'));
  ensureDirectory(join(directory, 'new'));
}

/** Makes a directory and what leads to it. */
export function makeParents(directory: string, owner?: number): void {
  if (lookAt(directory) === undefined) {
    makeParents(dirname(directory), owner);
    ensureDirectory(directory, owner);
  }
}

/** rmdir that does not mind absence or contents. */
export function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '')) {
      throw error;
    }
  }
}
