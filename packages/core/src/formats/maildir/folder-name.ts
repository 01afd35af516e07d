// Folder paths as directory names. Maildir++: one directory `.A.B` for the path A, B, so a dot within a name becomes `_`.
// LAYOUT=fs: directories A/B, where `cur`, `new` and `tmp` cannot be names. Names are modified UTF-7 (or UTF-8).
// The limit of 255 octets counts the whole chain in Maildir++ and each name in fs; what is longer is cut and gets the
// start of its SHA-256, so that two long names stay two. What was changed is said, and the change is the same in every run.

import { createHash } from 'node:crypto';
import type { FolderPath } from '../../model/folder.js';
import { encodeMailboxName } from '../imap/mailbox-name.js';

/** How folders lie in the target: `maildir++` is `.A.B` beside each other, `fs` is `A/B` within each other. */
export type MaildirLayout = 'maildir++' | 'fs';

/** A path's place in a Maildir. */
export interface StoredFolderName {
  /** Storage names (encoded), from the root down; `['INBOX']` for the root itself. */
  readonly parts: readonly string[];
  /** Path below the root, `''` for INBOX. */
  readonly directory: string;
  /** True when characters had to be changed. */
  readonly isChanged: boolean;
  /** True when a name had to be cut. */
  readonly isShortened: boolean;
  /** True when the name was taken and got a number. */
  readonly isNumbered?: boolean;
}

const MAX_NAME = 255;
const HASH_DIGITS = 10;

/** Where a folder lies. Total: any path has a place. */
export function storeFolderName(path: FolderPath, layout: MaildirLayout, utf8Names: boolean = false): StoredFolderName {
  if (path.length === 0 || (path.length === 1 && path[0]?.toUpperCase() === 'INBOX')) {
    return { parts: ['INBOX'], directory: '', isChanged: path.length === 0, isShortened: false };
  }
  const encode = utf8Names ? (text: string) => text : encodeMailboxName;
  const safe = path.map((name, i) => safeName(name, layout, i === 0));
  const isChanged = safe.some((name, i) => name !== path[i] && !(i === 0 && name === 'INBOX'));
  const encoded = safe.map(encode);
  const parts = layout === 'fs' ? encoded.map((name) => cut(name, MAX_NAME)) : cutChain(encoded);
  const isShortened = parts.some((name, i) => name !== encoded[i]);
  return { parts, directory: layout === 'fs' ? parts.join('/') : `.${parts.join('.')}`, isChanged, isShortened };
}

/** A second place for a path whose first is taken: the last name gets a number. */
export function numberFolderName(stored: StoredFolderName, n: number, layout: MaildirLayout): StoredFolderName {
  const last = stored.parts.at(-1) ?? '';
  const parts = [...stored.parts.slice(0, -1), `${cut(last, MAX_NAME - 8)}_${n}`];
  return { ...stored, parts, directory: layout === 'fs' ? parts.join('/') : `.${parts.join('.')}`, isNumbered: true };
}

function safeName(name: string, layout: MaildirLayout, isFirst: boolean): string {
  if (isFirst && name.toUpperCase() === 'INBOX') {
    return 'INBOX';
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to leave
  let safe = name.replaceAll(/\p{Cs}/gu, '\ufffd').replaceAll(/[\x00-\x1f\x7f/]/g, '_');
  safe = layout === 'fs' ? safe.replace(/^\./, '_') : safe.replaceAll('.', '_');
  // `~` at the start is a home directory to Dovecot, `*` and `%` are wildcards of LIST
  safe = safe
    .replaceAll(/[*%]/g, '_')
    .replace(isFirst ? /^~/ : /^$/, '_')
    .trim();
  return safe === '' || (layout === 'fs' && /^(cur|new|tmp)$/i.test(safe)) ? `${safe}_` : safe;
}

/** Cuts the longest names first until the chain fits. */
function cutChain(names: readonly string[]): readonly string[] {
  const length = (all: readonly string[]): number => all.reduce((sum, name) => sum + Buffer.byteLength(name) + 1, 0);
  if (length(names) <= MAX_NAME) {
    return names;
  }
  const share = Math.floor(MAX_NAME / names.length) - 1;
  if (share < HASH_DIGITS + 2) {
    // too deep for any share: the first names stay readable, the rest is one hash
    const head = names.slice(0, 4).map((name) => cut(name, 40));
    return [...head, `_${hash(names.join('\0'))}`];
  }
  return names.map((name) => cut(name, share));
}

/** At most `limit` octets, no half of an encoded run or of a character, and the start of the hash of the whole. */
function cut(name: string, limit: number): string {
  const octets = Buffer.from(name);
  if (octets.length <= limit) {
    return name;
  }
  const head = octets
    .subarray(0, limit - HASH_DIGITS - 1)
    .toString('utf8')
    .replace(/\ufffd+$/, '')
    .replace(/&[A-Za-z0-9+,]*$/, '');
  return `${head}_${hash(name)}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS);
}
