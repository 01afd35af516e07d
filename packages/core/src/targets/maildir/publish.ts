import { mkdirSync, opendirSync, renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parseFileName } from '../../formats/maildir/filename.js';
import { ensureDirectory, lookAt } from './control-file.js';
import { namesIn } from './scan.js';

/**
 * Moves the staged files to where mail programs see them. Where `cur` is absent or empty the staging directory itself
 * becomes `cur`: one rename instead of many. The lock of the uidlist must be held, and the uidlist must name the files.
 */
export function publishStaged(directory: string, staging: string, hasRecent: boolean): void {
  const cur = join(directory, 'cur');
  if (!hasRecent && canBeReplaced(cur, staging)) {
    try {
      renameSync(staging, cur);
      mkdirSync(staging, 0o700);
      return;
    } catch (error) {
      // a file was put into `cur` a moment ago: go on one by one
      if (!(error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST'))) {
        throw error;
      }
    }
  }
  ensureDirectory(cur);
  for (const name of namesToEmpty(staging)) {
    const isRecent = parseFileName(name).letters === undefined;
    renameSync(`${staging}/${name}`, `${directory}/${isRecent ? 'new' : 'cur'}/${name}`);
  }
}

/** How many names are held at a time: those of half a million files would be 40 MB. */
const BATCH = 2048;

/** All names of a directory whose files the caller takes away, each before it asks for the next. It is read anew for each batch, and never while it changes. */
function* namesToEmpty(directory: string): Generator<string> {
  for (let last: string | undefined; ; ) {
    const batch = firstNames(directory, BATCH);
    // Who leaves a file where it is gets no name twice for ever.
    if (batch[0] === last) return;
    yield* batch;
    last = batch[0];
  }
}

function firstNames(directory: string, count: number): string[] {
  const names: string[] = [];
  for (const name of namesIn(directory)) if (names.push(name) === count) break;
  return names;
}

/** Removes staged files, by their names without flags. */
export function removeStaged(staging: string, bases: ReadonlySet<string>): void {
  for (const name of [...namesIn(staging)]) if (bases.has(parseFileName(name).base)) unlinkSync(`${staging}/${name}`);
}

/** True when there is no `cur`, or an empty one like the staging directory in owner and mode. */
function canBeReplaced(cur: string, staging: string): boolean {
  const stats = lookAt(cur);
  if (stats === undefined) {
    return true;
  }
  const ours = lookAt(staging);
  if (!stats.isDirectory() || stats.mode !== ours?.mode || stats.uid !== ours.uid || stats.gid !== ours.gid) {
    return false;
  }
  const entries = opendirSync(cur);
  try {
    return entries.readSync() === null;
  } finally {
    entries.closeSync();
  }
}
