import type { ExclusionReason } from '../formats/pst/messaging/folder.js';

/** How a PST is read. */
export interface PstOptions {
  /** Windows code page of 8-bit strings whose message names none; 1252 by default. */
  readonly codePage?: number;
  /** Reads the Recoverable Items as well, into folders of that name; false by default. */
  readonly recoverable?: boolean;
  /** Reads more of what is left by default: what lies outside the IPM subtree, logs of the synchronisation, hidden folders. */
  readonly include?: readonly ExclusionReason[];
  /** Reads associated messages (views, rules, forms) as well, into `Associated Items`; false by default. */
  readonly associated?: boolean;
  /** Reads search folders as well, into `Search Folders`: their messages come twice then; false by default. */
  readonly searchFolders?: boolean;
  /** Leaves a winmail.dat as it is instead of delivering what is in it; false by default. */
  readonly keepsWinmail?: boolean;
  /** Gives \\Deleted to what Outlook marked for deletion in an account of IMAP; false by default. */
  readonly keepsDeleted?: boolean;
  /** Whether contacts, appointments, tasks and journal entries come as items, or as mail that shows them; `items` by default. */
  readonly itemsAs?: 'items' | 'mail';
  /** The version of vCards; 4 by default. */
  readonly vcard?: 3 | 4;
}
