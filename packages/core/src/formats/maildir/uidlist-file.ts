// dovecot-uidlist, version 3: a header `3 V<uidvalidity> N<nextuid> G<32 hex>`, then a line a message,
// `<uid> [<letter><value> …] :<base name>`, UIDs strictly rising. Version 1: `1 V N`, then `<uid> <name>`.
// A value ends at the next space. N may be stale: one more than the last UID wins. A broken file makes Dovecot
// throw away all UIDs, so the writer puts in nothing that the reader could stumble over.

import type { TextWriter } from '../content/text-writer.js';

/** The first line. */
export interface UidlistHeader {
  readonly version: 1 | 3;
  readonly uidValidity: number;
  readonly uidNext: number;
  /** 32 hex digits (`G`). */
  readonly guid: string | undefined;
  /** Fields of other letters, kept as they are. */
  readonly others: readonly string[];
}

/** A line of one message. */
export interface UidlistEntry {
  readonly uid: number;
  /** `P<uidl>`, `S<size>`, `G<guid>` …, as they stand in the file. */
  readonly fields: readonly string[];
  /** The file name without flags. */
  readonly base: string;
}

const MAX_UID = 0xffff_ffff;

/** Undefined when the line is no header of version 1 or 3. */
export function parseUidlistHeader(line: string): UidlistHeader | undefined {
  const words = line.split(' ');
  if (words[0] === '1') {
    return header(1, Number(words[1]), Number(words[2]), undefined, []);
  }
  if (words[0] !== '3') {
    return undefined;
  }
  const of = (letter: string): string | undefined => words.find((word, i) => i > 0 && word.startsWith(letter))?.slice(1);
  const guid = of('G');
  return header(
    3,
    Number(of('V')),
    Number(of('N')),
    guid !== undefined && /^[0-9a-f]{32}$/.test(guid) ? guid : undefined,
    words.slice(1).filter((word) => /^[A-FH-MO-UW-Z]/.test(word)),
  );
}

function header(
  version: 1 | 3,
  uidValidity: number,
  uidNext: number,
  guid: string | undefined,
  others: readonly string[],
): UidlistHeader | undefined {
  const valid = isUid(uidValidity) && isUid(uidNext);
  return valid ? { version, uidValidity, uidNext, guid, others } : undefined;
}

function isUid(value: number): boolean {
  return Number.isInteger(value) && value > 0 && value <= MAX_UID;
}

/** The header line of version 3 with its LF. */
export function formatUidlistHeader(head: Omit<UidlistHeader, 'version'>): string {
  const words = [`3 V${head.uidValidity}`, `N${head.uidNext}`, ...(head.guid === undefined ? [] : [`G${head.guid}`]), ...head.others];
  return `${words.join(' ')}\n`;
}

/** One message line of the version, without its LF; undefined when it is broken. */
export function parseUidlistEntry(line: string, version: 1 | 3 = 3): UidlistEntry | undefined {
  const space = line.indexOf(' ');
  const uid = Number(line.slice(0, space));
  if (space < 1 || !/^\d+$/.test(line.slice(0, space)) || !isUid(uid)) {
    return undefined;
  }
  const colon = version === 1 ? space : line.indexOf(' :', space);
  const name = version === 1 ? line.slice(space + 1) : line.slice(colon + 2);
  if (colon < 0 || name === '' || name.includes('/')) {
    return undefined;
  }
  const fields =
    colon > space
      ? line
          .slice(space + 1, colon)
          .split(' ')
          .filter((field) => field !== '')
      : [];
  // a name in version 1 may carry its flags
  const base = version === 1 ? name.replace(/:2,[^:]*$/, '') : name;
  return { uid, fields, base };
}

/** Writes a line with its LF. The UIDL must have passed {@link isStorableUidl}, and the name is one of ours, which are ASCII. */
export function writeUidlistEntry(to: TextWriter, uid: number, base: string, pop3Uidl?: string): void {
  to.number(uid);
  if (pop3Uidl !== undefined) to.text(' P').text(pop3Uidl);
  to.text(' :').text(base).text('\n');
}

/** True for a POP3 UIDL that the file can hold: RFC 1939 §7 (0x21 to 0x7E, at most 70). */
export function isStorableUidl(uidl: string): boolean {
  return /^[\x21-\x7e]{1,70}$/.test(uidl);
}
