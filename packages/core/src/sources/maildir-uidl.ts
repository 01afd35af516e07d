import { type Pop3UidlFormat, pop3Uidls } from '../formats/mbox/pop3-uidl.js';
import { findField } from '../formats/mime/find-field.js';
import type { Content } from '../model/content.js';
import { type FolderPath, INBOX, samePath } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import type { KnownUid } from './maildir-uids.js';

/** A file of a Maildir, as far as a UIDL is made of it. */
interface ListedFile {
  /** The name without its flags. */
  readonly base: string;
  readonly known: KnownUid | undefined;
}

/** The folder that it is in. */
interface ListedFolder {
  readonly folder: FolderPath;
  readonly uidValidity: number | undefined;
}

/** A UIDL, or the issue that there is none. */
interface FileUidl {
  readonly pop3Uidl?: string;
  readonly issues: Issue[];
}

/**
 * Gives messages of a Maildir their UIDLs in the format of the old server; one that stands in the uidlist wins, as with Dovecot.
 * @throws UsageError POP3_UIDL_FORMAT
 */
export function uidlOfFile(format: Pop3UidlFormat): (content: Content, file: ListedFile, folder: ListedFolder, path: string) => FileUidl {
  const uidls = pop3Uidls(format);
  return (content, { base, known }, { folder, uidValidity }, path) => {
    if (known?.pop3Uidl !== undefined) return { issues: [] };
    const xUidl = format === 'keep' ? findField(content, 'X-UIDL') : undefined;
    const made = uidls({ uidValidity, uid: known?.uid, name: base, guid: known?.guid ?? base, xUidl });
    if ('uidl' in made) return { pop3Uidl: made.uidl, issues: [] };
    return { issues: samePath(folder, INBOX) ? [{ code: 'UIDL_DROPPED', where: { path }, note: `no ${made.lacks}` }] : [] };
  };
}
