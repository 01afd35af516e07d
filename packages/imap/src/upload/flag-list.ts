// Flags as an APPEND may carry them. A wrong one makes Dovecot 2.3 answer BAD and read the mail that follows as commands,
// so nothing passes here that RFC 9051 §9 does not allow without doubt.
import { type Flag, isSystemFlag, SYSTEM_FLAGS, sortFlags } from '@mailferry/core';

/** ATOM-CHAR without the characters that some server trips over: `[ ] { } ~` and quotes. */
const KEYWORD = /^[A-Za-z0-9$][A-Za-z0-9!#$&'+,./:;<=>?@^_`|-]*$/;

/** Flags sorted by what a mailbox takes. */
export interface FlagChoice {
  readonly kept: readonly Flag[];
  readonly dropped: readonly Flag[];
}

/** A choice with its flag list. */
export interface WireFlags extends FlagChoice {
  /** `(\\Seen work)`. */
  readonly list: string;
}

/** The flags of the messages of one mailbox: a mailbox of thousands has few sets of flags. */
export class FlagChooser {
  readonly #known = new Map<string, WireFlags>();
  readonly #permanentFlags: readonly string[] | undefined;
  readonly #maxKeyword: number;

  /** @see chooseFlags */
  constructor(permanentFlags: readonly string[] | undefined, maxKeyword: number) {
    this.#permanentFlags = permanentFlags;
    this.#maxKeyword = maxKeyword;
  }

  choose(flags: ReadonlySet<Flag>): WireFlags {
    const key = [...flags].join('\0');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const choice = chooseFlags(flags, this.#permanentFlags, this.#maxKeyword);
    const chosen = { ...choice, list: encodeFlagList(choice.kept) };
    if (this.#known.size < MOST_SETS) this.#known.set(key, chosen);
    return chosen;
  }
}

const MOST_SETS = 4096;

/**
 * Which flags a mailbox keeps.
 *
 * @param permanentFlags PERMANENTFLAGS of the destination (RFC 9051 §7.1); undefined when it told none, which means all
 * @param maxKeyword characters
 */
export function chooseFlags(flags: ReadonlySet<Flag>, permanentFlags: readonly string[] | undefined, maxKeyword: number): FlagChoice {
  if (flags.size === 0) return { kept: [], dropped: [] };
  const allowed = permanentFlags === undefined ? undefined : new Map(permanentFlags.map((flag) => [flag.toLowerCase(), flag]));
  const kept = new Map<string, Flag>();
  const dropped: Flag[] = [];
  for (const flag of sortFlags(flags)) {
    const name = spelling(flag, allowed, maxKeyword);
    if (name === undefined) dropped.push(flag);
    else kept.set(name.toLowerCase(), name);
  }
  return { kept: [...kept.values()], dropped };
}

function spelling(flag: Flag, allowed: ReadonlyMap<string, string> | undefined, maxKeyword: number): Flag | undefined {
  const lower = flag.toLowerCase();
  if (isSystemFlag(flag)) {
    const known = SYSTEM_FLAGS.find((name) => name.toLowerCase() === lower);
    return known !== undefined && (allowed === undefined || allowed.has(lower)) ? known : undefined;
  }
  if (flag.length > maxKeyword || !KEYWORD.test(flag)) return undefined;
  if (allowed === undefined || allowed.has('\\*')) return flag;
  return allowed.get(lower);
}

/** `(\Seen work)`. */
export function encodeFlagList(flags: readonly Flag[]): string {
  return `(${flags.join(' ')})`;
}

/** What two lists of flags share that mean the same: order, case and `\\Recent` do not count. */
export function canonicalFlags(flags: readonly string[]): string {
  return flags
    .map((flag) => flag.toLowerCase())
    .filter((flag) => flag !== '\\recent')
    .sort()
    .join(' ');
}
