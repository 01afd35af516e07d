// A Maildir as Dovecot or Courier keeps it: flags in the names, keywords and UIDs in files beside, the date of receipt as the time of the file.
// A file that is renamed while it is read (a client sets a flag) is found again by its base name.
import { existsSync, readdirSync } from 'node:fs';
import { SourceError } from '../errors.js';
import { IdentityCounter } from '../formats/content/identity.js';
import { NO_CONTENT } from '../formats/content/memory-content.js';
import { nameOrder, parseFileName, parseLetters } from '../formats/maildir/filename.js';
import { parseKeywordsFile } from '../formats/maildir/keywords-file.js';
import { type Folder, pathKey } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import type { Message } from '../model/message.js';
import type { FileRead, FolderSelection, LeftAlone, MailStore, SourceFile } from '../model/store.js';
import { DirectoryFiles } from './directory-state.js';
import { FileMessage, type LoadedFile, loadFile, unreadableMessage } from './file-message.js';
import { type FolderFacts, folderTree } from './folder-tree.js';
import type { Confidence, OpenOptions, Probe, SourceFormat } from './format.js';
import { LeftAloneList } from './left-alone.js';
import { COURIER_KEYWORDS, readCourierKeywords } from './maildir-courier.js';
import { expungedByDovecot } from './maildir-expunged.js';
import {
  findFoldersWithin,
  findMaildirFolders,
  type MaildirFolder,
  type MaildirFolderOptions,
  type MaildirPlaces,
  readMaildirSubscriptions,
} from './maildir-folders.js';
import { uidlOfFile } from './maildir-uidl.js';
import { type KnownUid, type MaildirUids, readMaildirUids } from './maildir-uids.js';
import { isMaildirFolder } from './mbox-survey.js';
import { gather } from './message-batch.js';
import { contentWithin } from './packed-content.js';
import { fsPath, joinRaw, type RawPath, rawPath, shownPath } from './raw-path.js';
import { failsAll, type OpenFileOptions, sourceErrorOf } from './regular-file.js';
import { readSmallFile } from './subscriptions.js';
import { listDirectory, UNREADABLE_DIRECTORY } from './walk.js';

/** A Maildir with its folders, Maildir++ or LAYOUT=fs. */
export const maildirFormat: SourceFormat = {
  name: 'maildir',
  title: 'Maildir',
  recognise: (probe: Probe): Confidence => {
    if (probe.kind === 'file') return 'no';
    if (isMaildirFolder(probe.entries)) return 'certain';
    const { hasMaildir, mboxes } = probe.sample();
    if (mboxes > 0) return 'no';
    return probe.entries.some(isFlatFolder) ? 'certain' : hasMaildir ? 'likely' : 'no';
  },
  open: openMaildir,
};

function isFlatFolder({ kind, name, path }: { readonly kind: string; readonly name: RawPath; readonly path: RawPath }): boolean {
  if (kind !== 'directory' || !name.startsWith('.')) return false;
  try {
    return isMaildirFolder(listDirectory(path));
  } catch (error) {
    if (failsAll(error)) throw error;
    return false;
  }
}

/**
 * Opens a Maildir.
 * @throws {@link SourceError} SOURCE_NOT_FOUND, SOURCE_PERMISSION.
 */
export async function openMaildir(path: string, options: MaildirOptions = {}): Promise<MailStore> {
  return new MaildirStore(path, options);
}

/** Maildirs that lie in a tree among other mail. */
export function openMaildirsWithin(path: string, options: OpenOptions, within: MaildirPlaces): MailStore {
  return new MaildirStore(path, options, within);
}

/** How a Maildir is read. */
export interface MaildirOptions extends OpenOptions, MaildirFolderOptions {}

interface NamedFile {
  readonly directory: 'cur' | 'new';
  readonly name: RawPath;
  readonly base: string;
  readonly letters: string;
  readonly known: KnownUid | undefined;
  /** Keywords that stand elsewhere than in the name. */
  readonly more?: readonly string[];
}

