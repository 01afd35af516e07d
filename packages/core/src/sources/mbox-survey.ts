// A survey looks at the head of every file of a tree and says which are mboxes. All else is left alone, each with its reason.

import { MailError } from '../errors.js';
import { looksLikeMessage } from '../formats/eml/recognise-message.js';
import { recogniseMbox } from '../formats/mbox/recognise.js';
import { type Compression, describeFile, isMailFormat, recogniseUnsupported } from '../formats/signature/signature.js';
import { hasReadableHead } from './decompress.js';
import { isEmpty, readFileHead } from './file-head.js';
import { isHiddenDirectory } from './folder-name.js';
import { LeftAloneList } from './left-alone.js';
import { type DirectoryKind, isAttachments, MessageDirectories } from './message-directories.js';
import { reasonOfOwnMaildir } from './own-maildir.js';
import { joinRaw, type RawPath } from './raw-path.js';
import { failsAll, isBrokenFile, type OpenFileOptions } from './regular-file.js';
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
  /** For a folder that is no mbox but a directory of messages: how it keeps them, where they lie, and which part of the folder they are. */
  readonly directory?: { readonly kind: DirectoryKind; readonly path: RawPath; readonly rank: number };
}

/** What a tree holds. */
export interface MboxSurvey {
  readonly root: RawPath;
  readonly mboxes: readonly SurveyedMbox[];
  /** Folders that are directories of messages, in the same form. */
  readonly others: readonly SurveyedMbox[];
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
  '.qmail',
  '.profile',
  '.bashrc',
  '.cshrc',
  '.login',
  '.addressbook',
  'mbox',
  'Mailbox',
]);
const MAIL_DIRECTORIES: ReadonlySet<string> = new Set(['mail', 'Mail']);
/** An empty file with such a name was made by a program for itself; any other is an empty folder. */
const NO_FOLDER = /(?:^\.|\.(?:lock|log|dat|msf|tmp|bak|txt|html?|json|xml|rc|db|idx|ibc|cache|index|pid|pst|ost)$|~$)/i;
const LABELS = /^X-Gmail-Labels:/im;
/** Gmail's number of a conversation. */
const CONVERSATION = /^X-GM-THRID:/im;
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

