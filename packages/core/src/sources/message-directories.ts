// Folders of a tree that are no mboxes but directories of messages: Maildirs among the mboxes of KMail and mutt, MH, Apple Mail's .emlx,
// Thunderbird's store of message files. Single messages anywhere else are no folder; they are left and named.
import { lstatSync } from 'node:fs';
import { looksLikeEmlx } from '../formats/eml/emlx.js';
import { messageStart } from '../formats/eml/message-start.js';
import { appleDirectories } from './apple-mail.js';
import { loadFile } from './file-message.js';
import type { SurveyedMbox } from './mbox-survey.js';
import { fsPath, joinRaw, type RawPath } from './raw-path.js';
import type { OpenFileOptions } from './regular-file.js';
import { type DirectoryEntry, listDirectory, type WalkedFile } from './walk.js';

/** How a directory keeps its messages. */
export type DirectoryKind = 'maildir' | 'mh' | 'thunderbird' | 'emlx';

/** Where a folder lies. */
interface FolderPlace extends Pick<SurveyedMbox, 'path' | 'names'> {
  /** Place of the directory among those of its folder. */
  readonly rank: number;
}

const NUMBER = /^[1-9]\d{0,9}$/;
const EMLX = /\.emlx$/i;
/** Files that programs keep in a folder of MH: nmh, Claws Mail, Sylpheed, Gnus. */
const MH_FILES: ReadonlySet<string> = new Set([
  '.mh_sequences',
  '.xmhcache',
  '.claws_mark',
  '.claws_cache',
  '.sylpheed_mark',
  '.sylpheed_cache',
  '.overview',
  '.marks',
]);

/** True for a directory that a program has marked as a folder of MH. */
export function isMhFolder(entries: readonly DirectoryEntry[]): boolean {
  return entries.some(({ kind, name }) => kind === 'file' && MH_FILES.has(name));
}

function parentOf(path: RawPath): RawPath {
  return path.slice(0, path.lastIndexOf('/'));
}

/** True for the directory in which Apple Mail keeps the attachments of a mailbox. */
export function isAttachments(names: readonly RawPath[]): boolean {
  return names.at(-1) === 'Attachments' && appleDirectories(names.slice(0, -1)).isApple;
}

/** The directories of messages that a survey comes by. */
export class MessageDirectories {
  readonly #root: RawPath;
  /** Directory with message files → its folder. */
  readonly #found = new Map<RawPath, SurveyedMbox & Required<Pick<SurveyedMbox, 'directory'>>>();
  /** Directories that a program has marked as folders of MH. */
  readonly #marked = new Set<RawPath>();
  /** Directories with a `new`. */
  readonly #withNew = new Set<RawPath>();

  constructor(root: RawPath) {
    this.#root = root;
  }

  /** What the names of a directory say, before its files are looked at. */
  enter(path: RawPath, entries: readonly DirectoryEntry[]): void {
    const directory = path.endsWith('/') ? path.slice(0, -1) : path;
    if (isMhFolder(entries)) this.#marked.add(directory);
    if (entries.some(({ kind, name }) => kind === 'directory' && name === 'new')) this.#withNew.add(directory);
  }

  addMaildir(path: RawPath, names: readonly RawPath[]): void {
    this.#add('maildir', path, { path, names, rank: 0 });
  }

  #add(kind: DirectoryKind, directory: RawPath, { path, names, rank }: FolderPlace): void {
    const place = { kind, path: directory, rank };
    this.#found.set(directory, { path, names, size: 0, compression: undefined, hasLabels: false, directory: place });
  }

  /** True for a file that need not be looked at: a directory that is known has many of its kind. */
  holds({ path, names }: WalkedFile): boolean {
    const name = names.at(-1) ?? '';
    const directory = parentOf(path);
    if (MH_FILES.has(name) && this.#marked.has(directory)) return true;
    const kind = this.#found.get(directory)?.directory.kind;
    if (kind === undefined || name.startsWith('.')) return false;
    return (
      kind === 'thunderbird' || (kind === 'mh' && this.#marked.has(directory) && NUMBER.test(name)) || (kind === 'emlx' && EMLX.test(name))
    );
  }

  /** True for a file with a From_ line on top that is a message by its place, where it is one message and no mbox. */
  isSaved({ path, names }: WalkedFile, options: OpenFileOptions): boolean {
    const directory = parentOf(path);
    const isOurs = NUMBER.test(names.at(-1) ?? '') ? this.#marked.has(directory) : this.#isStore(names, directory);
    return isOurs && messageStart(loadFile(path, options).bytes) !== undefined;
  }

  /** True for the `cur` of Thunderbird's store. */
  #isStore(names: readonly RawPath[], directory: RawPath): boolean {
    return names.at(-2) === 'cur' && !this.#withNew.has(parentOf(directory));
  }

  /** True when a file is the message of such a directory, which is a folder from now on. */
  take({ path, names }: WalkedFile, head: Uint8Array): boolean {
    const name = names.at(-1) ?? '';
    const directory = parentOf(path);
    const kind = this.#kindOf(name, names, directory, head);
    if (kind === undefined) return false;
    if (!this.#found.has(directory)) this.#add(kind, directory, this.#folderOf(kind, names.slice(0, -1)));
    return true;
  }

  #folderOf(kind: DirectoryKind, directories: readonly RawPath[]): FolderPlace {
    const apple = kind === 'emlx' ? appleDirectories(directories) : undefined;
    const outer = apple?.mailbox ?? (kind === 'thunderbird' ? directories.slice(0, -1) : directories);
    return {
      path: outer.length === 0 ? this.#root : joinRaw(this.#root, outer.join('/')),
      names: apple?.folder ?? outer,
      rank: apple?.thousands ?? 0,
    };
  }

  #kindOf(name: RawPath, names: readonly RawPath[], directory: RawPath, head: Uint8Array): DirectoryKind | undefined {
    if (EMLX.test(name)) return looksLikeEmlx(head) ? 'emlx' : undefined;
    if (name.startsWith('.') || messageStart(head) === undefined) return undefined;
    if (NUMBER.test(name)) return 'mh';
    return this.#isStore(names, directory) ? 'thunderbird' : undefined;
  }

  /**
   * The folders, once all files were seen. Messages with a number beside mboxes, where no program keeps MH, are none.
   * @param leave - is told each message that is not read
   */
  settle(mboxes: readonly SurveyedMbox[], leave: (path: RawPath) => void): readonly SurveyedMbox[] {
    const withMboxes = new Set(mboxes.filter(({ size }) => size > 0).map(({ path }) => parentOf(path)));
    for (const [
      directory,
      {
        directory: { kind },
      },
    ] of [...this.#found]) {
      if (kind !== 'mh' || this.#marked.has(directory) || !withMboxes.has(directory)) continue;
      this.#found.delete(directory);
      for (const { name, path, kind: entry } of listDirectory(directory))
        if (entry === 'file' && NUMBER.test(name) && !mboxes.some((mbox) => mbox.path === path)) leave(path);
    }
    return [...this.#found.values()].map((folder) =>
      folder.directory.kind === 'thunderbird' || folder.directory.kind === 'emlx'
        ? { ...folder, size: octetsOf(folder.directory.path) }
        : folder,
    );
  }
}

/** Octets of the files of a directory: the account with the largest Inbox gives the top. */
function octetsOf(directory: RawPath): number {
  return listDirectory(directory).reduce((sum, { path }) => sum + (lstatSync(fsPath(path), { throwIfNoEntry: false })?.size ?? 0), 0);
}
