// Subscriptions of mbox servers: `.mailboxlist` of UW-IMAP in the home (names with the directory before them), `.subscriptions` of Dovecot
// in the mail directory. Names are in modified UTF-7 or plain, their parts joined by "/".
import { closeSync } from 'node:fs';
import { decodeMailboxName } from '../formats/imap/mailbox-name.js';
import { parseSubscriptionsFile } from '../formats/maildir/subscriptions-file.js';
import { type FolderPath, INBOX, pathKey } from '../model/folder.js';
import { joinRaw, type RawPath } from './raw-path.js';
import { failsAll, type OpenFileOptions, onSource, openRegularFile, readWhole } from './regular-file.js';

/** Octets of a list that are read; a real one has a few hundred lines. */
const MAX_LIST = 4 * 1024 * 1024;

/** The text of a small file; undefined when it is not there or cannot be read. */
export function readSmallFile(path: RawPath, options: OpenFileOptions = {}, limit: number = MAX_LIST): string | undefined {
  try {
    const file = openRegularFile(path, options);
    try {
      return Buffer.from(onSource(path, () => readWhole(file.fd, Math.min(file.size, limit)))).toString('utf8');
    } finally {
      closeSync(file.fd);
    }
  } catch (error) {
    if (failsAll(error)) throw error;
    return undefined;
  }
}

/** The folder that a line of a list means. */
function subscribedFolder(parts: readonly string[], isHome: boolean): FolderPath {
  const names = parts.map((name) => decodeMailboxName(name) ?? name.normalize('NFC')).filter((name) => name !== '');
  const inner = isHome && names.length > 1 && (names[0] === 'mail' || names[0] === 'Mail') ? names.slice(1) : names;
  return inner.length === 1 && inner[0]?.toUpperCase() === 'INBOX' ? INBOX : inner;
}

/** Keys of the subscribed folders of a tree of mboxes; undefined when nothing there keeps subscriptions. */
export function readSubscriptions(root: RawPath, isHome: boolean, options: OpenFileOptions): ReadonlySet<string> | undefined {
  const directories = isHome ? [root, joinRaw(root, 'mail'), joinRaw(root, 'Mail')] : [root];
  let keys: Set<string> | undefined;
  for (const directory of directories) {
    for (const name of ['.mailboxlist', '.subscriptions']) {
      const text = readSmallFile(joinRaw(directory, name), options);
      if (text === undefined) continue;
      keys ??= new Set([pathKey(INBOX)]);
      for (const parts of parseSubscriptionsFile(text, '/')) keys.add(pathKey(subscribedFolder(parts, isHome && directory === root)));
    }
  }
  return keys;
}
