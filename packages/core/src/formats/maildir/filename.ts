// Maildir file names as Dovecot writes and reads them: `SECONDS.M<n>.<id>,S=<size>,W=<crlfSize>:2,FLAGS`.
// Dovecot takes name order (seconds, then n, then the name) for UID order when its uidlist is lost, so seconds never fall.
// Our <id> is the start of the message's identity: a later run knows the file again whatever happened to its flags.
// Letters that have no meaning to Dovecot (`P`, or a letter beyond the keyword file) are kept where they stand.

import type { Flag } from '../../model/flag.js';

/** The character between base name and flags; `:` in Maildir, another where the file system has no colons. */
export type NameSeparator = ':' | ';' | '!' | '-' | '_';

/** Letters of the system flags in the order of names (ASCII). */
export const SYSTEM_FLAG_LETTERS: ReadonlyMap<Flag, string> = new Map([
  ['\\Draft', 'D'],
  ['\\Flagged', 'F'],
  ['\\Answered', 'R'],
  ['\\Seen', 'S'],
  ['\\Deleted', 'T'],
]);

const FLAG_OF_LETTER: ReadonlyMap<string, Flag> = new Map([...SYSTEM_FLAG_LETTERS].map(([flag, letter]) => [letter, flag]));

/** Keywords a folder has letters for: `a` to `z` (Dovecot, `MAILDIR_MAX_KEYWORDS`). */
export const MAX_KEYWORDS: number = 26;

/** Hex digits of the identity's hash that a name holds: 80 bits. */
const NAME_HASH_LENGTH: number = 20;

/** What a base name of ours says. */
export interface BaseName {
  /** Seconds since the epoch, never less than those of the message before. */
  readonly seconds: number;
  /** Order within one second. */
  readonly counter: number;
  /** See {@link nameKey}. */
  readonly key: string;
  /** Octets of the file. */
  readonly size: number;
  /** Octets with every line end as CRLF. */
  readonly crlfSize: number | undefined;
}

/** The part of an identity that a name holds: 20 hex digits, a dash and the ordinal. */
export function nameKey(identity: string): string {
  const dash = identity.indexOf('-');
  return dash < 0 ? `${identity.slice(0, NAME_HASH_LENGTH)}-0` : identity.slice(0, NAME_HASH_LENGTH) + identity.slice(dash);
}

/** The name without flags. */
export function formatBaseName(name: BaseName): string {
  const tail = name.crlfSize === undefined ? '' : `,W=${name.crlfSize}`;
  return `${name.seconds}.M${name.counter}.${name.key},S=${name.size}${tail}`;
}

const OURS = /^(\d{1,12})\.M(\d{1,15})\.([0-9a-f]{20}-\d{1,10}),S=(\d{1,15})(?:,W=(\d{1,15}))?$/;

/** What a base name of ours says; undefined for the name of another program. */
export function parseBaseName(base: string): BaseName | undefined {
  const m = OURS.exec(base);
  return m === null
    ? undefined
    : {
        seconds: Number(m[1]),
        counter: Number(m[2]),
        key: m[3] ?? '',
        size: Number(m[4]),
        crlfSize: m[5] === undefined ? undefined : Number(m[5]),
      };
}

/** Where a name stands among names: seconds since the epoch and the number after `.M` (Dovecot sorts by both). */
export interface NameOrder {
  readonly seconds: number;
  readonly counter: number;
}

/** The place of a name of any program; zeros for what the name does not say. */
export function nameOrder(base: string): NameOrder {
  const m = /^(\d{1,15})(?:\.M(\d{1,15}))?/.exec(base);
  return { seconds: Number(m?.[1] ?? 0), counter: Number(m?.[2] ?? 0) };
}

/** A file name in its two parts; `info` is undefined in `new/`, and the letters without `2,` elsewhere. */
export interface FileName {
  readonly base: string;
  readonly letters: string | undefined;
}

/** Splits at the separator; every separator of {@link NameSeparator} is understood when it is followed by `2,`. */
export function parseFileName(name: string, separator: string = ':'): FileName {
  let at = name.lastIndexOf(`${separator}2,`);
  if (at < 0) {
    at = name.search(/[:;!_-]2,[A-Za-z]*$/);
  }
  return at < 0 ? { base: name, letters: undefined } : { base: name.slice(0, at), letters: name.slice(at + 3) };
}

/** `:2,` and the letters, sorted by ASCII, each once. */
export function formatFlagSuffix(letters: string, separator: string = ':'): string {
  return letters.length < 2 ? `${separator}2,${letters}` : `${separator}2,${[...new Set(letters)].sort().join('')}`;
}

/** The letter of a keyword by its number in the keyword file. */
export function keywordLetter(index: number): string {
  return String.fromCharCode(0x61 + index);
}

/** What letters mean: system flags, keywords by the folder's list, and letters that mean nothing here. */
export function parseLetters(letters: string, keywords: readonly (string | undefined)[]): { flags: Set<Flag>; unknown: string } {
  const flags = new Set<Flag>();
  let unknown = '';
  for (const letter of letters) {
    const flag = FLAG_OF_LETTER.get(letter) ?? (letter >= 'a' && letter <= 'z' ? keywords[letter.charCodeAt(0) - 0x61] : undefined);
    if (flag === undefined) {
      unknown += letter;
    } else {
      flags.add(flag);
    }
  }
  return { flags, unknown };
}
