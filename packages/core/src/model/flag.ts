/** A system flag with its backslash, or a keyword (RFC 9051 §2.3.2): `\Seen`, `$Forwarded`, `work`. */
export type Flag = string;

/** The system flags that a store keeps (RFC 9051 §2.3.2; `\Recent` belongs to a session and is none). */
export const SYSTEM_FLAGS = ['\\Answered', '\\Deleted', '\\Draft', '\\Flagged', '\\Seen'] as const;

/** True for a flag that starts with a backslash. */
export function isSystemFlag(flag: Flag): boolean {
  return flag.startsWith('\\');
}

/** System flags first, then keywords, each sorted by code unit: the order of every output. */
export function sortFlags(flags: Iterable<Flag>): Flag[] {
  return [...flags].sort((a, b) => {
    const rank = Number(isSystemFlag(b)) - Number(isSystemFlag(a));
    return rank !== 0 ? rank : a < b ? -1 : a > b ? 1 : 0;
  });
}
