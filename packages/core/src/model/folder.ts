/** Names from the root down, in Unicode; the model knows no delimiter. INBOX is `['INBOX']`. */
export type FolderPath = readonly string[];

/** The folder that every account has (RFC 9051 §5.1), upper case in the model. */
export const INBOX: FolderPath = ['INBOX'];

/** A special-use attribute (RFC 6154 §2). */
export type SpecialUse = '\\All' | '\\Archive' | '\\Drafts' | '\\Flagged' | '\\Junk' | '\\Sent' | '\\Trash';

/** A place messages live in. */
export interface Folder {
  readonly path: FolderPath;
  readonly specialUse?: SpecialUse;
  /** RFC 9051 §2.3.1.1, when the source has one. */
  readonly uidValidity?: number;
  /** The UID after the last one that the source ever gave. */
  readonly uidNext?: number;
  /** Keywords in the source's own order, which decides the letters of a Maildir. */
  readonly keywords?: readonly string[];
  /** True or false when the source keeps subscriptions. */
  readonly subscribed?: boolean;
  /** Octets of the source that hold this folder, for progress. */
  readonly bytes?: number;
}

/** True when both name the same folder. */
export function samePath(a: FolderPath, b: FolderPath): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}

/** A map key for a path (U+0000 cannot be in a folder name). */
export function pathKey(path: FolderPath): string {
  return path.join('\0');
}
