import { TargetError } from '../../errors.js';
import type { NameSeparator } from '../../formats/maildir/filename.js';
import type { MaildirLayout } from '../../formats/maildir/folder-name.js';
import type { MessageWriter } from './message-writer.js';

/** When data are forced to the disk: `folder` syncs the file system at each commit, `message` each file and directory, `none` leaves it to the kernel. */
export type FsyncPolicy = 'message' | 'folder' | 'none';

/** What the parts of a Maildir target share. */
export interface MaildirSettings {
  /** The Maildir, absolute. */
  readonly root: string;
  readonly layout: MaildirLayout;
  readonly separator: NameSeparator;
  readonly fsync: FsyncPolicy;
  readonly utf8Names: boolean;
  /** Seconds since the epoch: the UIDVALIDITY of folders whose source has none. */
  readonly firstUidValidity: number;
  readonly writer: MessageWriter;
  /** User id that has to own the root. */
  readonly ownedBy?: number | undefined;
}

/** The directory within `tmp/` of a folder where messages wait for the commit. */
export const STAGING: string = 'tmp/mailferry';

/** A file that is made and unlinked at once, for what does not stay in memory. */
export const SPILL: string = 'tmp/mailferry-spill';

/** Dovecot's transaction log beside a folder (where mail_location has no INDEX=): it changes whenever a session sees the folder anew. */
export const DOVECOT_LOG: string = 'dovecot.index.log';

/** Folders that lie otherwise than this run would look for them would count as taken away by the user. */
export function layoutOf(root: string, wanted: MaildirLayout | undefined, kept: string | undefined): MaildirLayout {
  const known = kept === 'fs' || kept === 'maildir++' ? kept : undefined;
  if (wanted === undefined || known === undefined || wanted === known) return wanted ?? known ?? 'maildir++';
  throw new TargetError('TARGET_LAYOUT', `the folders of this Maildir lie as in layout ${known}, not ${wanted}`, {
    where: { path: root },
    help: `leave --layout out, or give ${known}; for the other layout name another target`,
  });
}
