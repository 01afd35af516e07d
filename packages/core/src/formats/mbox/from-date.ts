// The date at the end of a From_ line. The strict grammar is the union of what Dovecot (lib-mail/mbox-from.c) and UW c-client (unix.h, VALID)
// accept; the loose one adds what is found in real files and is believed only where a header block follows (boundaries.ts).
// Zones are honoured wherever they stand: ±hhmm and names, before or after the year.

/** The fields of a date as they were written. */
export interface FromDate {
  readonly year: number;
  /** 0 to 11. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** `+0200`, `EDT` …; absent when none was written. */
  readonly zone?: string;
}

/** Where the date of a line starts, and what it says. */
export interface FoundDate {
  readonly index: number;
  readonly date: FromDate;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)';
const ZONE = '([a-z]{1,5}|[+-]\\d{4}|[a-z]{1,5}[+-]\\d{1,4})';
const END = '(?: remote from .*)?[ \\t]*$';

/*
 * ctime:   Thu Nov  9 22:33:52 2001          seconds may be absent; day one or two digits
 * zones:   Thu Nov  9 22:33 EST 2001    Thu Nov  9 22:33:52 +0100 2001    Thu Nov  9 22:33:52 2001 +0100    … 2001 CEST
 * remote:  Thu Nov  9 22:33:52 2001 remote from bigsite
 */
const CTIME = new RegExp(
  `(?:^| )\\S{3} +${MONTH} +(\\d{1,2}) (\\d\\d):(\\d\\d)(?::(\\d\\d))?(?: ${ZONE})? (\\d{4})(?: ${ZONE}(?: \\([^)]*\\))?)?${END}`,
  'i',
);
/* RFC 822: Thu, 29 Nov 2001 22:33:52 +0100 */
const RFC822 = new RegExp(`(?:^| )[a-z]{3}, +(\\d{1,2}) ${MONTH} (\\d{4}) (\\d\\d):(\\d\\d)(?::(\\d\\d))?(?: ${ZONE})?${END}`, 'i');
/* loose ctime: tabs, one-digit hours, two-digit years, fractions of a second, text behind */
const LOOSE_CTIME = new RegExp(
  `\\b${MONTH}\\s+(\\d{1,2}),?\\s+(\\d{1,2}):(\\d\\d)(?::(\\d\\d)(?:[.,]\\d+)?)?(?:\\s+${ZONE})?\\s+(\\d{4}|\\d\\d)\\b(?:\\s+${ZONE}(?=\\s|$))?`,
  'i',
);
/* loose RFC 822: 9 Nov 01 2:33:52 */
const LOOSE_RFC822 = new RegExp(
  `\\b(\\d{1,2})[ -]${MONTH}[ -](\\d{4}|\\d\\d)\\s+(\\d{1,2}):(\\d\\d)(?::(\\d\\d)(?:[.,]\\d+)?)?(?:\\s+${ZONE}(?=\\s|$))?`,
  'i',
);
/* ctime with a zone of several words: Fri Nov  9 22:33:52 MET DST 2001   … W. Europe Standard Time 2001   … -0500 (EST) 2001 */
const WORDY_CTIME = new RegExp(
  `(?:^|\\s)[a-z]{3} +${MONTH} +(\\d{1,2}) (\\d\\d):(\\d\\d)(?::(\\d\\d))?((?: [^\\s\\d]\\S{0,19}){1,4}) ((?:19|20)\\d\\d)\\s*$`,
  'i',
);
/* ISO 8601: 2001-11-09T22:33:52Z */
const ISO = /\b(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)? ?(Z|[+-]\d\d:?\d\d)?(?=\s|$)/;

/* The form that nearly every line has, looked for first: 24 octets at the end. */
const CTIME_AT_END = new RegExp(`^ \\S{3} ${MONTH} ([ \\d]\\d) (\\d\\d):(\\d\\d):(\\d\\d) (\\d{4})$`, 'i');
const CTIME_LENGTH = 24;

