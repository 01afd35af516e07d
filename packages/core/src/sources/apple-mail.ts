// Apple Mail's directories: `V10/ACCOUNT/NAME.mbox/UUID/Data/2/1/Messages/12345.emlx`. Mailboxes lie within each other, their messages in levels that are
// no folders; before them stand the version of the layout and, since V3, a UUID for the account.
import type { FolderPath } from '../model/folder.js';
import { placeAccounts } from './accounts.js';
import { type Placement, placeMboxes } from './mbox-folders.js';
import type { MboxSurvey } from './mbox-survey.js';
import type { RawPath } from './raw-path.js';

const MAILBOX = /\.(?:imap)?mbox$/i;
const UUID = '[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}';
/** What stands before mailboxes: of these directories nobody knows by name. */
const BEFORE = new RegExp(`^(?:V\\d{1,2}|${UUID})$`);
/** What stands between a mailbox and its messages. */
const INNER = new RegExp(`^(?:Messages|Data|\\d|${UUID})$`);

/** What directories of Apple Mail mean. */
export interface AppleDirectories {
  readonly isApple: boolean;
  /** The mailbox, as it lies there. */
  readonly mailbox: readonly RawPath[];
  /** The names of its folder, with their suffixes. */
  readonly folder: readonly RawPath[];
  /** Thousands of the numbers of the messages that lie here: 12 of `Data/2/1/Messages`. */
  readonly thousands: number;
}

/** The mailbox of a directory, given as names below the root; a root may lie within a mailbox. */
export function appleDirectories(names: readonly RawPath[]): AppleDirectories {
  const last = names.findLastIndex((name) => MAILBOX.test(name));
  if (last < 0 && names.at(-1) !== 'Messages') return { isApple: false, mailbox: names, folder: names, thousands: 0 };
  let end = names.length;
  while (end > last + 1 && INNER.test(names[end - 1] ?? '')) end -= 1;
  const mailbox = names.slice(0, end);
  const digits = names.slice(end).filter((name) => /^\d$/.test(name));
  return { isApple: true, mailbox, folder: mailbox.filter((name) => !BEFORE.test(name)), thousands: Number(digits.reverse().join('')) };
}

/** A name without the suffix that Mail gives to mailboxes. */
export function withoutSuffix(name: RawPath): RawPath {
  return name.replace(MAILBOX, '') || name;
}

/** True for a tree in which Apple Mail keeps messages as files; bundles with an `mbox` in each come from elsewhere as well. */
export function isAppleMail(survey: MboxSurvey): boolean {
  return survey.others.some(({ directory }) => directory?.kind === 'emlx');
}

/** The folders of such a tree, with its accounts. */
export function placeAppleMail(survey: MboxSurvey): Placement {
  const mboxes = survey.mboxes.map((mbox) => {
    const { folder } = appleDirectories(mbox.names.slice(0, -1));
    return { ...mbox, names: [...folder, ...mbox.names.slice(-1)] };
  });
  const { placed, issues } = placeMboxes({ ...survey, mboxes: [...mboxes, ...survey.others] }, { inboxElsewhere: true });
  return { placed: placeAccounts(placed, accountOf), issues };
}

/** `IMAP-ann@imap.example.org`, up to V2; later ones are a UUID, which says nothing to anybody. */
function accountOf(folder: FolderPath): FolderPath {
  return /^(?:IMAP|POP|Mac|EWS|Exchange|AosImap)[-:]/.test(folder[0] ?? '') ? folder.slice(0, 1) : [];
}
