import { join } from 'node:path';
import { formatSubscriptionsFile, parseSubscriptionsFile } from '../../formats/maildir/subscriptions-file.js';
import { readControlFile, replaceControlText } from './control-file.js';
import { Dotlock } from './dotlock.js';

/** Adds folders to the subscriptions of a Maildir; what is subscribed stays so. */
export async function subscribe(root: string, separator: '.' | '/', names: readonly (readonly string[])[], sync: boolean): Promise<void> {
  const path = join(root, 'subscriptions');
  const lock = await Dotlock.take(path);
  try {
    const old = parseSubscriptionsFile(readControlFile(path) ?? '', separator);
    const known = new Set(old.map((parts) => parts.join('\0')));
    const added = names.filter((parts) => !known.has(parts.join('\0')));
    if (added.length > 0) {
      replaceControlText(path, sync, formatSubscriptionsFile([...old, ...added]));
    }
  } finally {
    lock.release();
  }
}
