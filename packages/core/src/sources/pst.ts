// The door to PST and OST. What reads them is a third of the library and is loaded when one is opened: most runs never do.
import { codePageCharset, decodeStrict } from '../formats/mime/charset.js';
import { isPstHeader } from '../formats/pst/ndb/magic.js';
import { checkOpenOptions } from './check-options.js';
import type { Confidence, FileProbe, OpenOptions, Probe, SourceFormat } from './format.js';
import { LazyPst } from './lazy-pst.js';
import type { PstMailStore } from './pst-store.js';

/** A file by its first octets: `!BDN`, and no address book. */
export const pstFormat: SourceFormat = {
  name: 'pst',
  title: 'a PST or OST of Outlook',
  recognise: (probe: Probe): Confidence => (probe.kind === 'file' && (isPstHeader(probe.head) || isEmptyPst(probe)) ? 'certain' : 'no'),
  open: (path, options = {}) => (options.defers === true ? Promise.resolve(new LazyPst(path, options, openPst)) : openPst(path, options)),
};

/** Octets cannot tell what an empty file was to be, its name can: a copy that failed is no mailbox without mail. */
function isEmptyPst({ size, path }: FileProbe): boolean {
  return size === 0 && /\.[op]st$/i.test(path);
}

/**
 * Opens a PST or OST of any variant. The password of a file is no key to it and is not asked for.
 *
 * @throws {@link SourceError} PST_NOT_RECOGNISED when the file is no PST; SOURCE_NOT_FOUND, SOURCE_PERMISSION, SOURCE_NOT_REGULAR, SOURCE_OWNER
 * @throws {@link UsageError} USAGE for a code page that nobody knows
 */
export async function openPst(path: string, options: OpenOptions = {}): Promise<PstMailStore> {
  checkOpenOptions(options);
  const { openPstStore } = await import('./pst-store.js');
  return openPstStore(path, options);
}

/** Windows code pages whose tables are loaded when a text needs them. */
const TABLES = [932, 936, 949, 950, 1250, 1251, 1252, 20866, 28592];

/** Loads what reads a PST now: for a process that will have fewer rights when it opens one. */
export async function loadPst(): Promise<void> {
  await import('./pst-store.js');
  for (const page of TABLES) decodeStrict(Uint8Array.of(0x88, 0x9f), codePageCharset(page) ?? 'us-ascii');
}
