// A Thunderbird profile: `Mail/ACCOUNT` and `ImapMail/ACCOUNT` hold a tree of mboxes each, sub-folders of `Foo` lie in `Foo.sbd`,
// an index `Foo.msf` stands beside each. The account with the largest Inbox gives the top; every other keeps its name.

import { folderNameOfMsf } from '../formats/thunderbird/folder-name-of-msf.js';
import type { FolderPath } from '../model/folder.js';
import { placeAccounts } from './accounts.js';
import { type Placement, placeMboxes } from './mbox-folders.js';
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
  const { placed, issues } = placeMboxes(survey, { inboxElsewhere: true, realName });
  return { placed: placeAccounts(placed, accountOf), issues };
}

/** `Mail/Local Folders`, `ImapMail/imap.example.org`: the names that are no folders of the user. */
function accountOf(folder: FolderPath): FolderPath {
  const root = folder.findIndex((name) => ACCOUNT_ROOTS.has(name));
  return root < 0 || folder.length < root + 3 ? [] : folder.slice(0, root + 2);
}
