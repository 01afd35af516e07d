import { formatUidlistHeader, type UidlistHeader } from '../../formats/maildir/uidlist-file.js';
import type { Folder } from '../../model/folder.js';
import { ensureDirectory, lookAt } from './control-file.js';
import { firstKeywordsFile } from './flag-letters.js';
import { DOVECOT_LOG, type MaildirSettings } from './settings.js';
import { makeFolder, makeParents, type SkeletonFiles } from './skeleton.js';
import { newUidlistHeader, nextUid, type UidlistOnDisk } from './uidlist-room.js';

/** The greatest UIDVALIDITY (RFC 9051 §9, nz-number). */
const MAX_UID_VALIDITY = 2 ** 32 - 1;

/**
 * The head of a list that begins. A folder that was here before, and is made again, gets a greater UIDVALIDITY than it had: else UIDs that clients
 * know would be given to other messages (RFC 9051 §2.3.1.1).
 *
 * @param spent the UIDVALIDITY that the ledger has for the folder
 */
export function firstUidlistHeader(
  { firstUidValidity }: MaildirSettings,
  { uidValidity }: Folder,
  spent: number | undefined,
): UidlistHeader {
  const above = spent === undefined || spent >= MAX_UID_VALIDITY ? 0 : spent + 1;
  return newUidlistHeader(spent === undefined ? (uidValidity ?? firstUidValidity) : Math.max(firstUidValidity, above), 1);
}

/**
 * The UIDVALIDITY of a folder that is there. Where an earlier run made it empty, with a time for a UIDVALIDITY since its source had none, and neither a
 * message came nor Dovecot looked since, that of the source comes into its own.
 *
 * @param noted the UIDVALIDITY that the ledger has for the folder
 */
export function uidValidityOf(directory: string, list: UidlistOnDisk, { uidValidity: wanted }: Folder, noted: number | undefined): number {
  const { uidValidity } = list.header;
  const isUnused = noted === uidValidity && nextUid(list) === 1 && lookAt(`${directory}/${DOVECOT_LOG}`) === undefined;
  return isUnused && wanted !== undefined && wanted > uidValidity ? wanted : uidValidity;
}

/** What a new folder begins with. */
export function firstControlFiles(
  settings: MaildirSettings,
  folder: Folder,
  isBelow: boolean,
  spentUidValidity: number | undefined,
): SkeletonFiles {
  return {
    uidlist: formatUidlistHeader(firstUidlistHeader(settings, folder, spentUidValidity)),
    keywords: firstKeywordsFile(folder.keywords ?? []),
    hasMarker: isBelow && settings.layout === 'maildir++',
  };
}

/** Makes the root: with the control files of INBOX, so that they are there before anyone looks in, or as an empty INBOX. */
export function makeRoot(settings: MaildirSettings, inbox: Folder | undefined, spent: number | undefined): void {
  const { root, ownedBy } = settings;
  if (inbox === undefined) {
    makeParents(root, ownedBy);
    for (const path of [root, `${root}/tmp`, `${root}/new`, `${root}/cur`]) {
      ensureDirectory(path, ownedBy);
    }
  } else {
    makeFolder(root, `${root}.mailferry-new`, firstControlFiles(settings, inbox, false, spent), settings.fsync !== 'none', ownedBy);
  }
}