/** Mailpile and others write `,2,`: a comma is no separator of Dovecot, so it counts only at the end of a name. */
function splitName(name: RawPath): { readonly base: string; readonly letters: string } {
  const { base, letters } = parseFileName(name);
  if (letters !== undefined) return { base, letters };
  const match = /^(.+),2,([A-Za-z]*)$/.exec(name);
  return match === null ? { base: name, letters: '' } : { base: match[1] ?? name, letters: match[2] ?? '' };
}

function compareFiles(a: NamedFile, b: NamedFile): number {
  if (a.known !== undefined && b.known !== undefined) return a.known.uid - b.known.uid;
  if (a.known !== undefined || b.known !== undefined) return a.known === undefined ? 1 : -1;
  const [left, right] = [nameOrder(a.base), nameOrder(b.base)];
  return left.seconds - right.seconds || left.counter - right.counter || (a.base < b.base ? -1 : 1);
}

class MaildirStore implements MailStore {
  readonly format = 'maildir';
  readonly dialect: string;
  readonly location: string;
  readonly #leftAlone: LeftAloneList;
  /** Folders in which something could not be listed. */
  readonly #unlisted = new Set<RawPath>();
  readonly #issues: Issue[];
  readonly #folders: readonly MaildirFolder[];
  readonly #subscriptions: ReadonlySet<string> | undefined;
  readonly #options: OpenFileOptions;
  readonly #namesAbsent: boolean;
  readonly #uidlOf: ReturnType<typeof uidlOfFile> | undefined;
  /** Folders whose control files and odd entries were reported. */
  readonly #reported = new Set<string>();
  readonly coversFiles = true;
  readonly filesRead: FileRead[] = [];
  readonly #states: DirectoryFiles;

