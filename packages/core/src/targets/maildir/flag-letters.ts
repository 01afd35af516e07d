import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import {
  formatFlagSuffix,
  keywordLetter,
  MAX_KEYWORDS,
  type NameSeparator,
  parseBaseName,
  parseFileName,
  SYSTEM_FLAG_LETTERS,
} from '../../formats/maildir/filename.js';
import { formatKeywordsFile } from '../../formats/maildir/keywords-file.js';
import { type Flag, isSystemFlag } from '../../model/flag.js';
import type { Issue } from '../../model/issue.js';
import { onDisk } from './disk-error.js';
import { atomOf, FolderKeywords } from './folder-keywords.js';

/** Looks at a folder in which files are renamed meanwhile. */
const ATTEMPTS = 3;

/** Letters by bit: the system flags in bits 0 to 4, the keywords `a` to `z` in bits 5 to 30. */
const LETTERS: readonly string[] = [...SYSTEM_FLAG_LETTERS.values(), ...Array.from({ length: MAX_KEYWORDS }, (_, i) => keywordLetter(i))];
const BIT_OF_LETTER: ReadonlyMap<string, number> = new Map(LETTERS.map((letter, i) => [letter, 1 << i]));
const BIT_OF_SYSTEM_FLAG: ReadonlyMap<Flag, number> = new Map(
  [...SYSTEM_FLAG_LETTERS].map(([flag, letter]) => [flag, BIT_OF_LETTER.get(letter) ?? 0]),
);

/** The bits of a file name's letters; letters without meaning have none. */
export function bitsOfLetters(letters: string): number {
  let bits = 0;
  for (const letter of letters) {
    bits |= BIT_OF_LETTER.get(letter) ?? 0;
  }
  return bits;
}

function lettersOfBits(bits: number): string {
  return LETTERS.filter((_, i) => (bits & (1 << i)) !== 0).join('');
}

/** True for sets that a file name tells the same of. */
export function sameFlags(a: ReadonlySet<Flag>, b: ReadonlySet<Flag>): boolean {
  const kept = (flags: ReadonlySet<Flag>): Flag[] => [...flags].filter((flag) => BIT_OF_SYSTEM_FLAG.has(flag) || !isSystemFlag(flag));
  const [left, right] = [kept(a), kept(b)];
  return left.length === right.length && left.every((flag) => b.has(flag));
}

/** False when somebody else renamed or removed it first. */
function renameIfThere(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return false;
    }
    throw error;
  }
}

function atomsOf(keywords: readonly string[]): string[] {
  return [...new Set(keywords.filter((keyword) => !isSystemFlag(keyword)).map(atomOf))];
}

/** dovecot-keywords of a new folder: the source's own order, when all have a letter. */
export function firstKeywordsFile(listed: readonly string[]): string {
  const atoms = atomsOf(listed);
  return atoms.length > MAX_KEYWORDS ? '' : formatKeywordsFile(atoms);
}

/** A keyword that found no letter, and who has it. */
interface Overflow {
  readonly uids: number[];
}

/** A message whose keywords get their letters at the commit. */
interface Deferred {
  readonly base: string;
  readonly uid: number;
  readonly bits: number;
  readonly atoms: readonly string[];
}

/** Bits that change, and those of them that are set then: what the user does meanwhile with other flags stays. */
export interface FlagChange {
  readonly changed: number;
  readonly wanted: number;
}

/** That a message is to be removed. */
export const FLAG_DELETED: FlagChange = { changed: BIT_OF_LETTER.get('T') ?? 0, wanted: BIT_OF_LETTER.get('T') ?? 0 };

/** The bits of a message after a change. */
export function changedBits(bits: number, { changed, wanted }: FlagChange): number {
  return (bits & ~changed) | (wanted & changed);
}

/** Flags and keywords of one folder as letters in file names. */
export class FlagLetters {
  readonly #directory: string;
  readonly #separator: NameSeparator;
  readonly #keywords: FolderKeywords;
  readonly #suffixes = new Map<number, string>();
  /** Of sets all of whose flags have letters: messages share their sets. */
  #usual = new WeakMap<ReadonlySet<Flag>, string>();
  #generation = 0;
  readonly #changes = new Map<string, FlagChange>();
  readonly #overflow = new Map<string, Overflow>();
  /** More keywords than letters: who gets one is decided by use, at the first commit. */
  #isDeferring: boolean;
  #deferred: Deferred[] = [];

  constructor(directory: string, listed: readonly string[], separator: NameSeparator, sync: boolean) {
    this.#directory = directory;
    this.#isDeferring = atomsOf(listed).length > MAX_KEYWORDS;
    this.#separator = separator;
    this.#keywords = new FolderKeywords(directory, sync);
  }

