// The directories of messages that lie among mboxes, as stores beside that of the mboxes.
import type { Issue } from '../model/issue.js';
import type { MailStore } from '../model/store.js';
import { EML_READER, MAIL_STORE_READER } from './eml.js';
import { type DirectoryReader, FileTreeStore, type MessageDirectory } from './file-tree-store.js';
import { compareFolders } from './folder-tree.js';
import type { OpenOptions } from './format.js';
import { LeftAloneList } from './left-alone.js';
import { openMaildirsWithin } from './maildir.js';
import type { PlacedMbox } from './mbox-folders.js';
import type { DirectoryKind } from './message-directories.js';
import { mhReader } from './mh.js';
import type { OpenFileOptions } from './regular-file.js';

/** What is known of the tree in which such directories lie. */
export interface DirectoryFacts {
  /** Keys of the subscribed folders. */
  readonly subscriptions?: ReadonlySet<string>;
  /** What the survey saw beside mail, where no store of mboxes tells it. */
  readonly seen?: { readonly leftAlone: LeftAloneList; readonly issues: readonly Issue[] };
}

const FILES = { mh: ['mh', 'MH'], emlx: ['eml', 'Apple Mail'], thunderbird: ['eml', 'Thunderbird profile'] } as const;

/** A store for each kind of directory among the folders of a tree. */
export function openDirectories(
  location: string,
  placed: readonly PlacedMbox[],
  options: OpenOptions,
  { subscriptions, seen }: DirectoryFacts,
): MailStore[] {
  const stores: MailStore[] = [];
  const known = subscriptions === undefined ? {} : { subscriptions };
  const ownership = options.owner === undefined ? {} : { owner: options.owner };
  // The first one says what was left in the whole tree.
  const told = () => (stores.length === 0 && seen !== undefined ? seen : { leftAlone: new LeftAloneList(), issues: [] });
  const maildirs = directoriesOf('maildir', placed);
  if (maildirs.length > 0) stores.push(openMaildirsWithin(location, options, { places: maildirs, ...known, ...told() }));
  for (const kind of ['mh', 'emlx', 'thunderbird'] as const) {
    const directories = directoriesOf(kind, placed);
    if (directories.length === 0) continue;
    const [format, dialect] = FILES[kind];
    const reader = (directory: MessageDirectory) => readerOf(kind, directory, ownership);
    const tree = { format, location, dialect, directories, reader, ...told(), ...known };
    stores.push(new FileTreeStore({ ...tree, isSurveyed: true }, ownership));
  }
  return stores;
}

function directoriesOf(kind: DirectoryKind, placed: readonly PlacedMbox[]): MessageDirectory[] {
  return placed
    .flatMap(({ mbox: { directory }, folder }) =>
      directory?.kind === kind ? [{ path: directory.path, folder, rank: directory.rank }] : [],
    )
    .sort((a, b) => compareFolders(a.folder, b.folder) || a.rank - b.rank);
}

function readerOf(kind: 'mh' | 'emlx' | 'thunderbird', directory: MessageDirectory, options: OpenFileOptions): DirectoryReader {
  if (kind === 'mh') return mhReader(directory, options);
  if (kind === 'thunderbird') return MAIL_STORE_READER;
  return { ...EML_READER, accepts: (name) => /\.emlx$/i.test(name) };
}
