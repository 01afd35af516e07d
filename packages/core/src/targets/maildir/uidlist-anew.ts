import { join } from 'node:path';
import { nameOrder, parseFileName } from '../../formats/maildir/filename.js';
import type { UidlistHeader } from '../../formats/maildir/uidlist-file.js';
import { namesIn } from './scan.js';
import { rewriteUidlist } from './uidlist-room.js';

/**
 * Writes the list of a folder that lost it: every file gets a UID, in the order in which Dovecot would give them (seconds, then the number behind
 * `.M`, then the name). The lock must be held.
 *
 * @returns how many files there are
 */
export function listFilesAnew(directory: string, header: UidlistHeader, path: string, sync: boolean): number {
  const bases = new Set(['cur', 'new'].flatMap((part) => [...namesIn(join(directory, part))].map((name) => parseFileName(name).base)));
  const files = [...bases].filter((base) => !base.startsWith('.')).map((base) => ({ base, ...nameOrder(base) }));
  files.sort((a, b) => a.seconds - b.seconds || a.counter - b.counter || (a.base < b.base ? -1 : 1));
  const lines = files.map(({ base }, index) => `${index + 1} :${base}\n`).join('');
  rewriteUidlist(path, undefined, { ...header, uidNext: files.length + 1 }, [Buffer.from(lines)], sync);
  return files.length;
}
