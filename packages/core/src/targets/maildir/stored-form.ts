import { decodeMailboxName } from '../../formats/imap/mailbox-name.js';
import type { LedgerFolder } from '../../formats/ledger/line.js';
import { MAX_KEYWORDS, SYSTEM_FLAG_LETTERS } from '../../formats/maildir/filename.js';
import { type MaildirLayout, storeFolderName } from '../../formats/maildir/folder-name.js';
import { type Flag, isSystemFlag } from '../../model/flag.js';
import { type FolderPath, INBOX, pathKey } from '../../model/folder.js';
import { atomOf } from './folder-keywords.js';

/**
 * The folders of a source by the names that they have in a Maildir: key of the path as it reads there → path in the source.
 * The ledger's word counts, else the rules by which names are made.
 */
export function storedFolders(
  folders: Iterable<FolderPath>,
  known: readonly LedgerFolder[],
  layout: MaildirLayout,
): ReadonlyMap<string, FolderPath> {
  const directories = new Map<string, FolderPath>();
  const byPath = new Map(known.map((folder) => [pathKey(folder.path), folder.directory]));
  for (const path of folders) {
    const directory = byPath.get(pathKey(path)) ?? storeFolderName(path, layout).directory;
    const key = pathKey(shownPath(directory, layout));
    if (!directories.has(key)) directories.set(key, path);
  }
  for (const { path, directory } of known) directories.set(pathKey(shownPath(directory, layout)), path);
  return directories;
}

/** The folder that a directory of a Maildir reads as. */
function shownPath(directory: string, layout: MaildirLayout): FolderPath {
  if (directory === '') return INBOX;
  const names = layout === 'fs' ? directory.split('/') : directory.slice(1).split('.');
  const path = names.map((name) => decodeMailboxName(name.normalize('NFC')) ?? name.normalize('NFC'));
  return path.length === 1 && path[0]?.toUpperCase() === 'INBOX' ? INBOX : path;
}

/** The flags that a Maildir folder with these keywords keeps of a message's. */
export function storedFlags(flags: ReadonlySet<Flag>, keywords: readonly string[]): ReadonlySet<Flag> {
  const kept = new Set<Flag>();
  const isFull = keywords.length >= MAX_KEYWORDS;
  for (const flag of flags) {
    if (SYSTEM_FLAG_LETTERS.has(flag)) kept.add(flag);
    else if (!(isSystemFlag(flag) || (isFull && !keywords.includes(atomOf(flag))))) kept.add(atomOf(flag));
  }
  return kept;
}

/** Times that ext4 and 32-bit clients can hold, in seconds: 1901-12-13 to 2106-02-07. */
const OLDEST = -(2 ** 31);
export const NEWEST: number = 2 ** 32 - 1;

/** A date as the time of a file: milliseconds since the epoch, within what file systems hold. */
export function storedDate(internalDate: number): number {
  return Number.isNaN(internalDate) ? 0 : Math.min(Math.max(internalDate, OLDEST * 1000), NEWEST * 1000);
}