  constructor(location: string, options: MaildirOptions, within?: MaildirPlaces) {
    const root = rawPath(location);
    this.#leftAlone = within?.leftAlone ?? new LeftAloneList();
    this.#issues = [...(within?.issues ?? [])];
    this.location = location;
    this.#options = options.owner === undefined ? {} : { owner: options.owner };
    this.#namesAbsent = options.namesAbsent === true;
    if (options.pop3Uidl !== undefined) this.#uidlOf = uidlOfFile(options.pop3Uidl);
    this.#folders =
      within === undefined
        ? findMaildirFolders(root, options, this.#leftAlone, this.#issues)
        : findFoldersWithin(within.places, options, this.#leftAlone, this.#issues);
    this.#states = new DirectoryFiles(location, this.#folders, ['cur', 'new', 'dovecot-uidlist', 'dovecot-keywords', COURIER_KEYWORDS]);
    this.#subscriptions = within === undefined ? readMaildirSubscriptions(root, options.layout, this.#options) : within.subscriptions;
    const isFlat = this.#folders.some(({ path }) => path.slice(path.lastIndexOf('/') + 1).startsWith('.'));
    this.dialect = isFlat || this.#folders.length <= 1 ? 'Maildir++' : 'Maildir, LAYOUT=fs';
  }

  get files(): readonly SourceFile[] {
    return this.#states.files;
  }

  lacks(path: string): boolean {
    return this.#states.lacks(path);
  }

  get leftAlone(): readonly LeftAlone[] {
    return this.#leftAlone.places;
  }

  get issues(): readonly Issue[] {
    return [...this.#issues, ...this.#leftAlone.issues];
  }

  async *folders(): AsyncGenerator<Folder> {
    yield* folderTree(this.#folders.map((folder) => this.#describe(folder)));
  }

  #describe({ path, folder }: MaildirFolder): Folder {
    const uids = this.#uids(path);
    const { names } = readCourierKeywords(path, this.#options);
    const keywords = [...this.#keywords(path).filter((name) => name !== undefined), ...names];
    const facts: FolderFacts = {
      ...(uids === undefined ? {} : { uidValidity: uids.uidValidity, uidNext: uids.uidNext }),
      ...(keywords.length === 0 ? {} : { keywords }),
      ...(this.#subscriptions === undefined ? {} : { subscribed: this.#subscriptions.has(pathKey(folder)) }),
    };
    return { path: folder, ...facts };
  }

  #keywords(path: RawPath): (string | undefined)[] {
    return parseKeywordsFile(readSmallFile(joinRaw(path, 'dovecot-keywords'), this.#options) ?? '');
  }

  #uids(path: RawPath): MaildirUids | undefined {
    const uids = readMaildirUids(path, this.#options);
    const broken = uids === 'broken' ? 'the first line' : uids !== undefined && uids.broken > 0 ? `${uids.broken} lines` : undefined;
    if (broken !== undefined && !this.#reported.has(`uids ${path}`)) {
      this.#reported.add(`uids ${path}`);
      this.#issues.push({ code: 'UIDLIST_BROKEN', where: { path: shownPath(path) }, note: broken });
    }
    return uids === 'broken' ? undefined : uids;
  }

  async *messages(selection: FolderSelection = {}): AsyncGenerator<Message> {
    for await (const batch of this.batches(selection)) yield* batch;
  }

  async *batches(selection: FolderSelection = {}): AsyncGenerator<readonly Message[]> {
    const identities = new IdentityCounter();
    for (const [index, folder] of this.#folders.entries()) {
      if (selection.includes?.(folder.folder) === false || selection.skips?.(index) === true) continue;
      yield* gather(this.#read(folder, index, identities));
      // What could not be listed was not read: nothing of it is gone.
      if (!this.#unlisted.has(folder.path)) this.filesRead.push({ file: index, size: 0, isOpaque: true });
    }
    // Whoever counts learns that the last one came to its end.
    yield [];
  }

  *#read(folder: MaildirFolder, index: number, identities: IdentityCounter): Generator<Message> {
    const { known: uids, uidValidity } = this.#uids(folder.path) ?? {};
    const keywords = this.#keywords(folder.path);
    const { of: ofCourier } = readCourierKeywords(folder.path, this.#options);
    const files = [...this.#list(folder.path, 'cur', uids), ...this.#list(folder.path, 'new', uids)].sort(compareFiles);
    for (const file of files) {
      const more = ofCourier.get(file.base);
      const message = this.#message({ ...folder, index, uidValidity }, more === undefined ? file : { ...file, more }, keywords, identities);
      if (message !== undefined) yield message;
    }
    if (this.#namesAbsent && uids !== undefined) yield* this.#absent(folder, uids, identities);
    this.#reported.add(folder.path);
  }

  /** What the uidlist names and neither the folder has nor Dovecot expunged. The folder is listed anew: a client may have renamed files meanwhile. */
  *#absent(folder: MaildirFolder, uids: ReadonlyMap<string, KnownUid>, identities: IdentityCounter): Generator<Message> {
    const present = new Set<string>();
    for (const directory of ['cur', 'new'] as const)
      for (const { name, base } of this.#list(folder.path, directory, undefined)) present.add(base).add(name);
    const isExpunged = expungedByDovecot(folder.path, this.#options);
    for (const [base, { uid }] of uids) {
      if (present.has(base) || isExpunged(uid, base)) continue;
      const path = joinRaw(folder.path, base);
      const failure: Issue = {
        code: 'SOURCE_FILE_UNREADABLE',
        where: { path: shownPath(path) },
        note: 'the uidlist names it and it is not there',
      };
      const facts = { sourceId: `file:${shownPath(base)}`, folder: folder.folder, uid, flags: new Set<string>(), issues: [], failure };
      yield new FileMessage(NO_CONTENT, { ...facts, internalDate: 0, dateSource: 'none' }, identities);
    }
  }

  #list(path: RawPath, directory: 'cur' | 'new', uids: ReadonlyMap<string, KnownUid> | undefined): NamedFile[] {
    let names: string[];
    try {
      names = readdirSync(fsPath(joinRaw(path, directory)), 'latin1');
    } catch (cause) {
      const error = sourceErrorOf(joinRaw(path, directory), cause);
      if (failsAll(error)) throw error;
      // A copy that left out empty directories.
      if (
        error instanceof SourceError &&
        error.code === 'SOURCE_NOT_FOUND' &&
        existsSync(fsPath(joinRaw(path, directory === 'cur' ? 'new' : 'cur')))
      )
        return [];
      this.#leaveClosed(path, joinRaw(path, directory), error);
      return [];
    }
    return names
      .filter((name) => !name.startsWith('.'))
      .map((name) => {
        const { base, letters } = splitName(name);
        return { directory, name, base, letters, known: uids?.get(base) ?? uids?.get(name) };
      });
  }

  #leaveClosed(folder: RawPath, path: RawPath, error: unknown): void {
    const isKnown = this.#unlisted.has(folder);
    this.#unlisted.add(folder);
    if (!(error instanceof SourceError) || error.code !== 'SOURCE_PERMISSION') this.#leave(folder, path, UNREADABLE_DIRECTORY);
    else if (!isKnown) this.#leftAlone.addUnreadable(path, UNREADABLE_DIRECTORY);
  }

  #leave(folder: RawPath, path: RawPath, reason: string): undefined {
    if (!this.#reported.has(folder)) this.#leftAlone.add(path, reason);
  }

  #message(
    folder: MaildirFolder & { readonly index: number; readonly uidValidity: number | undefined },
    file: NamedFile,
    keywords: readonly (string | undefined)[],
    identities: IdentityCounter,
  ): Message | undefined {
    const place = { sourceId: `file:${file.directory}/${shownPath(file.name)}`, folder: folder.folder, file: folder.index };
    let path = joinRaw(joinRaw(folder.path, file.directory), file.name);
    try {
      let letters = file.letters;
      let loaded = this.#load(path);
      if (loaded === undefined) {
        const renamed = this.#findAgain(folder.path, file.base);
        if (renamed === undefined) {
          this.#issues.push({ code: 'SOURCE_CHANGED', where: { path: shownPath(path) }, note: 'the message vanished' });
          return undefined;
        }
        ({ path, letters } = renamed);
        loaded = loadFile(path, this.#options);
      }
      const own = parseLetters(letters, keywords).flags;
      const flags = file.more === undefined ? own : new Set([...own, ...file.more]);
      const content = contentWithin(path, loaded, this.#options);
      const internalDate = Math.floor(loaded.file.mtimeMs / 1000) * 1000;
      const uidl = this.#uidlOf?.(content, file, folder, shownPath(path)) ?? { issues: [] };
      return new FileMessage(content, { ...place, flags, internalDate, dateSource: 'internalDate', ...file.known, ...uidl }, identities);
    } catch (error) {
      if (isNoFile(error)) return this.#leave(folder.path, path, 'not a regular file');
      return unreadableMessage(path, place, error, identities);
    }
  }

  /** Undefined when the file is gone. */
  #load(path: RawPath): LoadedFile | undefined {
    try {
      return loadFile(path, this.#options);
    } catch (error) {
      if (codeOf(error) === 'SOURCE_NOT_FOUND') return undefined;
      throw error;
    }
  }

  #findAgain(path: RawPath, base: string): { readonly path: RawPath; readonly letters: string } | undefined {
    for (const directory of ['cur', 'new'] as const) {
      const found = this.#list(path, directory, undefined).find((file) => file.base === base);
      if (found !== undefined) return { path: joinRaw(joinRaw(path, directory), found.name), letters: found.letters };
    }
    return undefined;
  }

  /** Nothing stays open between reads. */
  async [Symbol.asyncDispose](): Promise<void> {}
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** Links, directories and devices are named and left; they are no messages that failed. */
function isNoFile(error: unknown): boolean {
  return codeOf(error) === 'SOURCE_NOT_REGULAR';
}