function hasMessages(path: RawPath): boolean {
  return ['cur', 'new'].some((name) => {
    try {
      return listDirectory(joinRaw(path, name)).some(({ kind }) => kind === 'file');
    } catch (error) {
      if (failsAll(error)) throw error;
      return false;
    }
  });
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
  readonly others: readonly SurveyedMbox[];
  readonly #messages: MessageDirectories;
  readonly directories: (readonly RawPath[])[] = [];
  readonly indexes: Set<RawPath> = new Set();
  readonly leftAlone: LeftAloneList = new LeftAloneList();
  readonly isHome: boolean;
  readonly root: RawPath;
  readonly options: SurveyOptions;

  constructor(root: RawPath, options: SurveyOptions) {
    this.root = root;
    this.#messages = new MessageDirectories(root);
    this.options = options;
    this.isHome = isHome(listDirectory(root));
    for (const file of walkFiles(root, this.leftAlone, { enters: (names, entries) => this.enters(names, entries) })) this.look(file);
    this.others = this.#messages.settle(this.mboxes, (path) => this.leftAlone.addMail(path, A_MESSAGE));
  }

  enters(names: readonly RawPath[], entries: readonly DirectoryEntry[]): boolean {
    const path = joinRaw(this.root, names.join('/'));
    const reason = this.reasonToStay(names);
    if (names.length > 0 && isMaildirFolder(entries)) this.maildir(path, names, entries, reason);
    else if (reason === undefined) {
      if (names.length > 0) this.directories.push(names);
      this.#messages.enter(path, entries);
      return true;
    } else this.leftAlone.add(path, reason);
    return false;
  }

  /** A Maildir is taken in as a folder, with those within it. */
  maildir(path: RawPath, names: readonly RawPath[], entries: readonly DirectoryEntry[], reason: string | undefined): void {
    const isOurs = reasonOfOwnMaildir(path, entries, this.options.target);
    if (isOurs !== undefined) this.leftAlone.add(path, isOurs);
    else if (reason === undefined) this.#messages.addMaildir(path, names);
    else if (hasMessages(path)) this.leftAlone.addMail(path, `a Maildir in ${reason}`);
    else this.leftAlone.add(path, reason);
  }

  reasonToStay(names: readonly RawPath[]): string | undefined {
    const name = names.at(-1);
    if (name === undefined) return undefined;
    if (isHiddenDirectory(name)) return 'a hidden directory';
    if (isAttachments(names)) return 'attachments that Apple Mail keeps beside its messages';
    if (this.isHome && names.length === 1 && !MAIL_DIRECTORIES.has(name)) return 'a directory of this home that is not its mail directory';
    return undefined;
  }

  look(file: WalkedFile): void {
    const name = file.names.at(-1) ?? '';
    if (SUBSCRIPTION_FILES.has(name) || this.#messages.holds(file)) return;
    try {
      const reason = this.classify(file, name);
      if (reason !== undefined) this.leave(file.path, name, reason);
    } catch (error) {
      if (!(error instanceof MailError) || failsAll(error)) throw error;
      this.closed(file.path, name, error);
    }
  }

  /** A file that cannot be looked into. */
  closed(path: RawPath, name: string, error: MailError): void {
    // Programs make and remove locks while we look; a mailbox that vanishes is another matter.
    if (error.code === 'SOURCE_NOT_FOUND' && !NO_FOLDER.test(name)) throw error;
    if (error.code === 'SOURCE_PERMISSION' && !NO_FOLDER.test(name)) this.leftAlone.addUnreadable(path, error.message);
    else if (isBrokenFile(error)) this.leftAlone.addBroken(path);
    else this.leftAlone.add(path, error.message);
  }

  leave(path: RawPath, name: string, reason: string): void {
    if (isMailFormat(reason) || (reason === A_MESSAGE && !NO_FOLDER.test(name))) this.leftAlone.addMail(path, reason);
    else this.leftAlone.add(path, reason);
  }

  /** Takes an mbox in; for anything else, the reason to leave it. */
  classify({ path, names }: WalkedFile, name: string): string | undefined {
    const { size, head, compression } = readFileHead(path, this.options);
    if (isEmpty({ size, head, compression })) {
      if (NO_FOLDER.test(name)) return 'an empty file';
      this.mboxes.push({ path, names, size, compression, hasLabels: false });
      return undefined;
    }
    if (compression !== undefined && !hasReadableHead(compression)) return `compressed with ${compression}`;
    const unsupported = recogniseUnsupported(head);
    if (unsupported !== undefined) return unsupported.title;
    const isMbox = recogniseMbox(head) !== undefined && !this.#messages.isSaved({ path, names }, this.options);
    if (!isMbox) return this.#messages.take({ path, names }, head) ? undefined : this.describe(path, name, head);
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

/** True when an mbox has Gmail's labels: in its first message, or in a Takeout, whose messages have none where nobody gave them one, in any that the head shows. */
export function hasLabels(head: Uint8Array): boolean {
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1');
  const end = text.search(/\r?\n\r?\n/);
  const first = end < 0 ? text : text.slice(0, end);
  return LABELS.test(first) || (recogniseMbox(head)?.dialect === 'takeout' && (CONVERSATION.test(first) || LABELS.test(text)));
}

/** How a tree is looked at. */
export interface SurveyOptions extends OpenFileOptions {
  /** The Maildir that the run writes to; where it lies in the tree it is none of the source. */
  readonly target?: string;
}

/**
 * Looks at every file of a tree.
 * @throws {@link SourceError} when the root cannot be listed.
 */
export function surveyMboxes(root: RawPath, options: SurveyOptions = {}): MboxSurvey {
  return new Survey(root, options);
}

/** Names of files that are messages by themselves: looking into a hundred thousand of them would find nothing else. */
const OF_A_MESSAGE = /^(?:[,#]?\d{1,10}|.*\.(?:eml|emlx))$/i;

/** True when a file of a tree is an mbox, wherever it lies. */
export function hasMbox(root: RawPath): boolean {
  const enters = (names: readonly RawPath[], entries: readonly DirectoryEntry[]): boolean =>
    !isHiddenDirectory(names.at(-1) ?? '') && !isMaildirFolder(entries);
  for (const { path, names } of walkFiles(root, new LeftAloneList(), { enters })) {
    const name = names.at(-1) ?? '';
    if (!name.startsWith('.') && !OF_A_MESSAGE.test(name) && isMbox(path)) return true;
  }
  return false;
}

function isMbox(path: RawPath): boolean {
  try {
    return recogniseMbox(readFileHead(path).head) !== undefined;
  } catch (error) {
    if (failsAll(error)) throw error;
    return false;
  }
}
