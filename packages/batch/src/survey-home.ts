// Looks at one home, as whoever runs this: walk, recognise, count, and say what a manifest has to name.
import { MailError, type RawPath, type RecognisedFile, rawPath, recogniseFile, shownPath } from '@mailferry/core';
import {
  Counts,
  type FoundMail,
  type HomeSurvey,
  LISTED,
  type MailFormat,
  type NotMail,
  type SurveyHome,
  type SurveyNote,
  type SurveyOptions,
} from './survey.js';
import { countMaildirFolder } from './survey-maildir.js';
import { measureMbox, measurePst, Tally } from './survey-measure.js';
import { notesOf } from './survey-notes.js';
import { readSettings } from './survey-settings.js';
import { LOOKED_AT, SingleMessages } from './survey-single.js';
import { type PlacedMail, sourcesOf } from './survey-sources.js';
import { statOf, type Walked, walkHome } from './survey-walk.js';

const SAMPLE = 8 * 1024 * 1024;
const NUMBER = /^[1-9]\d{0,9}$/;
/** Files of a home's own: with `mail` or `Mail` beside them a directory is read as a home. */
const HOME_FILES: ReadonlySet<string> = new Set(
  '.mailboxlist .pinerc .muttrc .procmailrc .forward .profile .bashrc .cshrc .login .addressbook mbox'.split(' '),
);
/** What a mode lets the group do: read and write. */
const GROUP_BITS = 0o060;
const ACL_FILES: ReadonlySet<string> = new Set([
  'dovecot-acl',
  'courierimapacl',
  'maildirshared',
  'shared-maildirs',
  'dovecot-shared',
  '.mixacl',
  '.mbxacl',
]);

/** Messages of one directory whose files are messages. */
interface MessageDirectory {
  readonly format: 'mh' | 'eml' | 'maildir';
  readonly path: RawPath;
  messages: number;
  bytes: number;
}

class HomeSurveyor {
  readonly #home: SurveyHome;
  readonly #options: SurveyOptions;
  readonly #root: RawPath;
  readonly #target: RawPath;
  readonly #tally = new Tally();
  readonly #single: SingleMessages;
  readonly #mail: FoundMail[] = [];
  readonly #placed: PlacedMail[] = [];
  readonly #notMail: NotMail[] = [];
  readonly #other = new Counts();
  readonly #formats = new Map<MailFormat, { files: number; messages: number; bytes: number }>();
  readonly #directories = new Map<string, MessageDirectory>();
  readonly #maildirs = new Map<RawPath, MessageDirectory>();
  readonly #notes: SurveyNote[] = [];
  readonly #acl: RawPath[] = [];
  readonly #unreadable: RawPath[] = [];
  readonly #groupShared: RawPath[] = [];
  #files = 0;
  #passed = 0;
  #hasHomeFile = false;
  #hasMailDirectory = false;
  #guessedNames = 0;
  #moved = { messages: 0, bytes: 0, isEstimate: false };

  constructor(home: SurveyHome, options: SurveyOptions) {
    this.#home = home;
    this.#options = options;
    this.#single = new SingleMessages(home.owner, this.#tally);
    this.#root = rawPath(home.home.replace(/\/+$/, ''));
    this.#target = rawPath(home.target.replace(/^maildir:/, '').split(':')[0] ?? '').replace(/\/+$/, '');
  }

