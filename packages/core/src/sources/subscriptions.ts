// Subscriptions of mbox servers: `.mailboxlist` of UW-IMAP in the home, `.subscriptions` of Dovecot in the mail directory. Names are in modified
// UTF-7 or plain, their parts joined by "/". UW writes down what the client said: `mail/boat`, `~/mail/boat`, `/home/ann/mail/boat`, and names of
// other drivers and hosts (`#mh/x`, `{host}x`), which are no folders of the tree.
import { closeSync } from 'node:fs';
import { basename, dirname } from 'node:path/posix';
import { decodeMailboxName } from '../formats/imap/mailbox-name.js';
import { parseSubscriptionsFile } from '../formats/maildir/subscriptions-file.js';
import { type FolderPath, INBOX, pathKey } from '../model/folder.js';
import { joinRaw, type RawPath } from './raw-path.js';
import { failsAll, isBrokenFile, type OpenFileOptions, onSource, openRegularFile, readWhole } from './regular-file.js';

const UW_LIST = '.mailboxlist';
/** Octets of a list that are read; a real one has a few hundred lines. */
const MAX_LIST = 4 * 1024 * 1024;

/** The text of a small file; undefined when it is not there or cannot be read. */
export function readSmallFile(path: RawPath, options: OpenFileOptions = {}, limit: number = MAX_LIST): string | undefined {
  const octets = readSmallOctets(path, options, limit);
  return octets === undefined ? undefined : Buffer.from(octets).toString('utf8');
}

/** The octets of a small file; undefined when it is not there or cannot be read. */
export function readSmallOctets(path: RawPath, options: OpenFileOptions = {}, limit: number = MAX_LIST): Uint8Array | undefined {
  try {
    const file = openRegularFile(path, options);
    try {
      return onSource(path, () => readWhole(file.fd, Math.min(file.size, limit)));
    } finally {
      closeSync(file.fd);
    }
  } catch (error) {
    if (failsAll(error) || isBrokenFile(error)) throw error;
    return undefined;
  }
}

/** Names that mail directories of a home have. */
const MAIL_DIRECTORIES: readonly string[] = ['mail', 'Mail'];

/** A place where lists of subscriptions lie. */
interface ListPlace {
  readonly directory: RawPath;
  /** Lists that lie there. */
  readonly files: readonly string[];
  /** Directories whose names stand before those of folders. */
  readonly before: readonly string[];
  /** Only names with such a directory before them are meant. */
  readonly isAbove: boolean;
}

function placesOf(root: RawPath, isHome: boolean): ListPlace[] {
  const both = [UW_LIST, '.subscriptions'];
  const inside = (isHome ? MAIL_DIRECTORIES.map((name) => joinRaw(root, name)) : []).map((directory) => ({ directory, before: [] }));
  const places = [{ directory: root, before: isHome ? MAIL_DIRECTORIES : [] }, ...inside].map((place) => ({
    ...place,
    files: both,
    isAbove: false,
  }));
  const name = basename(root);
  if (isHome || name === '' || name.startsWith('.')) return places;
  return [...places, { directory: dirname(root), files: [UW_LIST], before: [name], isAbove: true }];
}

/** A name as it is from the home down; none for what lies elsewhere. */
function namesFromHome(parts: readonly string[], home: RawPath): readonly string[] {
  const [first = ''] = parts;
  if (/^[#{]/.test(first)) return [];
  if (first.startsWith('~')) return parts.slice(1);
  if (first !== '') return parts;
  const at = parts.indexOf(basename(home), 1);
  return at < 0 ? [] : parts.slice(at + 1);
}

/** The folder that a line of a list means; undefined for what is none of this tree. */
function subscribedFolder(line: readonly string[], file: string, { directory, before, isAbove }: ListPlace): FolderPath | undefined {
  const names = (file === UW_LIST ? namesFromHome(line, directory) : line)
    .map((name) => decodeMailboxName(name) ?? name.normalize('NFC'))
    .filter((name) => name !== '');
  const isBelow = names.length > 1 && names[0] !== undefined && before.includes(names[0]);
  const inner = isBelow ? names.slice(1) : names;
  if (inner.length === 0 || (isAbove && !isBelow)) return undefined;
  return inner.length === 1 && inner[0]?.toUpperCase() === 'INBOX' ? INBOX : inner;
}

/** The folders that a list names; undefined when it is not there, or says nothing of this tree. */
function readList(place: ListPlace, file: string, options: OpenFileOptions): FolderPath[] | undefined {
  const text = readSmallFile(joinRaw(place.directory, file), options);
  if (text === undefined) return undefined;
  const folders = parseSubscriptionsFile(text.replaceAll('\r\n', '\n'), '/').map((line) => subscribedFolder(line, file, place));
  const found = folders.filter((folder) => folder !== undefined);
  // A list above says nothing of a tree that none of its names is in.
  if (found.length === 0 && place.isAbove) return undefined;
  // UW's clients show INBOX without being asked; a list of Dovecot's names it.
  return file === UW_LIST ? [INBOX, ...found] : found;
}

/** Keys of the subscribed folders of a tree of mboxes; undefined when nothing there keeps subscriptions. */
export function readSubscriptions(root: RawPath, isHome: boolean, options: OpenFileOptions): ReadonlySet<string> | undefined {
  const lists = placesOf(root, isHome).flatMap((place) => place.files.map((file) => readList(place, file, options)));
  const found = lists.filter((list) => list !== undefined);
  return found.length === 0 ? undefined : new Set(found.flat().map(pathKey));
}
