// Which folder each mbox of a tree is. The tree keeps its shape; what programs add to names (.mbox, .sbd, .gz) leaves them,
// and the one mbox that stands for the top of an account becomes INBOX.
import { type FolderPath, INBOX, pathKey } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import { decodeFolderName, nameOfKMail } from './folder-name.js';
import type { MboxSurvey, SurveyedMbox } from './mbox-survey.js';
import { joinRaw, type RawPath, shownPath } from './raw-path.js';

/** An mbox with its folder. */
export interface PlacedMbox {
  readonly mbox: SurveyedMbox;
  readonly folder: FolderPath;
}

/** How a tree is to be read. */
export interface PlacementOptions {
  /** True when INBOX is none of the tree's own; found in it by default. */
  readonly inboxElsewhere?: boolean;
  /** The name that a program keeps elsewhere for a file or directory (without its suffix), if it does. */
  readonly realName?: (path: RawPath) => string | undefined;
}

/** A tree as folders. */
export interface Placement {
  readonly placed: readonly PlacedMbox[];
  readonly issues: readonly Issue[];
}

/** Of files; `.mbx`, and `.fol` of directories, are Eudora's, whose INBOX is `In.mbx`. */
const MAILBOX_SUFFIX = /\.(?:imapmbox|mbo?x)$/i;
const SUFFIX = /\.(?:sbd|imapmbox|mbox|mbx|fol)$/i;

/** Names that can be the INBOX of a tree, the best first. */
const INBOX_NAMES: readonly RegExp[] = [/^INBOX$/, /^inbox(?:\.mbox)?$/i, /^mbox$/, /^inbox\.mbx$/i, /^in\.mbx$/i];

class Placer {
  readonly issues: Issue[] = [];
  readonly #survey: MboxSurvey;
  readonly #options: PlacementOptions;
  /** Directory (joined names) → its mboxes. */
  readonly #siblings = new Map<string, Set<string>>();
  readonly #taken = new Set<string>();

  constructor(survey: MboxSurvey, options: PlacementOptions) {
    this.#survey = survey;
    this.#options = options;
    for (const { names } of survey.mboxes) {
      const directory = names.slice(0, -1).join('/');
      const siblings = this.#siblings.get(directory) ?? new Set();
      this.#siblings.set(directory, siblings.add(names.at(-1) ?? ''));
    }
  }

  place(): PlacedMbox[] {
    const inbox = this.#options.inboxElsewhere === true ? undefined : this.findInbox();
    const placed: PlacedMbox[] = [];
    for (const mbox of this.#survey.mboxes) {
      const folder = mbox.hasLabels || mbox.names.join('/') === inbox ? INBOX : this.folderOf(mbox);
      this.#taken.add(pathKey(folder));
      placed.push({ mbox, folder });
    }
    return placed;
  }

  /** Names, joined, of the INBOX: it lies at the top of the tree, or of the `mail` directory of a home. */
  findInbox(): RawPath | undefined {
    // Where qmail delivers; `mbox` beside it is what mail(1) has shown.
    const ofQmail = this.#siblings.get('')?.has('Mailbox') === true ? 'Mailbox' : undefined;
    return this.#survey.isHome && ofQmail !== undefined ? ofQmail : (this.namedInbox() ?? ofQmail);
  }

  namedInbox(): RawPath | undefined {
    const tops = this.#survey.isHome ? ['', 'mail', 'Mail'] : [''];
    for (const name of INBOX_NAMES) {
      for (const top of tops) {
        const [found, second] = [...(this.#siblings.get(top) ?? [])].filter((sibling) => name.test(sibling));
        if (found !== undefined && second === undefined) return top === '' ? found : `${top}/${found}`;
      }
    }
    return undefined;
  }

  folderOf(mbox: SurveyedMbox): FolderPath {
    const { names } = mbox;
    if (isTop(mbox, this.#survey.isHome)) return INBOX;
    const isInMail = this.#survey.isHome && names.length > 1;
    const directories = names
      .slice(isInMail ? 1 : 0, -1)
      .map((name, depth) => this.nameOf(nameOfKMail(name) ?? name, names.slice(0, depth + (isInMail ? 2 : 1)), SUFFIX));
    const file = names.at(-1) ?? '';
    if (this.isBundle(mbox)) return directories;
    const plain = mbox.compression === undefined ? file : file.replace(/\.(?:gz|zst)$/i, '');
    const short = [...directories, this.nameOf(plain, names, MAILBOX_SUFFIX)];
    if (mbox.directory !== undefined) return short;
    // "a" and "a.mbox" side by side stay two folders.
    return this.#taken.has(pathKey(short)) || this.isTwice(names, plain) ? [...directories, this.nameOf(file, names, /$^/)] : short;
  }

  /** True for the one mbox of a directory that stands for it: `NAME/mbox`, or Mailman's `LIST.mbox/LIST.mbox`. */
  isBundle({ names, directory }: SurveyedMbox): boolean {
    const [parent, file] = names.slice(-2);
    if (directory !== undefined || names.length < (this.#survey.isHome ? 3 : 2)) return false;
    const isNamedSo = file === 'mbox' || (file === parent && MAILBOX_SUFFIX.test(file ?? ''));
    return isNamedSo && this.#siblings.get(names.slice(0, -1).join('/'))?.size === 1;
  }

  /** True when a file without the suffix lies beside it. */
  isTwice(names: readonly RawPath[], plain: string): boolean {
    const short = plain.replace(MAILBOX_SUFFIX, '');
    return short !== plain && this.#siblings.get(names.slice(0, -1).join('/'))?.has(short) === true;
  }

  nameOf(name: RawPath, names: readonly RawPath[], suffix: RegExp): string {
    const path = joinRaw(this.#survey.root, names.join('/'));
    const short = name.replace(suffix, '');
    const real = this.#options.realName?.(path.slice(0, path.length - (name.length - short.length)));
    if (real !== undefined) return real;
    const decoded = decodeFolderName(short === '' ? name : short);
    if (decoded.isGuessed) {
      this.issues.push({ code: 'FOLDER_NAME_GUESSED', where: { path: shownPath(path) }, note: `read as ${JSON.stringify(decoded.name)}` });
    }
    return decoded.name;
  }
}

/** True for messages that lie in the root itself, or in the mail directory of a home. */
function isTop({ names, directory }: SurveyedMbox, isHome: boolean): boolean {
  return directory !== undefined && directory.kind !== 'maildir' && names.length === (isHome ? 1 : 0);
}

/** Gives every mbox of a survey its folder. */
export function placeMboxes(survey: MboxSurvey, options: PlacementOptions = {}): Placement {
  const placer = new Placer(survey, options);
  return { placed: placer.place(), issues: placer.issues };
}
