// A store over directories in which each file is a message: MH, .eml, .emlx. Only the directories are kept in memory;
// each is listed anew when its messages are read.
import { IdentityCounter } from '../formats/content/identity.js';
import { findHeaderDate } from '../formats/mbox/header-date.js';
import { isMailFormat } from '../formats/signature/signature.js';
import type { Flag } from '../model/flag.js';
import { type Folder, type FolderPath, pathKey } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import type { DateSource, Message } from '../model/message.js';
import type { FileRead, FolderSelection, LeftAlone, MailStore, SourceFile } from '../model/store.js';
import { DirectoryFiles } from './directory-state.js';
import { contentOf, FileMessage, type LoadedFile, loadFile, unreadableMessage } from './file-message.js';
import { folderTree } from './folder-tree.js';
import type { LeftAloneList } from './left-alone.js';
import { gather } from './message-batch.js';
import { type RawPath, shownPath } from './raw-path.js';
import type { OpenFileOptions } from './regular-file.js';
import { listDirectory } from './walk.js';

/** What a format makes of a file. */
export interface ReadFile {
  /** First octet of the message in the file. */
  readonly offset: number;
  readonly length: number;
  readonly flags: ReadonlySet<Flag>;
  /** Milliseconds since the epoch, when the format keeps it. */
  readonly internalDate?: number;
  readonly issues: readonly Issue[];
}

/** Reads the files of one directory. */
export interface DirectoryReader {
  /** True for files to open, false for those that the format itself uses; for any other the reason to leave it. */
  accepts(name: RawPath): boolean | string;
  /** The message of a file, or the reason why it is none. */
  read(name: RawPath, path: RawPath, loaded: LoadedFile): ReadFile | string;
}

/** A directory with messages. */
export interface MessageDirectory {
  readonly path: RawPath;
  readonly folder: FolderPath;
  /** The only file to read, when the source is a lone file. */
  readonly only?: RawPath;
}

/** What a store over files consists of. */
export interface FileTree {
  readonly format: 'eml' | 'mh';
  readonly location: string;
  readonly dialect: string;
  readonly directories: readonly MessageDirectory[];
  readonly leftAlone: LeftAloneList;
  readonly issues: readonly Issue[];
  readonly reader: (directory: MessageDirectory) => DirectoryReader;
  /** True when somebody looked at the tree before, and named what is no message. */
  readonly isSurveyed?: boolean;
  /** Keys of the subscribed folders, where that is known. */
  readonly subscriptions?: ReadonlySet<string>;
}

interface FileToRead {
  /** Index of the directory. */
  readonly index: number;
  readonly directory: MessageDirectory;
  readonly reader: DirectoryReader;
  readonly name: RawPath;
  readonly path: RawPath;
  readonly identities: IdentityCounter;
}

