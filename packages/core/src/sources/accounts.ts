// Accounts of one profile, each with a tree of its own: the one with the largest Inbox gives the top, every other keeps its name as a folder.
import { type FolderPath, INBOX } from '../model/folder.js';
import type { PlacedMbox } from './mbox-folders.js';

/**
 * Puts the trees of accounts where they belong.
 * @param accountOf - the names before a folder that are its account; none for what belongs to no account
 */
export function placeAccounts(placed: readonly PlacedMbox[], accountOf: (folder: FolderPath) => FolderPath): PlacedMbox[] {
  const accounts = new Map<string, PlacedMbox[]>();
  for (const entry of placed) {
    const account = accountOf(entry.folder).join('\0');
    accounts.set(account, [...(accounts.get(account) ?? []), entry]);
  }
  const top = [...accounts].sort((a, b) => inboxSize(b) - inboxSize(a))[0]?.[0];
  return [...accounts].flatMap(([account, entries]) => entries.map((entry) => inAccount(entry, accountOf(entry.folder), account === top)));
}

function inboxSize([account, entries]: readonly [string, readonly PlacedMbox[]]): number {
  const depth = account === '' ? 0 : account.split('\0').length;
  const inboxes = entries.filter(({ folder }) => isInbox(folder.slice(depth)));
  return inboxes.length === 0 ? -1 : inboxes.reduce((sum, { mbox }) => sum + mbox.size, 0);
}

function isInbox(path: FolderPath): boolean {
  return path.length === 1 && path[0]?.toUpperCase() === 'INBOX';
}

function inAccount({ mbox, folder }: PlacedMbox, account: FolderPath, isTop: boolean): PlacedMbox {
  const inner = folder.slice(account.length);
  if (isTop) return { mbox, folder: isInbox(inner) ? INBOX : inner[0]?.toUpperCase() === 'INBOX' ? [...INBOX, ...inner.slice(1)] : inner };
  return { mbox, folder: [account.at(-1) ?? '', ...inner].filter((name) => name !== '') };
}