  /** Makes letters for keywords that have none yet; a promise only when the keyword file must grow. */
  prepare(flags: ReadonlySet<Flag>): Promise<void> | undefined {
    if (this.#isDeferring || flags.size === 0 || this.#usualSuffix(flags) !== undefined) {
      return undefined;
    }
    let missing: string[] | undefined;
    for (const flag of flags) {
      if (!isSystemFlag(flag) && this.#keywords.free > 0) {
        const atom = atomOf(flag);
        if (this.#keywords.letter(atom) === undefined) {
          missing = [...(missing ?? []), atom];
        }
      }
    }
    return missing === undefined ? undefined : this.#keywords.add(missing);
  }

  /** What follows the base name; empty for a message of `new/`. */
  suffix(flags: ReadonlySet<Flag>, base: string, uid: number, issues: Issue[]): string {
    const usual = this.#usualSuffix(flags);
    if (usual !== undefined) {
      return usual;
    }
    if (flags.size === 1 && flags.has('\\Recent')) {
      return '';
    }
    const before = issues.length;
    let bits = 0;
    const without: string[] = [];
    for (const flag of flags) {
      const bit = this.#bitOf(flag, issues);
      bits |= bit ?? 0;
      if (bit === undefined) {
        without.push(atomOf(flag));
      }
    }
    if (without.length > 0) {
      this.#postpone({ base, uid, bits, atoms: without }, issues);
    }
    const suffix = this.#suffixOf(bits);
    if (without.length === 0 && issues.length === before) {
      this.#usual.set(flags, suffix);
    }
    return suffix;
  }

