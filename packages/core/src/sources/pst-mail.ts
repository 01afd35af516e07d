// A mail of a PST, and the sets of flags that mails share: who asks what a set means asks once for each set.
import type { Flag } from '../model/flag.js';
import type { FolderPath } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import type { DateSource, Message } from '../model/message.js';
import type { HashedContent } from './composed-content.js';

/** What is known of a mail of a PST. */
export type PstMailFacts = Pick<PstMail, 'identity' | 'sourceId' | 'folder' | 'content' | 'flags' | 'issues' | 'share'> & {
  readonly internalDate: number;
  readonly dateSource: DateSource;
};

/** A mail of a PST. */
export class PstMail implements Message {
  readonly identity: string;
  readonly sourceId: string;
  readonly folder: FolderPath;
  readonly file = 0;
  readonly content: HashedContent;
  readonly flags: ReadonlySet<Flag>;
  readonly internalDate: number;
  readonly dateSource: DateSource;
  readonly issues: readonly Issue[];
  readonly share: number;

  constructor({ identity, sourceId, folder, content, flags, internalDate, dateSource, issues, share }: PstMailFacts) {
    this.identity = identity;
    this.sourceId = sourceId;
    this.folder = folder;
    this.content = content;
    this.flags = flags;
    this.internalDate = internalDate;
    this.dateSource = dateSource;
    this.issues = issues;
    this.share = share;
  }

  /** The identity is that of the node; what was made of it is known by its own hash. */
  get contentHash(): string {
    return this.content.sha256;
  }
}

/** Sets that are kept: categories are free text, and must not fill the memory. */
const MOST = 10_000;

/** One set for each combination of flags. */
export class SharedFlags {
  readonly #sets = new Map<string, ReadonlySet<Flag>>();

  of(flags: readonly Flag[]): ReadonlySet<Flag> {
    const key = flags.join(' ');
    let set = this.#sets.get(key);
    if (set === undefined) {
      set = new Set(flags);
      if (this.#sets.size < MOST) this.#sets.set(key, set);
    }
    return set;
  }
}
