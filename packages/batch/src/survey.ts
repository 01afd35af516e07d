// What a survey finds in one home, as JSON. Counts are exact where a file was read whole and estimates where it was sampled; each says which.
import type { RawPath } from '@mailferry/core';

/** A kind of mail store, as a department names it. */
export type MailFormat = 'mbox' | 'mmdf' | 'mh' | 'maildir' | 'pst' | 'thunderbird' | 'takeout' | 'eml';

/** Mail in a home: one file, or one directory where each message is a file. */
export interface FoundMail {
  /** As people read it. */
  readonly path: string;
  readonly format: MailFormat;
  /** What wrote it, as its own marks show: `uw`, `dovecot`, `mboxcl`. */
  readonly dialect?: string;
  /** Octets on disk. */
  readonly bytes: number;
  /** Octets of mail, where they are more than those on disk. */
  readonly unpacked?: number;
  readonly compression?: string;
  /** Messages that a transfer would deliver. */
  readonly messages: number;
  /** True when `messages` was counted on a part. */
  readonly isEstimate?: boolean;
  /** True for a Maildir that lies where the target will be: mail goes into it, none comes from it. */
  readonly isTarget?: boolean;
}

/** What looked like mail, or could not be looked at. */
export interface NotMail {
  readonly path: string;
  readonly what: string;
}

/** What a file of settings says of folders and deliveries. */
export interface SettingsFinding {
  /** `.forward`, `.procmailrc`, `.pinerc`, `.mailboxlist`, `.subscriptions`, `.mh_profile`. */
  readonly file: string;
  /** What it is about: mail goes on to an address, to a program, to a folder; a folder is named; mail lies on a server. */
  readonly kind: 'forward' | 'program' | 'folder' | 'subscribed' | 'remote' | 'shared';
  readonly value: string;
}

/** A place of mail whose POSIX access list names others (acl(5)). */
export interface AccessFinding {
  readonly path: string;
  readonly granted: readonly {
    /** `user ann`, `group staff`. */
    readonly who: string;
    /** What they may do there, after the mask: `rw-`. */
    readonly rights: string;
    /** True for what files that are made in this directory will have. */
    readonly isDefault?: boolean;
  }[];
}

/** What an admin has to know of a home, beside the counts. */
export interface SurveyNote {
  readonly kind: NoteKind;
  /** One line, lower case. */
  readonly text: string;
}

/** Kinds of notes; texts may improve, kinds stay. */
export type NoteKind =
  | 'merge'
  | 'targetHasMail'
  | 'sharedFolder'
  | 'acl'
  | 'unsupported'
  | 'unreadable'
  | 'toInbox'
  | 'delivery'
  | 'names'
  | 'subscribedAbsent';

/** What one home holds. */
export interface HomeSurvey {
  readonly user: string;
  readonly home: string;
  /** What a manifest says of the user; empty when there is nothing to move. */
  readonly sources: readonly string[];
  readonly target: string;
  /** Messages and octets that would be moved: without what lies in the target already. */
  readonly messages: number;
  readonly bytes: number;
  /** True when a part of `messages` is an estimate. */
  readonly isEstimate: boolean;
  readonly formats: Readonly<Partial<Record<MailFormat, FormatCount>>>;
  /** The first {@link LISTED} by path. */
  readonly mail: readonly FoundMail[];
  readonly notMail: readonly NotMail[];
  /** Files that are no mail, by what they are. */
  readonly otherFiles: Readonly<Record<string, number>>;
  /** In the messages that were read. */
  readonly flags: Readonly<Record<string, number>>;
  readonly keywords: Readonly<Record<string, number>>;
  readonly charsets: Readonly<Record<string, number>>;
  /** Messages that flags, keywords and charsets were counted on. */
  readonly sampled: number;
  /** Milliseconds since the epoch, of what was read. */
  readonly oldest?: number;
  readonly newest?: number;
  readonly settings: readonly SettingsFinding[];
  /** Where access lists were looked at and name others. */
  readonly access?: readonly AccessFinding[];
  readonly notes: readonly SurveyNote[];
  /** Files and directories that were passed. */
  readonly files: number;
  readonly directories: number;
  /** Octets that were read to find all this. */
  readonly bytesRead: number;
  /** Seconds that reading one message of a PST took. */
  readonly pstSeconds?: number;
  /** Seconds that a transfer will take, where it was estimated. */
  readonly seconds?: number;
}

/** Stores of one format in a home. */
export interface FormatCount {
  readonly files: number;
  readonly messages: number;
  readonly bytes: number;
}

/** Mail and lookalikes that a home lists one by one; of more there is a count. */
export const LISTED = 10_000;

/** What a survey looks at. */
export interface SurveyHome {
  readonly user: string;
  /** Text, absolute. */
  readonly home: string;
  /** Numeric user id that has to own every file; any when absent. */
  readonly owner?: number;
  /** Path of the user's mail spool, when there is such a place. */
  readonly spool?: string;
  /** Where the mail will go: a location, expanded. */
  readonly target: string;
}

/** How far a survey reads. */
export interface SurveyOptions {
  /** Octets of one file that are read to count its messages; 8 MiB by default. */
  readonly sample?: number;
  /** Told of all mail as it is found. */
  readonly found?: (mail: FoundMail) => void;
  /** Told of each place of mail: files, and directories whose files are messages, each folder of a Maildir by itself. */
  readonly place?: (path: RawPath) => void;
}

/** A count of things by name. */
export class Counts {
  readonly #counts = new Map<string, number>();

  add(name: string, count = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  /** Sorted by name. */
  record(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