  /** What was found for this very set of flags before, while letters mean what they meant. */
  #usualSuffix(flags: ReadonlySet<Flag>): string | undefined {
    if (this.#generation !== this.#keywords.generation) {
      this.#generation = this.#keywords.generation;
      this.#usual = new WeakMap();
    }
    return this.#usual.get(flags);
  }

  #bitOf(flag: Flag, issues: Issue[]): number | undefined {
    if (isSystemFlag(flag)) {
      return BIT_OF_SYSTEM_FLAG.get(flag) ?? 0;
    }
    const atom = atomOf(flag);
    if (atom !== flag) {
      issues.push({ code: 'KEYWORD_CHANGED', note: `${JSON.stringify(flag)} became ${atom}` });
    }
    const letter = this.#keywords.letter(atom);
    return letter === undefined ? undefined : BIT_OF_LETTER.get(letter);
  }

  #postpone(message: Deferred, issues: Issue[]): void {
    if (this.#isDeferring) {
      this.#deferred.push(message);
      return;
    }
    for (const atom of message.atoms) {
      this.#spill(atom, message.uid);
    }
    issues.push({ code: 'KEYWORDS_EXHAUSTED', where: { path: this.#directory }, note: message.atoms.join(' ') });
  }

  /** Notes the keywords that found no letter once more: a run that was killed may have published the message and not written them down. */
  spillAgain(flags: ReadonlySet<Flag>, uid: number, issues: Issue[]): void {
    const without = [...flags].filter((flag) => !isSystemFlag(flag)).map(atomOf);
    const atoms = this.#keywords.free > 0 ? [] : without.filter((atom) => this.#keywords.letter(atom) === undefined);
    for (const atom of atoms) {
      this.#spill(atom, uid);
    }
    if (atoms.length > 0) {
      issues.push({ code: 'KEYWORDS_EXHAUSTED', where: { path: this.#directory }, note: atoms.join(' ') });
    }
  }

  #spill(atom: string, uid: number): void {
    const overflow = this.#overflow.get(atom) ?? { uids: [] };
    overflow.uids.push(uid);
    this.#overflow.set(atom, overflow);
  }

  #suffixOf(bits: number): string {
    let suffix = this.#suffixes.get(bits);
    if (suffix === undefined) {
      suffix = formatFlagSuffix(lettersOfBits(bits), this.#separator);
      this.#suffixes.set(bits, suffix);
    }
    return suffix;
  }

  /** What the source changed since the last run; undefined when it changed nothing. New keywords that find no letter are left to the script. */
  merge(last: ReadonlySet<Flag>, now: ReadonlySet<Flag>, uid: number | undefined, issues: Issue[]): FlagChange | undefined {
    if (sameFlags(last, now)) {
      return undefined;
    }
    const wanted = this.#bitsOf(now);
    const without = [...now].filter((flag) => !(isSystemFlag(flag) || last.has(flag)) && this.#bitOf(flag, []) === undefined).map(atomOf);
    if (without.length > 0 && uid !== undefined) {
      for (const atom of without) {
        this.#spill(atom, uid);
      }
      issues.push({ code: 'KEYWORDS_EXHAUSTED', where: { path: this.#directory }, note: without.join(' ') });
    }
    return { changed: this.#bitsOf(last) ^ wanted, wanted };
  }

  #bitsOf(flags: ReadonlySet<Flag>): number {
    let bits = 0;
    for (const flag of flags) {
      bits |= this.#bitOf(flag, []) ?? 0;
    }
    return bits;
  }

  /** The message gets these flags at the commit. */
  change(key: string, change: FlagChange): void {
    this.#changes.set(key, change);
  }

  get hasChanges(): boolean {
    return this.#changes.size > 0;
  }

  /** Renames files whose flags changed. The lock must be held. */
  applyChanges(): void {
    if (this.#changes.size === 0) {
      return;
    }
    // A server that flags or moves a message meanwhile renames its file under our hands: what was not found is looked for again.
    for (let attempt = 0; attempt < ATTEMPTS && this.#changes.size > 0; attempt++) {
      for (const part of ['cur', 'new']) {
        for (const name of readdirSync(join(this.#directory, part))) {
          this.#applyChange(part, name);
        }
      }
    }
    this.#changes.clear();
  }

  #applyChange(part: string, name: string): void {
    const { base, letters } = parseFileName(name, this.#separator);
    const key = parseBaseName(base)?.key;
    const change = key === undefined ? undefined : this.#changes.get(key);
    if (key === undefined || change === undefined) {
      return;
    }
    const unknown = [...(letters ?? '')].filter((letter) => !BIT_OF_LETTER.has(letter)).join('');
    const bits = changedBits(bitsOfLetters(letters ?? ''), change);
    const changed = base + formatFlagSuffix(lettersOfBits(bits) + unknown, this.#separator);
    const isDone = part !== 'new' && changed === name;
    if (isDone || renameIfThere(join(this.#directory, part, name), join(this.#directory, 'cur', changed))) {
      this.#changes.delete(key);
    }
  }

  /** Decides who gets letters when there are too many keywords: the most used ones. Staged files get their names. */
  async settle(staging: string, issues: Issue[]): Promise<void> {
    if (this.#deferred.length === 0) {
      return;
    }
    const uses = new Map<string, number>();
    for (const { atoms } of this.#deferred) {
      for (const atom of atoms) {
        uses.set(atom, (uses.get(atom) ?? 0) + 1);
      }
    }
    await this.#keywords.add([...uses].sort(([, a], [, b]) => b - a).map(([atom]) => atom));
    onDisk(staging, () => {
      for (const message of this.#deferred) {
        this.#settleOne(staging, message, issues);
      }
    });
    this.#deferred = [];
    this.#isDeferring = this.#keywords.free > 0;
  }

  #settleOne(staging: string, message: Deferred, issues: Issue[]): void {
    let bits = message.bits;
    const without: string[] = [];
    for (const atom of message.atoms) {
      const letter = this.#keywords.letter(atom);
      bits |= letter === undefined ? 0 : (BIT_OF_LETTER.get(letter) ?? 0);
      if (letter === undefined) {
        without.push(atom);
        this.#spill(atom, message.uid);
      }
    }
    if (without.length > 0) {
      issues.push({ code: 'KEYWORDS_EXHAUSTED', where: { path: this.#directory }, note: without.join(' ') });
    }
    renameSync(join(staging, message.base + this.#suffixOf(message.bits)), join(staging, message.base + this.#suffixOf(bits)));
  }

  /** Keywords without a letter wait to be written down, by the UIDs of their messages. */
  get hasOverflow(): boolean {
    return this.#deferred.length > 0 || this.#overflow.size > 0;
  }

  /** Keywords that found no letter since the last call, with the UIDs of their messages. */
  takeOverflow(): [keyword: string, uids: readonly number[]][] {
    const all = [...this.#overflow].map(([atom, { uids }]): [string, readonly number[]] => [atom, uids]);
    this.#overflow.clear();
    return all;
  }

  /** UIDs were given to other messages before the commit. */
  moveUids(moved: ReadonlyMap<number, number>): void {
    for (const { uids } of this.#overflow.values()) {
      uids.forEach((uid, i) => {
        uids[i] = moved.get(uid) ?? uid;
      });
    }
  }

  /** Reads dovecot-keywords again. */
  reload(): void {
    this.#keywords.reload();
  }
}
