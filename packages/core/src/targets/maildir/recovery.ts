import { renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parseBaseName, parseFileName } from '../../formats/maildir/filename.js';
import { ensureDirectory, lookAt } from './control-file.js';
import { namesIn } from './scan.js';
import { DOVECOT_LOG } from './settings.js';
import { readUidlistLines, renumberLines } from './uidlist-room.js';

/**
 * Cleans up after a run that was killed: staged files that the uidlist names were about to be published and are
 * published now; the others nobody knows, and the run that calls this converts their messages again. The lock must be held.
 */
export function finishEarlierRun(directory: string, staging: string, uidlistPath: string): void {
  const staged = new Map<string, string>();
  for (const name of namesIn(staging)) {
    staged.set(parseFileName(name).base, name);
  }
  // A Dovecot that was here meanwhile has expunged what it did not find: the old UIDs are spent.
  if (lookAt(join(directory, DOVECOT_LOG)) !== undefined) renumberLines(uidlistPath, ({ base }) => staged.has(base), true);
  for (const { entry } of readUidlistLines(uidlistPath)) {
    const name = entry === undefined ? undefined : staged.get(entry.base);
    if (entry !== undefined && name !== undefined && isWhole(join(staging, name), entry.base)) {
      const part = parseFileName(name).letters === undefined ? 'new' : 'cur';
      ensureDirectory(join(directory, part));
      renameSync(join(staging, name), join(directory, part, name));
      staged.delete(entry.base);
    }
  }
  for (const name of staged.values()) {
    unlinkSync(join(staging, name));
  }
}

/** Removes control files that were being written when an earlier run was killed. Only while no other run can be at it. */
export function removeUnfinished(directory: string): void {
  for (const name of namesIn(directory)) {
    if (/\.mailferry(-\d+)?$/.test(name)) {
      unlinkSync(join(directory, name));
    }
  }
}

/** A name says how many octets its file has. */
function isWhole(path: string, base: string): boolean {
  return lookAt(path)?.size === parseBaseName(base)?.size;
}