  async run(): Promise<HomeSurvey> {
    for (const walked of walkHome(this.#root)) await this.#look(walked);
    const spool = await this.#lookAtSpool();
    for (const directory of [...this.#directories.values(), ...this.#maildirs.values()]) this.#takeDirectory(directory);
    const { home, target, user } = this.#home;
    const settings = readSettings(this.#root, this.#home.owner);
    const { sources, toInbox } = sourcesOf(this.#placed, {
      home: this.#root,
      spool,
      isHome: this.#hasHomeFile && this.#hasMailDirectory,
    });
    const { oldest, newest, sampled, bytesRead } = this.#tally;
    const mail = [...this.#mail].sort(byPath);
    return {
      user,
      home,
      target,
      sources: sources.map(shownPath),
      ...this.#moved,
      formats: Object.fromEntries([...this.#formats].sort(([a], [b]) => (a < b ? -1 : 1))),
      mail,
      notMail: [...this.#notMail].sort(byPath),
      otherFiles: this.#other.record(),
      flags: this.#tally.flags.record(),
      keywords: this.#tally.keywords.record(),
      charsets: this.#tally.charsets.record(),
      sampled,
      ...(Number.isFinite(oldest) ? { oldest, newest } : {}),
      ...(this.#tally.pstMessages === 0 ? {} : { pstSeconds: this.#tally.pstMs / 1000 / this.#tally.pstMessages }),
      settings,
      notes: [
        ...this.#notes,
        ...notesOf({
          home,
          mail,
          settings,
          user,
          acl: this.#acl.map(shownPath),
          groupShared: this.#groupShared.map(shownPath).sort(),
          unreadable: this.#unreadable.map(shownPath).sort(),
          toInbox: toInbox.map(shownPath),
          guessedNames: this.#guessedNames,
        }),
      ],
      files: this.#files,
      directories: this.#passed,
      bytesRead,
    };
  }

  async #look(walked: Walked): Promise<void> {
    const { kind, path } = walked;
    if (kind === 'directory') this.#passDirectory(walked);
    else if (kind === 'file') await this.#lookAtFile(walked);
    else if (kind === 'link') this.#leave(path, 'a symbolic link');
    else if (kind === 'unreadable') {
      this.#leave(path, 'a directory that cannot be read');
      this.#cannotRead(path);
    } else this.#leave(path, kind === 'tooDeep' ? 'too many directories deep' : 'not a regular file');
  }

  /** A place of mail: who reads it beside its owner, by its mode, is not told to the new server. */
  #place(path: RawPath): void {
    this.#options.place?.(path);
    const [place, home] = [statOf(path), statOf(this.#root)];
    if (place === undefined || home === undefined || place.gid === home.gid || (place.mode & GROUP_BITS) === 0) return;
    this.#groupShared.push(path);
  }

  #passDirectory({ path, name, directory, isMaildir, maildir }: Walked): void {
    this.#passed += 1;
    if (directory === this.#root && (name === 'mail' || name === 'Mail')) this.#hasMailDirectory = true;
    if (name === 'dbox-Mails') {
      this.#leave(path, 'a folder of Dovecot in dbox form, which is not read here');
      this.#note('unsupported', 'dbox folders of Dovecot: let `doveadm backup` write a Maildir first');
    }
    if (isMaildir !== true || maildir === undefined) return;
    this.#place(path);
    const root = this.#maildirs.get(maildir) ?? { format: 'maildir', path: maildir, messages: 0, bytes: 0 };
    this.#maildirs.set(maildir, root);
    const { messages, bytes } = countMaildirFolder(path, this.#tally.flags);
    root.messages += messages;
    root.bytes += bytes;
    this.#tally.sampled += messages;
  }

  async #lookAtFile(walked: Walked): Promise<void> {
    const { path, name, directory, maildir } = walked;
    this.#files += 1;
    if (ACL_FILES.has(name)) this.#acl.push(path);
    if (directory === this.#root && HOME_FILES.has(name)) this.#hasHomeFile = true;
    // Control files of a Maildir are no mail, whatever they begin with.
    if (maildir !== undefined) return;
    if (name === '.mixmeta') this.#note('unsupported', 'folders in UW-IMAP mix form: `mailutil copy` writes them as mboxes');
    const known = this.#directories.get(`mh ${directory}`);
    if (known !== undefined && known.messages >= LOOKED_AT && NUMBER.test(name)) {
      this.#addMessage('mh', directory, statOf(path)?.size ?? 0);
      return;
    }
    const file = this.#recognise(path);
    if (file !== undefined) await this.#take(file, walked);
  }

  #recognise(path: RawPath): RecognisedFile | undefined {
    try {
      return recogniseFile(path, this.#home.owner === undefined ? {} : { owner: this.#home.owner });
    } catch (error) {
      if (!(error instanceof MailError)) throw error;
      if (error.code === 'SOURCE_PERMISSION') this.#cannotRead(path);
      this.#leave(path, error.message);
      return undefined;
    }
  }

  async #take(file: RecognisedFile, { path, name, directory }: Walked): Promise<void> {
    if (file.kind === 'unsupported') {
      this.#leave(path, file.what);
      this.#note('unsupported', `${shownPath(path)}: ${file.what}, which is not read here`);
    } else if (file.kind === 'lookalike') this.#leave(path, file.what);
    else if (file.kind === 'mbox' && name.startsWith('.')) this.#leave(path, 'a hidden file; it looks like an mbox');
    else if (file.kind === 'message') await this.#takeMessage(file, name, directory, path);
    else if (file.kind === 'mbox' || file.kind === 'pst') await this.#takeFile(file, path);
    else this.#other.add(file.what);
  }

  async #takeMessage(file: RecognisedFile, name: RawPath, directory: RawPath, path: RawPath): Promise<void> {
    if (NUMBER.test(name)) {
      this.#addMessage('mh', directory, file.size);
      await this.#single.look(path, directory, Number(name));
    } else if (/^[,#.]/.test(name)) this.#leave(path, 'a single message under a name for deleted or hidden files');
    else if (file.compression !== undefined) this.#leave(path, 'a compressed single message');
    else {
      const before = this.#addMessage('eml', directory, file.size);
      if (before < LOOKED_AT) await this.#single.look(path, directory);
      this.#addMail({ path: shownPath(path), format: 'eml', bytes: file.size, messages: 1 });
    }
  }

  /** Gives how many were counted before. */
  #addMessage(format: 'mh' | 'eml', path: RawPath, size: number): number {
    const key = `${format} ${path}`;
    const directory = this.#directories.get(key) ?? { format, path, messages: 0, bytes: 0 };
    this.#directories.set(key, directory);
    directory.messages += 1;
    directory.bytes += size;
    return directory.messages - 1;
  }

  async #takeFile(file: RecognisedFile, path: RawPath): Promise<void> {
    const { owner } = this.#home;
    const options = { ...(owner === undefined ? {} : { owner }), sample: this.#options.sample ?? SAMPLE };
    const measure = file.kind === 'pst' ? measurePst : measureMbox;
    try {
      const { messages, isEstimate, unpacked, dialect } = await measure(path, file, options, this.#tally);
      this.#placed.push({ kind: file.kind === 'pst' ? 'pst' : 'mbox', path, isTarget: false });
      this.#place(path);
      this.#countName(path);
      this.#addMail({
        path: shownPath(path),
        format: formatOf(file),
        ...(dialect === undefined || dialect === '' ? {} : { dialect }),
        bytes: file.size,
        ...(unpacked === file.size ? {} : { unpacked }),
        ...(file.compression === undefined ? {} : { compression: file.compression }),
        messages,
        ...(isEstimate ? { isEstimate } : {}),
      });
    } catch (error) {
      if (!(error instanceof MailError)) throw error;
      this.#leave(path, error.message);
      this.#note('unreadable', `${shownPath(path)}: ${error.message}`);
    }
  }

  /** A directory of messages is mail as a whole; files of .eml were named one by one. */
  #takeDirectory({ format, path, messages, bytes }: MessageDirectory): void {
    const isTarget = format === 'maildir' && path === this.#target;
    this.#placed.push({ kind: format, path, isTarget });
    if (format !== 'maildir') this.#place(path);
    this.#countName(path);
    if (format !== 'eml') this.#addMail({ path: shownPath(path), format, bytes, messages, ...(isTarget ? { isTarget } : {}) });
  }

  async #lookAtSpool(): Promise<RawPath | undefined> {
    if (this.#home.spool === undefined) return undefined;
    const path = rawPath(this.#home.spool);
    if (statOf(path) === undefined) return undefined;
    this.#files += 1;
    const name = path.slice(path.lastIndexOf('/') + 1);
    const file = this.#recognise(path);
    if (file !== undefined) await this.#take(file, { kind: 'file', path, name, directory: path.slice(0, -name.length - 1) });
    return path;
  }

  #addMail(mail: FoundMail): void {
    const count = this.#formats.get(mail.format) ?? { files: 0, messages: 0, bytes: 0 };
    this.#formats.set(mail.format, { files: count.files + 1, messages: count.messages + mail.messages, bytes: count.bytes + mail.bytes });
    this.#options.found?.(mail);
    if (this.#mail.length < LISTED) this.#mail.push(mail);
    if (mail.isTarget === true) return;
    const { messages, bytes, isEstimate } = this.#moved;
    this.#moved = {
      messages: messages + mail.messages,
      bytes: bytes + (mail.unpacked ?? mail.bytes),
      isEstimate: isEstimate || mail.isEstimate === true,
    };
  }

  #countName(path: RawPath): void {
    if (shownPath(path) === path && /[\x80-\xff]/.test(path)) this.#guessedNames += 1;
  }

  #leave(path: RawPath, what: string): void {
    if (this.#notMail.length < LISTED) this.#notMail.push({ path: shownPath(path), what });
    else this.#other.add(what);
  }

  #cannotRead(path: RawPath): void {
    if (this.#unreadable.length < LISTED) this.#unreadable.push(path);
  }

  #note(kind: SurveyNote['kind'], text: string): void {
    if (this.#notes.length < LISTED && !this.#notes.some((note) => note.text === text)) this.#notes.push({ kind, text });
  }
}

/**
 * Surveys one home. Nothing is written, no link is followed, and of a large file no more than a sample is read.
 * Whoever runs this should be the owner of the home: what the owner cannot read is named, not read.
 */
export function surveyHome(home: SurveyHome, options: SurveyOptions = {}): Promise<HomeSurvey> {
  return new HomeSurveyor(home, options).run();
}

function formatOf(file: RecognisedFile): MailFormat {
  if (file.kind === 'pst') return 'pst';
  if (file.hasLabels === true || file.dialect === 'takeout') return 'takeout';
  return file.dialect === 'mmdf' || file.dialect === 'thunderbird' ? file.dialect : 'mbox';
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
