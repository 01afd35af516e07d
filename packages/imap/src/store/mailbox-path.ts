import { decodeMailboxName, type FolderPath } from '@mailferry/core';
import type { Namespace } from '../commands/namespace.js';

/** The folder that a mailbox is in the model: without the namespace's prefix, in Unicode. A name that is no modified UTF-7 stays as it is. */
export function mailboxPath(mailbox: string, namespace: Namespace): FolderPath {
  if (mailbox.toUpperCase() === 'INBOX') return ['INBOX'];
  const { prefix, delimiter } = namespace;
  const name = prefix !== '' && mailbox.startsWith(prefix) ? mailbox.slice(prefix.length) : mailbox;
  const names = delimiter === undefined ? [name] : name.split(delimiter);
  return names.map((segment) => decodeMailboxName(segment) ?? segment);
}
