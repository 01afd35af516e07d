// Folder paths as directory names. Maildir++: one directory `.A.B` for the path A, B, so a dot within a name becomes `_`.
// LAYOUT=fs: directories A/B, where `cur`, `new`, `tmp` and the names of control files cannot be names. Names are modified UTF-7 (or UTF-8).
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

/** Files that lie beside folders in LAYOUT=fs: in the root, and in every folder. */
const FILES_OF_ROOT = /^(?:subscriptions|maildirsize|mailferry-.*)$/i;
const FILES_OF_FOLDER = /^(?:cur|new|tmp|maildirfolder|dovecot[.-].*)$/i;

type Encode = (text: string) => string;

/** Where a folder lies. Total: any path has a place. */
export function storeFolderName(path: FolderPath, layout: MaildirLayout, utf8Names: boolean = false): StoredFolderName {
  if (path.length === 0 || (path.length === 1 && path[0]?.toUpperCase() === 'INBOX')) {
    return { parts: ['INBOX'], directory: '', isChanged: path.length === 0, isShortened: false };
  }
  const encode: Encode = utf8Names ? (text) => text : encodeMailboxName;
  const safe = path.map((name, i) => safeName(name, layout, i === 0));
  const isChanged = safe.some((name, i) => name !== path[i] && !(i === 0 && name === 'INBOX'));
  const encoded = safe.map(encode);
  const parts = layout === 'fs' ? safe.map((name) => cut(name, MAX_NAME, encode)) : cutChain(safe, encode);
  const isShortened = parts.some((name, i) => name !== encoded[i]);
  return { parts, directory: layout === 'fs' ? parts.join('/') : `.${parts.join('.')}`, isChanged, isShortened };
}

/** A second place for a path whose first is taken: the last name gets a number. */
export function numberFolderName(stored: StoredFolderName, n: number, layout: MaildirLayout): StoredFolderName {
  const last = stored.parts.at(-1) ?? '';
  const before = stored.parts.slice(0, -1);
  const used = layout === 'fs' ? 0 : before.reduce((sum, name) => sum + Buffer.byteLength(name) + 1, 1);
  const short = cut(last, Math.max(MAX_NAME - 8 - used, HASH_DIGITS + 2), (text) => text);
  // half of an encoded run means nothing
  const parts = [...before, `${short.replace(/&[A-Za-z0-9+,]*(?=_[0-9a-f]{10}$)/, '')}_${n}`];
  return { ...stored, parts, directory: layout === 'fs' ? parts.join('/') : `.${parts.join('.')}`, isNumbered: true };
}

function safeName(name: string, layout: MaildirLayout, isFirst: boolean): string {
  if (isFirst && name.toUpperCase() === 'INBOX') {
    return 'INBOX';
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to leave
  let safe = name.replaceAll(/\p{Cs}/gu, '\ufffd').replaceAll(/[\x00-\x1f\x7f/]/g, '_');
  safe = layout === 'fs' ? safe.replace(/^\./, '_') : safe.replaceAll('.', '_');
  // `~` at the start is a home directory to Dovecot
  safe = safe.replace(isFirst ? /^~/ : /^$/, '_');
  const isFile = layout === 'fs' && (FILES_OF_FOLDER.test(safe) || (isFirst && FILES_OF_ROOT.test(safe)));
  return safe === '' || isFile ? `${safe}_` : safe;
}

/** Cuts the longest names first until the chain fits. */
function cutChain(names: readonly string[], encode: Encode): readonly string[] {
  const encoded = names.map(encode);
  if (encoded.reduce((sum, name) => sum + Buffer.byteLength(name) + 1, 0) <= MAX_NAME) {
    return encoded;
  }
  const share = Math.floor(MAX_NAME / names.length) - 1;
  if (share < HASH_DIGITS + 2) {
    // too deep for any share: the first names stay readable, the rest is one hash
    const head = names.slice(0, 4).map((name) => cut(name, 40, encode));
    return [...head, `_${hash(encoded.join('\0'))}`];
  }
  return names.map((name) => cut(name, share, encode));
}

/** At most `limit` octets when encoded, no half of a character, and the start of the hash of the whole. */
function cut(name: string, limit: number, encode: Encode): string {
  const whole = encode(name);
  if (Buffer.byteLength(whole) <= limit) {
    return whole;
  }
  const characters = Array.from(name);
  const most = limit - HASH_DIGITS - 1;
  let [fits, exceeds] = [0, characters.length];
  while (exceeds - fits > 1) {
    const middle = (fits + exceeds) >> 1;
    if (Buffer.byteLength(encode(characters.slice(0, middle).join(''))) <= most) fits = middle;
    else exceeds = middle;
  }
  return `${encode(characters.slice(0, fits).join('').trimEnd())}_${hash(whole)}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS);
}
