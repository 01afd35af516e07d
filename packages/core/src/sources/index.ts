import type { MailStore } from '../model/store.js';
import { emlFormat } from './eml.js';
import type { OpenOptions, SourceFormat } from './format.js';
import { maildirFormat } from './maildir.js';
import { mboxFormat } from './mbox.js';
import { mhFormat } from './mh.js';
import { openStoreOf } from './open-store.js';
import { pstFormat } from './pst.js';

export { openEml } from './eml.js';
export type { Confidence, DirectoryProbe, FileProbe, LocationVariables, OpenOptions, Probe, SourceFormat, TreeSample } from './format.js';
export { type MaildirOptions, openMaildir } from './maildir.js';
export type { MaildirFolderOptions } from './maildir-folders.js';
export { type MboxTreeOptions, openMbox } from './mbox.js';
export { mergeStores } from './merge-stores.js';
export { openMh } from './mh.js';
export { loadPst, openPst } from './pst.js';
export type { PstOptions } from './pst-options.js';
export type { PstMailStore } from './pst-store.js';
export { fsPath, joinRaw, type RawPath, rawPath, shownPath } from './raw-path.js';
export { type FileKind, type RecognisedFile, recogniseFile } from './recognise-file.js';
export type { OpenFileOptions } from './regular-file.js';
export { type MboxSample, type SampleOptions, sampleMbox } from './sample-file.js';
export type { SpoolOptions } from './spool.js';
export type { DirectoryEntry } from './walk.js';

/** Every source format; on equal evidence the earlier one wins. */
export const ALL_SOURCES: readonly SourceFormat[] = [pstFormat, maildirFormat, mhFormat, mboxFormat, emlFormat];

/**
 * Opens a source by what it is: a path, a location in Dovecot's syntax (`mbox:~/mail:INBOX=/var/mail/%u`), or `-` for standard input.
 * @throws {@link SourceError} SOURCE_NOT_FOUND, SOURCE_FORMAT_UNKNOWN, SOURCE_FORMAT_UNSUPPORTED, SOURCE_PERMISSION, SOURCE_NOT_REGULAR, SOURCE_OWNER.
 * @throws {@link UsageError} LOCATION_VARIABLE when a location has a variable without a value; USAGE for a time zone or code page that is none; POP3_UIDL_FORMAT.
 */
export function openStore(location: string, options: OpenOptions = {}): Promise<MailStore> {
  return openStoreOf(ALL_SOURCES, location, options);
}
