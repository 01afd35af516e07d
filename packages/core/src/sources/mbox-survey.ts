// A survey looks at the head of every file of a tree and says which are mboxes. All else is left alone, each with its reason.

import { MailError } from '../errors.js';
import { looksLikeMessage } from '../formats/eml/recognise-message.js';
import { recogniseMbox } from '../formats/mbox/recognise.js';
import { A_PST, type Compression, describeFile, recogniseUnsupported } from '../formats/signature/signature.js';
import { hasReadableHead } from './decompress.js';
import { readFileHead } from './file-head.js';
import { nameOfKMail } from './folder-name.js';
import { LeftAloneList } from './left-alone.js';
import { joinRaw, type RawPath } from './raw-path.js';
import { failsAll, type OpenFileOptions } from './regular-file.js';
import { type DirectoryEntry, listDirectory, type WalkedFile, walkFiles } from './walk.js';

/** An mbox of a tree. */
export interface SurveyedMbox {
  readonly path: RawPath;
  /** Names below the root of the tree, the last one is the file's. */
  readonly names: readonly RawPath[];
  /** Octets on disk. */
  readonly size: number;
  readonly compression: Compression | undefined;
  /** True when the first message has Gmail's labels. */
  readonly hasLabels: boolean;
}

/** What a tree holds. */
export interface MboxSurvey {
  readonly root: RawPath;
  readonly mboxes: readonly SurveyedMbox[];
  /** Directories of the tree, as names below the root. */
  readonly directories: readonly (readonly RawPath[])[];
  /** Thunderbird's folder indexes, paths. */
  readonly indexes: ReadonlySet<RawPath>;
  readonly leftAlone: LeftAloneList;
  /** True for a user's home, where mail lies in a directory `mail` or `Mail` and in the file `mbox`. */
  readonly isHome: boolean;
}

/** Lists of subscriptions: they are read, not left. */
const SUBSCRIPTION_FILES: ReadonlySet<string> = new Set(['.mailboxlist', '.subscriptions']);
/** Files that only a home has. */
const HOME_FILES: ReadonlySet<string> = new Set([
  '.mailboxlist',
  '.pinerc',
  '.muttrc',
  '.procmailrc',
  '.forward',
  '.profile',
  '.bashrc',
  '.cshrc',
  '.login',
  '.addressbook',
  'mbox',
]);
const MAIL_DIRECTORIES: ReadonlySet<string> = new Set(['mail', 'Mail']);
/** An empty file with such a name was made by a program for itself; any other is an empty folder. */
const NO_FOLDER = /(?:^\.|\.(?:lock|log|dat|msf|tmp|bak|txt|html?|json|xml|rc|db|idx|ibc|cache|index|pid|pst|ost)$|~$)/i;
const LABELS = /^X-Gmail-Labels:/im;
const A_MESSAGE = 'a single message, not an mbox';

/** Files that only a folder of a Maildir has. */
const MAILDIR_FILES: ReadonlySet<string> = new Set([
  'maildirfolder',
  'maildirsize',
  'dovecot-uidlist',
  'dovecot-keywords',
  'courierimapuiddb',
]);

/** True when a directory has what makes it a Maildir folder. Copies and archives leave out empty directories, so one of `cur` and `new` will do beside other evidence. */
export function isMaildirFolder(entries: readonly DirectoryEntry[]): boolean {
  const find = (wanted: string): DirectoryEntry | undefined => entries.find(({ kind, name }) => kind === 'directory' && name === wanted);
  const [cur, fresh] = [find('cur'), find('new')];
  if (cur === undefined && fresh === undefined) return false;
  if (cur !== undefined && fresh !== undefined) return true;
  if (entries.some(({ kind, name }) => kind === 'file' && MAILDIR_FILES.has(name))) return true;
  return cur !== undefined && hasFlaggedNames(cur.path);
}

function hasFlaggedNames(path: RawPath): boolean {
  try {
    return listDirectory(path).some(({ kind, name }) => kind === 'file' && /:2,[A-Za-z]*$/.test(name));
  } catch (error) {
    if (failsAll(error)) throw error;
    return false;
  }
}

function isHome(entries: readonly DirectoryEntry[]): boolean {
  const hasMail = entries.some(({ kind, name }) => kind === 'directory' && MAIL_DIRECTORIES.has(name));
  return hasMail && entries.some(({ kind, name }) => kind === 'file' && HOME_FILES.has(name));
}