/** Finds a date of the strict grammar that ends the line (its last octet is not the line end). */
export function findStrictDate(line: string): FoundDate | undefined {
  const usual = CTIME_AT_END.exec(line.slice(-CTIME_LENGTH - 1));
  if (usual !== null) {
    const [, month, day, hour, minute, second, year] = usual;
    const date = dateOf([year, month, day, hour, minute, second], undefined);
    return date === undefined ? undefined : { index: line.length - CTIME_LENGTH, date };
  }
  const match = CTIME.exec(line);
  if (match !== null) {
    const [, month, day, hour, minute, second, before, year, after] = match;
    return found(line, match, [year, month, day, hour, minute, second], after ?? before);
  }
  const other = RFC822.exec(line);
  if (other === null) return undefined;
  const [, day, month, year, hour, minute, second, zone] = other;
  return found(line, other, [year, month, day, hour, minute, second], zone);
}

/** True for a line whose date has the strict form and cannot be: `Mon Feb 33 10:00:75 2001`. Dovecot and UW look at the form alone. */
export function hasImpossibleDate(line: string): boolean {
  return CTIME.test(line) || RFC822.test(line);
}

const NO_ZONE: { readonly zone?: string } = {};

/** Finds a date of any known shape somewhere in the line. */
export function findLooseDate(line: string): FoundDate | undefined {
  const match = LOOSE_CTIME.exec(line);
  if (match !== null) {
    const [, month, day, hour, minute, second, before, year, after] = match;
    return found(line, match, [year, month, day, hour, minute, second], after ?? before);
  }
  const wordy = WORDY_CTIME.exec(line);
  if (wordy !== null) {
    const [, month, day, hour, minute, second, words = '', year] = wordy;
    const zone = /^ (?:([a-z]{1,5}) (dst)$|([+-]\d{4}) )/i.exec(words);
    return found(line, wordy, [year, month, day, hour, minute, second], zone?.[3] ?? (zone === null ? undefined : `${zone[1]}${zone[2]}`));
  }
  const other = LOOSE_RFC822.exec(line);
  if (other !== null) {
    const [, day, month, year, hour, minute, second, zone] = other;
    return found(line, other, [year, month, day, hour, minute, second], zone);
  }
  const iso = ISO.exec(line);
  if (iso === null) return undefined;
  const [, year, month, day, hour, minute, second, zone] = iso;
  return found(line, iso, [year, MONTHS[Number(month) - 1], day, hour, minute, second], zone?.replace(':', ''));
}

type Fields = readonly (string | undefined)[];

function found(line: string, match: RegExpExecArray, fields: Fields, zone: string | undefined): FoundDate | undefined {
  const date = dateOf(fields, zone);
  return date === undefined ? undefined : { index: line.charCodeAt(match.index) === 0x20 ? match.index + 1 : match.index, date };
}

function dateOf([year, month, day, hour, minute, second]: Fields, zone: string | undefined): FromDate | undefined {
  const date: FromDate = {
    year: fullYear(year ?? ''),
    month: MONTHS.indexOf((month ?? '').toLowerCase()),
    day: Math.max(1, Number(day)),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second ?? 0),
    ...(zone === undefined ? NO_ZONE : { zone }),
  };
  const isDate = date.month >= 0 && date.day <= 31 && date.hour <= 24 && date.minute <= 59 && date.second <= 61;
  return isDate ? date : undefined;
}

/** True when the first date is after the second one, both as they were written: the lines of a mailbox are of one zone. False when one is not known. */
export function isLater(date: FromDate | undefined, other: FromDate | undefined): boolean {
  return date !== undefined && other !== undefined && wallTime(date) > wallTime(other);
}

function wallTime({ year, month, day, hour, minute, second }: FromDate): number {
  return Date.UTC(year, month, day, hour, minute, second);
}

/** RFC 5322 §4.3: two digits below 50 are of this century. */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length > 2) return year;
  return year < 50 ? 2000 + year : 1900 + year;
}
