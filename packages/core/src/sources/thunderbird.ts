// A Thunderbird profile: `Mail/ACCOUNT` and `ImapMail/ACCOUNT` hold a tree of mboxes each, sub-folders of `Foo` lie in `Foo.sbd`,
// an index `Foo.msf` stands beside each. The account with the largest Inbox gives the top; every other keeps its name.

import { folderNameOfMsf } from '../formats/thunderbird/folder-name-of-msf.js';
import { type FolderPath, INBOX } from '../model/folder.js';
import { type PlacedMbox, type Placement, placeMboxes } from './mbox-folders.js';
import type { MboxSurvey } from './mbox-survey.js';
import type { RawPath } from './raw-path.js';
import type { OpenFileOptions } from './regular-file.js';
import { readSmallFile } from './subscriptions.js';

const ACCOUNT_ROOTS: ReadonlySet<string> = new Set(['Mail', 'ImapMail']);
/** The index names the folder in its first table, or in a change near its end. */
const MSF_LOOK = 1024 * 1024;

/** True for a profile, its `Mail` directory, or the directory of one account. */
export function isThunderbird(survey: MboxSurvey): boolean {
  return survey.indexes.size > 0 || survey.directories.some((names) => /\.sbd$/i.test(names.at(-1) ?? ''));
}

/** The folder of each mbox, with the names that users see and accounts as the top of their trees. */
export function placeThunderbird(survey: MboxSurvey, options: OpenFileOptions = {}): Placement {
  const realName = (path: RawPath): string | undefined => {
    if (!survey.indexes.has(`${path}.msf`)) return undefined;
    const text = readSmallFile(`${path}.msf`, options, MSF_LOOK);
    return text === undefined ? undefined : folderNameOfMsf(Buffer.from(text));
  };
  const { placed, issues } = placeMboxes(survey, { inbox: '', realName });
  const accounts = new Map<string, PlacedMbox[]>();
  for (const entry of placed) {
    const account = accountOf(entry.folder).join('\0');
    accounts.set(account, [...(accounts.get(account) ?? []), entry]);
  }
  const top = [...accounts].sort((a, b) => inboxSize(b) - inboxSize(a))[0]?.[0];
  return { placed: [...accounts].flatMap(([account, entries]) => entries.map((entry) => inAccount(entry, account === top))), issues };
}

/** `Mail/Local Folders`, `ImapMail/imap.example.org`: the names that are no folders of the user. */
function accountOf(folder: FolderPath): FolderPath {
  const root = folder.findIndex((name) => ACCOUNT_ROOTS.has(name));
  return root < 0 || folder.length < root + 3 ? [] : folder.slice(0, root + 2);
}

function inboxSize([account, entries]: readonly [string, readonly PlacedMbox[]]): number {
  const depth = account === '' ? 0 : account.split('\0').length;
  return entries.find(({ folder }) => isInbox(folder.slice(depth)))?.mbox.size ?? -1;
}

function isInbox(path: FolderPath): boolean {
  return path.length === 1 && path[0]?.toUpperCase() === 'INBOX';
}

function inAccount({ mbox, folder }: PlacedMbox, isTop: boolean): PlacedMbox {
  const account = accountOf(folder);
  const inner = folder.slice(account.length);
  if (isTop) return { mbox, folder: isInbox(inner) ? INBOX : inner[0]?.toUpperCase() === 'INBOX' ? [...INBOX, ...inner.slice(1)] : inner };
  return { mbox, folder: [account.at(-1) ?? '', ...inner].filter((name) => name !== '') };
}