class Survey {
  readonly mboxes: SurveyedMbox[] = [];
  readonly directories: (readonly RawPath[])[] = [];
  readonly indexes: Set<RawPath> = new Set();
  readonly leftAlone: LeftAloneList = new LeftAloneList();
  readonly isHome: boolean;
  readonly root: RawPath;
  readonly options: OpenFileOptions;

  constructor(root: RawPath, options: OpenFileOptions) {
    this.root = root;
    this.options = options;
    this.isHome = isHome(listDirectory(root));
    for (const file of walkFiles(root, this.leftAlone, { enters: (names, entries) => this.enters(names, entries) })) this.look(file);
  }

  enters(names: readonly RawPath[], entries: readonly DirectoryEntry[]): boolean {
    const reason = this.reasonToStay(names, entries);
    if (reason === undefined) {
      if (names.length > 0) this.directories.push(names);
      return true;
    }
    this.leftAlone.add(joinRaw(this.root, names.join('/')), reason);
    return false;
  }

  reasonToStay(names: readonly RawPath[], entries: readonly DirectoryEntry[]): string | undefined {
    const name = names.at(-1);
    if (name === undefined) return undefined;
    if (name.startsWith('.') && nameOfKMail(name) === undefined) return 'a hidden directory';
    if (isMaildirFolder(entries)) return 'a Maildir: what an earlier run wrote, or a source to be named by itself';
    if (this.isHome && names.length === 1 && !MAIL_DIRECTORIES.has(name)) return 'not a mail directory of this home';
    return undefined;
  }

  look(file: WalkedFile): void {
    const name = file.names.at(-1) ?? '';
    if (SUBSCRIPTION_FILES.has(name)) return;
    try {
      const reason = this.classify(file, name);
      if (reason !== undefined) this.leave(file.path, name, reason);
    } catch (error) {
      if (!(error instanceof MailError) || failsAll(error)) throw error;
      // Programs make and remove locks while we look; a mailbox that vanishes is another matter.
      if (error.code === 'SOURCE_NOT_FOUND' && !NO_FOLDER.test(name)) throw error;
      if (error.code === 'SOURCE_PERMISSION' && !NO_FOLDER.test(name)) this.leftAlone.addUnreadable(file.path, error.message);
      else this.leftAlone.add(file.path, error.message);
    }
  }

  leave(path: RawPath, name: string, reason: string): void {
    if (reason === A_PST || (reason === A_MESSAGE && !NO_FOLDER.test(name))) this.leftAlone.addMail(path, reason);
    else this.leftAlone.add(path, reason);
  }

  /** Takes an mbox in; for anything else, the reason to leave it. */
  classify({ path, names }: WalkedFile, name: string): string | undefined {
    const { size, head, compression } = readFileHead(path, this.options);
    if (size === 0) {
      if (NO_FOLDER.test(name)) return 'an empty file';
      this.mboxes.push({ path, names, size, compression, hasLabels: false });
      return undefined;
    }
    if (compression !== undefined && !hasReadableHead(compression)) return `compressed with ${compression}`;
    const unsupported = recogniseUnsupported(head);
    if (unsupported !== undefined) return unsupported.title;
    if (recogniseMbox(head) === undefined) return this.describe(path, name, head);
    if (name.startsWith('.')) return 'a hidden file; it looks like an mbox, name it to read it';
    this.mboxes.push({ path, names, size, compression, hasLabels: hasLabels(head) });
    return undefined;
  }

  describe(path: RawPath, name: string, head: Uint8Array): string {
    if (name.endsWith('.msf')) this.indexes.add(path);
    if (looksLikeMessage(head)) return A_MESSAGE;
    return describeFile(head);
  }
}

/** True when the first message of an mbox has Gmail's labels, as those of a Takeout have. */
export function hasLabels(head: Uint8Array): boolean {
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1');
  const end = text.search(/\r?\n\r?\n/);
  return LABELS.test(end < 0 ? text : text.slice(0, end));
}

/**
 * Looks at every file of a tree.
 * @throws {@link SourceError} when the root cannot be listed.
 */
export function surveyMboxes(root: RawPath, options: OpenFileOptions = {}): MboxSurvey {
  return new Survey(root, options);
}
