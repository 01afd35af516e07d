import type { Compression, UnsupportedFormat } from '../formats/signature/signature.js';
import type { MailStore } from '../model/store.js';
import type { PstOptions } from './pst-options.js';
import type { RawPath } from './raw-path.js';
import type { SpoolOptions } from './spool.js';
import type { DirectoryEntry } from './walk.js';

/** How to read a source; every format takes what concerns it. */
export interface OpenOptions extends SpoolOptions, PstOptions {
  /** Numeric user id that has to own every file of the source; any by default. */
  readonly owner?: number;
  /** Zone of From_ dates that name none: an IANA name, `UTC`, or `local` (the default). */
  readonly fromTz?: string;
  /** Which quoting of From_ lines is undone; by default only where the dialect's own reader does it. */
  readonly unescape?: 'none' | 'mboxrd' | 'mboxo' | 'auto';
  /** True to leave the mailbox's own header fields (`Status`, `X-UID` …) in the messages. */
  readonly keepHeaders?: boolean;
  /** Where the labels of a Gmail Takeout go; `keywords` by default. */
  readonly labels?: 'keywords' | 'folders';
  /** How POP3 UIDLs are made: `uw`, `cyrus`, `keep`, or a format of Dovecot such as `%08Xu%08Xv`. */
  readonly pop3Uidl?: string;
  /** True to count the quoted lines of an mbox while it is read, for {@link MailStore.quoting}. */
  readonly countQuotes?: boolean;
  /** True to lock each mbox against writers while it is read: dotlock and fcntl, as MTAs and IMAP servers do. */
  readonly lock?: boolean;
  /** Values of `%u`, `%n`, `%d`, `%h` and `~` in a location in Dovecot's syntax. */
  readonly variables?: LocationVariables;
  /** The Maildir that is written to: where it lies within a tree that is read, it is none of the source. */
  readonly target?: string;
  /** Threads beside the one that reads: 0 or 1. By default 1 where there is a second core. */
  readonly lanes?: 0 | 1;
  /** True to open a PST only when something of it is wanted, so that a run that knows it already need not. */
  readonly defers?: boolean;
  /** What `-` reads; standard input by default. */
  readonly input?: AsyncIterable<Uint8Array>;
}

/** Whose mail a location in Dovecot's syntax means. */
export interface LocationVariables {
  /** `%u`: the whole user name, `ann@example.org` or `ann`. */
  readonly user?: string;
  /** `%h` and `~`: the home directory. */
  readonly home?: string;
}

/** A file that a format may recognise. */
export interface FileProbe {
  readonly kind: 'file';
  readonly path: RawPath;
  /** Octets of the file as it lies on disk. */
  readonly size: number;
  /** The first octets, decompressed. */
  readonly head: Uint8Array;
  readonly compression: Compression | undefined;
}

/** A directory that a format may recognise. */
export interface DirectoryProbe {
  readonly kind: 'directory';
  readonly path: RawPath;
  /** Its names, sorted by their octets. */
  readonly entries: readonly DirectoryEntry[];
  /** What the first files of the tree are; looked at once for all formats. */
  sample(): TreeSample;
}

/** What lies at a location. */
export type Probe = FileProbe | DirectoryProbe;

/** Counts over the first files of a tree, by content. */
export interface TreeSample {
  readonly mboxes: number;
  /** Files that are one message. */
  readonly messages: number;
  /** Of these, files whose name is a number, as in MH. */
  readonly numbered: number;
  readonly emlx: number;
  /** PSTs and OSTs, plain or compressed. */
  readonly psts: number;
  /** The first file of a format that is known and not read, and how many there are of it. */
  readonly unsupported?: UnsupportedFormat & { readonly count: number };
  /** True when a directory of the tree has `cur` and `new`. */
  readonly hasMaildir: boolean;
  /** True when a directory of the tree has MH's `.mh_sequences`. */
  readonly hasMhSequences: boolean;
}

/** How sure a format is: `no`, `maybe` (nothing better was found), `likely`, `certain` (a signature). */
export type Confidence = 'no' | 'maybe' | 'likely' | 'certain';

/** One kind of source. */
export interface SourceFormat {
  /** As in {@link MailStore.format}. */
  readonly name: string;
  /** In words, as it stands in a sentence. */
  readonly title: string;
  /** Looks at content and structure; names are evidence only where the format itself fixes them. */
  recognise(probe: Probe): Confidence;
  /**
   * Opens a path that was recognised, or that the caller knows to be of this format.
   * @throws {@link SourceError}
   */
  open(path: string, options?: OpenOptions): Promise<MailStore>;
}