/** Numbers by value, then the octets of the name: the order that people see. */
function compareFileNames(a: RawPath, b: RawPath): number {
  const [left, right] = [Number.parseInt(a, 10), Number.parseInt(b, 10)];
  if (Number.isFinite(left) && Number.isFinite(right) && left !== right) return left - right;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Directories of messages as a store. */
export class FileTreeStore implements MailStore {
  readonly format: string;
  readonly location: string;
  readonly dialect: string;
  readonly #tree: FileTree;
  readonly #options: OpenFileOptions;
  /** Directories whose files were named in the list of what was left. */
  readonly #listed = new Set<RawPath>();
  readonly coversFiles = true;
  readonly filesRead: FileRead[] = [];
  readonly #states: DirectoryFiles;

  constructor(tree: FileTree, options: OpenFileOptions) {
    this.format = tree.format;
    this.location = tree.location;
    this.dialect = tree.dialect;
    this.#tree = tree;
    this.#options = options;
    this.#states = new DirectoryFiles(tree.location, tree.directories);
  }

  get files(): readonly SourceFile[] {
    return this.#states.files;
  }

  lacks(path: string): boolean {
    return this.#states.lacks(path);
  }

  get issues(): readonly Issue[] {
    return [...this.#tree.issues, ...this.#tree.leftAlone.issues];
  }

  get leftAlone(): readonly LeftAlone[] {
    return this.#tree.leftAlone.places;
  }

  async *folders(): AsyncGenerator<Folder> {
    const { directories, subscriptions } = this.#tree;
    const facts = (path: FolderPath) => (subscriptions === undefined ? {} : { subscribed: subscriptions.has(pathKey(path)) });
    yield* folderTree(directories.map(({ folder }) => ({ path: folder, ...facts(folder) })));
  }

  async *messages(selection: FolderSelection = {}): AsyncGenerator<Message> {
    for await (const batch of this.batches(selection)) yield* batch;
  }

  async *batches(selection: FolderSelection = {}): AsyncGenerator<readonly Message[]> {
    const identities = new IdentityCounter();
    for (const [index, directory] of this.#tree.directories.entries()) {
      if (selection.includes?.(directory.folder) === false || selection.skips?.(index) === true) continue;
      yield* gather(this.#read(directory, index, identities));
      this.#listed.add(directory.path);
      this.filesRead.push({ file: index, size: 0, isOpaque: true });
    }
    // Whoever counts learns that the last one came to its end.
    yield [];
  }

  *#read(directory: MessageDirectory, index: number, identities: IdentityCounter): Generator<Message> {
    const reader = this.#tree.reader(directory);
    for (const { name, path } of this.#files(directory)) {
      const accepted = reader.accepts(name);
      if (typeof accepted === 'string' && this.#tree.isSurveyed !== true) this.#leave(directory, path, accepted);
      if (accepted !== true) continue;
      const message = this.#message({ index, directory, reader, name, path, identities });
      if (message !== undefined) yield message;
    }
  }

  #files(directory: MessageDirectory): readonly { readonly name: RawPath; readonly path: RawPath }[] {
    if (directory.only !== undefined) return [{ name: directory.path.slice(directory.path.lastIndexOf('/') + 1), path: directory.only }];
    const files: { name: RawPath; path: RawPath }[] = [];
    for (const { name, path, kind } of listDirectory(directory.path)) {
      if (kind === 'file') files.push({ name, path });
      else if (kind !== 'directory' && this.#tree.isSurveyed !== true)
        this.#leave(directory, path, kind === 'link' ? 'a symbolic link' : 'not a regular file');
    }
    return files.sort((a, b) => compareFileNames(a.name, b.name));
  }

  #leave(directory: MessageDirectory, path: RawPath, reason: string): undefined {
    if (this.#listed.has(directory.path)) return;
    if (isMailFormat(reason)) this.#tree.leftAlone.addMail(path, reason);
    else this.#tree.leftAlone.add(path, reason);
  }

  #message({ index: file, directory, reader, name, path, identities }: FileToRead): Message | undefined {
    const { folder } = directory;
    const sourceId = `file:${shownPath(name)}`;
    try {
      const options = { ...this.#options, followsLink: directory.only !== undefined };
      const loaded = loadFile(path, options);
      const read = reader.read(name, path, loaded);
      if (typeof read === 'string') return this.#leave(directory, path, read);
      const content = contentOf(path, loaded, read.offset, read.length, options);
      const date = dateOf(read, loaded);
      const issues = [...read.issues, ...dateIssues(date.dateSource, path)];
      return new FileMessage(content, { sourceId, folder, file, flags: read.flags, ...date, issues }, identities);
    } catch (error) {
      return unreadableMessage(path, { sourceId, folder, file }, error, identities);
    }
  }

  /** Nothing stays open between reads. */
  async [Symbol.asyncDispose](): Promise<void> {}
}

/** The format's own date, else the newest Received header, else Date, else the file's modification time. */
function dateOf(read: ReadFile, loaded: LoadedFile): { readonly internalDate: number; readonly dateSource: DateSource } {
  if (read.internalDate !== undefined) return { internalDate: read.internalDate, dateSource: 'property' };
  const found = findHeaderDate(headerText(loaded.bytes.subarray(read.offset)));
  if (found !== undefined) return { internalDate: found.time, dateSource: found.source };
  return { internalDate: Math.floor(loaded.file.mtimeMs / 1000) * 1000, dateSource: 'file' };
}

function dateIssues(source: DateSource, path: RawPath): readonly Issue[] {
  return source === 'file' ? [{ code: 'DATE_FROM_FILE', where: { path: shownPath(path) } }] : [];
}

/** The header section, at most 64 KiB of it. */
function headerText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 65_536)).toString('latin1');
  const end = text.search(/\r?\n\r?\n/);
  return end < 0 ? text : text.slice(0, end);
}
