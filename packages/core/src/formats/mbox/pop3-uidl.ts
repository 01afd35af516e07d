// POP3 UIDLs (RFC 1939 §7) as the old server gave them, so that no client downloads its mail again. A format is Dovecot's pop3_uidl_format:
// %v UIDVALIDITY, %u UID, %f name; a zero and a width pad, X or x means hexadecimal, always in lower case: `%08Xv%08Xu` is UW's, 4432abcd0000001a.
import { UsageError } from '../../errors.js';

/** A format string, `uw`, `cyrus`, or `keep` for the X-UIDL header. */
export type Pop3UidlFormat = string;

/** What a UIDL is made of. */
export interface Pop3UidlFacts {
  readonly uidValidity: number | undefined;
  readonly uid: number | undefined;
  /** File name, for formats with `%f`. */
  readonly name: string | undefined;
  /** The value of X-UIDL, for `keep`. */
  readonly xUidl: string | undefined;
}

const NAMED: Readonly<Record<string, string>> = { uw: '%08Xv%08Xu', cyrus: '%v.%u' };
const VARIABLE = /%(?:%|(0?)(\d{0,2})([Xx]?)([vuf]))/g;

/** Computes a UIDL; undefined when a part of it is not known or a client could not take it (RFC 1939: 1 to 70 octets, 0x21 to 0x7E). */
export function pop3Uidl(format: Pop3UidlFormat, facts: Pop3UidlFacts): string | undefined {
  const uidl = format === 'keep' ? facts.xUidl?.trim() : fill(NAMED[format] ?? format, facts);
  return uidl !== undefined && /^[!-~]{1,70}$/.test(uidl) ? uidl : undefined;
}

/**
 * Looks at a format before anything is read.
 * @throws UsageError POP3_UIDL_FORMAT when it has an unknown variable or no variable at all
 */
export function checkPop3UidlFormat(format: Pop3UidlFormat): void {
  if (format === 'keep' || format in NAMED) return;
  const rest = format.replace(VARIABLE, '');
  if (rest !== format && !rest.includes('%')) return;
  throw new UsageError('POP3_UIDL_FORMAT', `the POP3 UIDL format "${format}" has no known variable`, {
    help: 'use uw, cyrus, keep, or a format with %v (UIDVALIDITY), %u (UID), %f (file name), such as %08Xu%08Xv',
  });
}

function fill(format: string, facts: Pop3UidlFacts): string | undefined {
  const values: Readonly<Record<string, string | number | undefined>> = { v: facts.uidValidity, u: facts.uid, f: facts.name };
  let isComplete = true;
  const uidl = format.replace(VARIABLE, (all, zero: string, width: string, hex: string, name: string) => {
    if (all === '%%') return '%';
    const value = values[name];
    if (value === undefined) isComplete = false;
    return written(value ?? '', hex).padStart(Number(width), zero === '' ? ' ' : '0');
  });
  return isComplete ? uidl : undefined;
}

function written(value: string | number, hex: string): string {
  return hex === '' ? `${value}` : value.toString(16);
}
