// The door to PST and OST. What reads them is a third of the library and is loaded when one is opened: most runs never do.
import { isPstHeader } from '../formats/pst/ndb/magic.js';
import type { Confidence, OpenOptions, Probe, SourceFormat } from './format.js';
import type { PstMailStore } from './pst-store.js';

/** A file by its first octets: `!BDN`, and no address book. */
export const pstFormat: SourceFormat = {
  name: 'pst',
  title: 'a PST or OST of Outlook',
  recognise: (probe: Probe): Confidence => (probe.kind === 'file' && isPstHeader(probe.head) ? 'certain' : 'no'),
  open: openPst,
};

/**
 * Opens a PST or OST of any variant. The password of a file is no key to it and is not asked for.
 *
 * @throws {@link SourceError} PST_NOT_RECOGNISED when the file is no PST; SOURCE_NOT_FOUND, SOURCE_PERMISSION, SOURCE_NOT_REGULAR, SOURCE_OWNER
 */
export async function openPst(path: string, options: OpenOptions = {}): Promise<PstMailStore> {
  const { openPstStore } = await import('./pst-store.js');
  return openPstStore(path, options);
}
