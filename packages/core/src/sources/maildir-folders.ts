// The folders of a Maildir as they lie on disk: `.A.B` beside each other (Maildir++), or `A/B` within each other (Dovecot's LAYOUT=fs).
import { parseSubscriptionsFile } from '../formats/maildir/subscriptions-file.js';
import { type FolderPath, INBOX, pathKey } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import { decodeFolderName, nameOfKMail } from './folder-name.js';
import type { LeftAloneList } from './left-alone.js';
import { isMaildirFolder } from './mbox-survey.js';
import { reasonOfOwnMaildir } from './own-maildir.js';
import { joinRaw, type RawPath, shownPath } from './raw-path.js';
import { failsAll, type OpenFileOptions } from './regular-file.js';
import { readSmallFile } from './subscriptions.js';
import { tellOtherMail } from './unplaced-files.js';
import { type DirectoryEntry, listDirectory, MAX_DEPTH, UNREADABLE_DIRECTORY } from './walk.js';

/** A folder of a Maildir. */
export interface MaildirFolder {
  readonly path: RawPath;
  readonly folder: FolderPath;
}

/** How folders lie on disk. */
export interface MaildirFolderOptions {
  /** Both are looked for when absent. */
  readonly layout?: 'maildir++' | 'fs';
  /** True when names on disk are UTF-8 and never modified UTF-7. */
  readonly hasUtf8Names?: boolean;
  /**
   * True to yield a message that could not be read for each that the uidlist names, that is not there, and that Dovecot did not expunge itself.
   * Then a directory with Dovecot's uidlist is a folder, also where `cur` or `new` was taken away.
   */
  readonly namesAbsent?: boolean;
  /** The Maildir that the run writes to: within the tree it is no folder. */
  readonly target?: string;
}

/** Maildirs within a tree, each with the folder that it is. */
export interface MaildirPlaces {
  readonly places: readonly MaildirFolder[];
  /** Keys of the subscribed folders, where that is known. */
  readonly subscriptions?: ReadonlySet<string>;
  /** What was seen of the tree before. */
  readonly leftAlone: LeftAloneList;
  readonly issues: readonly Issue[];
}

/** Directories of a Maildir folder, and of Dovecot's own, that are no folders. */
const INNER: ReadonlySet<string> = new Set(['cur', 'new', 'tmp', 'courierimapkeywords', 'courierimaphieracl', 'dbox-Mails']);

/** A file that Evolution puts into a Maildir whose names it escapes. */
const EVOLUTION = '..maildir++';

