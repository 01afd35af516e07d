// A Maildir within a tree that is read may be what came out of it: then it is none of the source.
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { fsPath, type RawPath, rawPath } from './raw-path.js';
import type { DirectoryEntry } from './walk.js';

/** What every Maildir has that was written here. */
const LEDGER = 'mailferry-ledger';

/** Why a directory below the root of a source is none of it; undefined for all others. `target` is the Maildir that the run writes to. */
export function reasonOfOwnMaildir(path: RawPath, entries: readonly DirectoryEntry[], target: string | undefined): string | undefined {
  if (entries.some(({ name }) => name === LEDGER)) return 'a Maildir that mailferry wrote';
  if (target === undefined || !entries.some(({ name }) => name === 'cur')) return undefined;
  const [own, written] = [realPath(path), realPath(rawPath(resolve(target)))];
  return own !== undefined && own === written ? 'the Maildir that is written to' : undefined;
}

function realPath(path: RawPath): string | undefined {
  try {
    return realpathSync.native(fsPath(path), 'latin1');
  } catch {
    return undefined;
  }
}
