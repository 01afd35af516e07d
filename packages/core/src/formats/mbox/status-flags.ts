// Status and X-Status. Dovecot reads R in Status, A F T D in X-Status; UW reads every letter in either. We take R A F T from either, but D
// only from X-Status: a \Deleted that nobody set costs the message at the next expunge. O (not \Recent) is no flag. Lower case says nothing.
import type { Flag } from '../../model/flag.js';

/** Bits of the system flags, so that equal combinations can share one set. */
export const ANSWERED = 1;
export const DELETED = 2;
export const DRAFT = 4;
export const FLAGGED = 8;
export const SEEN = 16;

const LETTERS: Readonly<Record<string, number>> = { R: SEEN, A: ANSWERED, F: FLAGGED, T: DRAFT };
const NAMES: readonly (readonly [number, Flag])[] = [
  [ANSWERED, '\\Answered'],
  [DELETED, '\\Deleted'],
  [DRAFT, '\\Draft'],
  [FLAGGED, '\\Flagged'],
  [SEEN, '\\Seen'],
];

/** The flag bits that the two headers say. */
export function statusBits(status: string, xStatus: string): number {
  let bits = xStatus.includes('D') ? DELETED : 0;
  for (const letter of status) bits |= LETTERS[letter] ?? 0;
  for (const letter of xStatus) bits |= LETTERS[letter] ?? 0;
  return bits;
}

const NO_KEYWORDS: readonly Flag[] = [];

/** Makes flag sets, one for each combination: a mailbox of a million messages has a few hundred. */
export class FlagSets {
  readonly #sets = new Map<string, ReadonlySet<Flag>>();
  /** By the array of keywords itself, which the caller shares where it can. */
  readonly #shared = new WeakMap<readonly Flag[], (ReadonlySet<Flag> | undefined)[]>();
  readonly #plain: (ReadonlySet<Flag> | undefined)[] = [];

  /** The set of these system flags and keywords; the same set for the same arguments. */
  of(bits: number, keywords: readonly Flag[] = NO_KEYWORDS): ReadonlySet<Flag> {
    if (keywords.length === 0) {
      this.#plain[bits] ??= make(bits, keywords);
      return this.#plain[bits];
    }
    let shared = this.#shared.get(keywords);
    if (shared === undefined) {
      shared = [];
      this.#shared.set(keywords, shared);
    }
    shared[bits] ??= this.#equal(bits, keywords);
    return shared[bits];
  }

  #equal(bits: number, keywords: readonly Flag[]): ReadonlySet<Flag> {
    const key = `${bits} ${keywords.join(' ')}`;
    let set = this.#sets.get(key);
    if (set === undefined) {
      set = make(bits, keywords);
      // What a sender can forge must not fill the memory.
      if (this.#sets.size < 10_000) this.#sets.set(key, set);
    }
    return set;
  }
}

function make(bits: number, keywords: readonly Flag[]): ReadonlySet<Flag> {
  const names = NAMES.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name);
  return new Set([...names, ...keywords]);
}