/** `_2E` is the octet 2E. */
function unescapeEvolution(name: RawPath): RawPath {
  return name.replace(/_([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

class Finder {
  readonly found: MaildirFolder[] = [];

  readonly root: RawPath;
  readonly options: MaildirFolderOptions;
  readonly leftAlone: LeftAloneList;
  readonly issues: Issue[];
  /** True where Evolution keeps dots and lines under a name as `_2E` and `_5F`. */
  escapes = false;

  constructor(root: RawPath, options: MaildirFolderOptions, leftAlone: LeftAloneList, issues: Issue[]) {
    this.root = root;
    this.options = options;
    this.leftAlone = leftAlone;
    this.issues = issues;
  }

  isFolder(entries: readonly DirectoryEntry[]): boolean {
    return isMaildirFolder(entries) || (this.options.namesAbsent === true && entries.some(({ name }) => name === 'dovecot-uidlist'));
  }

  name(raw: RawPath, path: RawPath): string {
    if (this.options.hasUtf8Names === true) return shownPath(raw).normalize('NFC');
    const { name, isGuessed } = decodeFolderName(raw);
    if (isGuessed) this.issues.push({ code: 'FOLDER_NAME_GUESSED', where: { path: shownPath(path) } });
    return name;
  }

  top(): void {
    const entries = listDirectory(this.root);
    this.escapes = entries.some(({ name, kind }) => kind === 'file' && name === EVOLUTION);
    if (this.isFolder(entries)) this.found.push({ path: this.root, folder: INBOX });
    tellOtherMail(entries, this.leftAlone);
    for (const entry of entries) {
      if (entry.kind === 'link') this.leftAlone.add(entry.path, 'a symbolic link');
      if (entry.kind !== 'directory') continue;
      if (entry.name.startsWith('.')) this.flat(entry);
      else if (!INNER.has(entry.name) && this.options.layout !== 'maildir++') this.nested(entry, [], 0);
    }
  }

  /** `.A.B`: the path A, B. */
  flat(entry: DirectoryEntry): void {
    const entries = this.options.layout === 'fs' ? [] : this.list(entry);
    if (entries === undefined) return;
    if (!this.isFolder(entries)) {
      const name = nameOfKMail(entry.name);
      if (name !== undefined && this.options.layout !== 'maildir++') this.below(entries, [this.name(name, entry.path)], 0);
      else this.leftAlone.add(entry.path, 'a hidden directory that is no folder');
      return;
    }
    const names = entry.name
      .slice(1)
      .split('.')
      .filter((name) => name !== '');
    const folder = names.map((name) => this.name(this.escapes ? unescapeEvolution(name) : name, entry.path));
    if (folder.length > 0) this.found.push({ path: entry.path, folder: inboxOr(folder) });
  }

  /** `A/B`: a directory is a folder when it has `cur` and `new`; any may hold others. */
  nested(entry: DirectoryEntry, above: FolderPath, depth: number): void {
    if (depth > MAX_DEPTH) {
      this.leftAlone.add(entry.path, `more than ${MAX_DEPTH} directories deep`);
      return;
    }
    const entries = this.list(entry) ?? [];
    const isOurs = reasonOfOwnMaildir(entry.path, entries, this.options.target);
    if (isOurs !== undefined) {
      this.leftAlone.add(entry.path, isOurs);
      return;
    }
    const folder = [...above, this.name(entry.name, entry.path)];
    if (this.isFolder(entries)) this.found.push({ path: entry.path, folder: inboxOr(folder) });
    tellOtherMail(entries, this.leftAlone);
    this.below(entries, folder, depth);
  }

  /** Folders within a directory; KMail keeps those below `A` in `.A.directory` beside it. */
  below(entries: readonly DirectoryEntry[], folder: FolderPath, depth: number): void {
    for (const inner of entries) {
      if (inner.kind !== 'directory' || INNER.has(inner.name)) continue;
      const name = nameOfKMail(inner.name);
      if (!inner.name.startsWith('.')) this.nested(inner, folder, depth + 1);
      else if (name !== undefined && depth < MAX_DEPTH)
        this.below(this.list(inner) ?? [], [...folder, this.name(name, inner.path)], depth + 1);
    }
  }

  list(entry: DirectoryEntry): readonly DirectoryEntry[] | undefined {
    try {
      return listDirectory(entry.path);
    } catch (error) {
      if (failsAll(error)) throw error;
      this.leftAlone.addUnreadable(entry.path, UNREADABLE_DIRECTORY);
      return undefined;
    }
  }
}

function inboxOr(folder: FolderPath): FolderPath {
  return folder.length === 1 && folder[0]?.toUpperCase() === 'INBOX' ? INBOX : folder;
}

/** The folders of Maildirs that lie within a tree. */
export function findFoldersWithin(
  places: readonly MaildirFolder[],
  options: MaildirFolderOptions,
  leftAlone: LeftAloneList,
  issues: Issue[],
): readonly MaildirFolder[] {
  return places.flatMap((place) =>
    findMaildirFolders(place.path, options, leftAlone, issues).map(({ path, folder }) => ({
      path,
      folder: path === place.path ? place.folder : [...place.folder, ...folder],
    })),
  );
}

/** The folders of a Maildir. */
export function findMaildirFolders(
  root: RawPath,
  options: MaildirFolderOptions,
  leftAlone: LeftAloneList,
  issues: Issue[],
): readonly MaildirFolder[] {
  const finder = new Finder(root, options, leftAlone, issues);
  finder.top();
  return finder.found;
}

/** Keys of the subscribed folders, of Dovecot's `subscriptions` or Courier's `courierimapsubscribed`; undefined without either. */
export function readMaildirSubscriptions(
  root: RawPath,
  layout: string | undefined,
  options: OpenFileOptions,
): ReadonlySet<string> | undefined {
  const dovecot = readSmallFile(joinRaw(root, 'subscriptions'), options);
  const courier = readSmallFile(joinRaw(root, 'courierimapsubscribed'), options);
  if (dovecot === undefined && courier === undefined) return undefined;
  const paths = dovecot === undefined ? [] : parseSubscriptionsFile(dovecot, layout === 'fs' ? '/' : '.');
  const lines = (courier ?? '').split('\n').filter((line) => line !== '');
  const courierPaths = lines
    .map((line) => line.split('.'))
    .map((names) => (names.length > 1 && names[0] === 'INBOX' ? names.slice(1) : names));
  const folders = [...paths, ...courierPaths].map((names) =>
    inboxOr(names.map((name) => decodeFolderName(Buffer.from(name).toString('latin1')).name)),
  );
  return new Set(folders.map(pathKey));
}
