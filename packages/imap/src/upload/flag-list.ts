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
