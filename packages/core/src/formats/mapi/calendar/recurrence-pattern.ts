// The recurrence of an appointment or a task ([MS-OXOCAL] 2.2.1.44): a pattern, the dates that were deleted or moved, and what was
// changed in each exception. All times are minutes since 1601 in the time zone of the appointment.
import { OctetReader } from './octet-reader.js';

/** PatternType ([MS-OXOCAL] 2.2.1.44.1). */
export type PatternKind = 'day' | 'week' | 'month' | 'monthNth' | 'monthEnd' | 'hijri';

/** RecurrencePattern, times as milliseconds of local time. */
export interface RecurrencePattern {
  readonly frequency: 'daily' | 'weekly' | 'monthly' | 'yearly';
  readonly kind: PatternKind;
  /** Minutes for daily, weeks for weekly, months for monthly and yearly. */
  readonly period: number;
  /** Bits for Sunday (1) to Saturday (64). */
  readonly days: number;
  /** Day of the month. */
  readonly dayOfMonth: number;
  /** 1 to 4, 5 for the last. */
  readonly nth: number;
  readonly end: 'date' | 'count' | 'never';
  readonly count: number;
  /** 0 for Sunday. */
  readonly firstDayOfWeek: number;
  /** Midnights of dates that are gone from the pattern, exceptions among them. */
  readonly deleted: readonly number[];
  /** Midnights of the dates that the exceptions are on now. */
  readonly modified: readonly number[];
  readonly startDate: number;
  readonly endDate: number;
}

/** One changed occurrence. */
export interface RecurrenceException {
  readonly start: number;
  readonly end: number;
  readonly originalStart: number;
  readonly subject?: string;
  readonly location?: string;
  readonly busyStatus?: number;
  readonly hasBody: boolean;
}

/** AppointmentRecurrencePattern. */
export interface AppointmentRecurrence {
  readonly pattern: RecurrencePattern;
  /** Minutes from midnight. */
  readonly startOffset: number;
  readonly endOffset: number;
  readonly exceptions: readonly RecurrenceException[];
}

const FREQUENCIES: Readonly<Record<number, RecurrencePattern['frequency']>> = {
  8202: 'daily',
  8203: 'weekly',
  8204: 'monthly',
  8205: 'yearly',
};
const KINDS: Readonly<Record<number, PatternKind>> = {
  0: 'day',
  1: 'week',
  2: 'month',
  3: 'monthNth',
  4: 'monthEnd',
  10: 'hijri',
  11: 'hijri',
  12: 'hijri',
};
const END_BY_DATE = 0x2021;
const END_AFTER_COUNT = 0x2022;
/** Milliseconds from 1601 to 1970. */
const EPOCH: number = Date.UTC(1601, 0, 1);
const MINUTE = 60_000;
/** The last day that a recurrence can end on, which stands for no end ([MS-OXOCAL] 2.2.1.44.1). */
const NO_END: number = Date.UTC(4500, 7, 31);
/** Exceptions that are read: more than one a day for ten years. */
const MAX_EXCEPTIONS = 4000;

function localTime(minutes: number): number {
  return EPOCH + minutes * MINUTE;
}

// ReaderVersion u16, WriterVersion u16, RecurFrequency u16, PatternType u16, CalendarType u16, FirstDateTime u32, Period u32, SlidingFlag
// u32, PatternTypeSpecific 0, 4 or 8, EndType u32, OccurrenceCount u32, FirstDOW u32, deleted u32 list, modified u32 list, StartDate u32, EndDate u32
function readPattern(reader: OctetReader): RecurrencePattern | undefined {
  reader.u32();
  const frequency = FREQUENCIES[reader.u16()];
  const kind = KINDS[reader.u16()];
  reader.octets(2 + 4);
  const period = reader.u32();
  reader.u32();
  if (frequency === undefined || kind === undefined || reader.isPastEnd) return undefined;
  const hasDays = kind === 'week' || kind === 'monthNth';
  const days = hasDays ? reader.u32() : 0;
  const dayOfMonth = !hasDays && kind !== 'day' ? reader.u32() : 0;
  const nth = kind === 'monthNth' ? reader.u32() : 0;
  const endType = reader.u32();
  const count = reader.u32();
  const firstDayOfWeek = reader.u32();
  const deleted = reader.u32List().map(localTime);
  const modified = reader.u32List().map(localTime);
  const startDate = localTime(reader.u32());
  const endDate = localTime(reader.u32());
  if (reader.isPastEnd) return undefined;
  const end = endType === END_BY_DATE && endDate < NO_END ? 'date' : endType === END_AFTER_COUNT ? 'count' : 'never';
  return { frequency, kind, period, days, dayOfMonth, nth, end, count, firstDayOfWeek, deleted, modified, startDate, endDate };
}

interface ShortException extends RecurrenceException {
  readonly flags: number;
}

// StartDateTime u32, EndDateTime u32, OriginalStartDate u32, OverrideFlags u16, then what the flags say, in the order of their bits.
function readException(reader: OctetReader): ShortException {
  const start = localTime(reader.u32());
  const end = localTime(reader.u32());
  const originalStart = localTime(reader.u32());
  const flags = reader.u16();
  const subject = flags & 0x1 ? shortText(reader) : undefined;
  for (const bit of [0x2, 0x4, 0x8]) if (flags & bit) reader.u32();
  const location = flags & 0x10 ? shortText(reader) : undefined;
  const busyStatus = flags & 0x20 ? reader.u32() : undefined;
  for (const bit of [0x40, 0x80, 0x100]) if (flags & bit) reader.u32();
  return {
    start,
    end,
    originalStart,
    flags,
    hasBody: (flags & 0x200) !== 0,
    ...(subject === undefined ? {} : { subject }),
    ...(location === undefined ? {} : { location }),
    ...(busyStatus === undefined ? {} : { busyStatus }),
  };
}

/** Length + 1 u16, length u16, 8-bit text: only until the Unicode text further on replaces it. */
function shortText(reader: OctetReader): string {
  reader.u16();
  return reader.octets(reader.u16()).toString('latin1');
}

// ExtendedException: ChangeHighlight (size u32, octets) from version 0x3009 on, reserved (size u32, octets); where subject or location changed:
// start, end, original start u32, then Unicode texts (length u16, text), reserved (size u32, octets).
function readExtended(reader: OctetReader, short: ShortException, version: number): RecurrenceException {
  if (version >= 0x3009) reader.octets(reader.u32());
  reader.octets(reader.u32());
  const hasTexts = (short.flags & 0x11) !== 0;
  if (!hasTexts) return short;
  reader.octets(12);
  const subject = short.flags & 0x1 ? reader.octets(2 * reader.u16()).toString('utf16le') : undefined;
  const location = short.flags & 0x10 ? reader.octets(2 * reader.u16()).toString('utf16le') : undefined;
  reader.octets(reader.u32());
  if (reader.isPastEnd) return short;
  return { ...short, ...(subject === undefined ? {} : { subject }), ...(location === undefined ? {} : { location }) };
}

/** Reads the recurrence of an appointment; undefined when it is not one. Exceptions that end early are those that were read. */
export function readAppointmentRecurrence(blob: Uint8Array): AppointmentRecurrence | undefined {
  const reader = new OctetReader(blob);
  const pattern = readPattern(reader);
  if (!pattern) return undefined;
  reader.u32();
  const version = reader.u32();
  const startOffset = reader.u32();
  const endOffset = reader.u32();
  const count = Math.min(reader.u16(), MAX_EXCEPTIONS);
  const exceptions: ShortException[] = [];
  for (let i = 0; i < count && !reader.isPastEnd; i++) {
    const exception = readException(reader);
    if (!reader.isPastEnd) exceptions.push(exception);
  }
  reader.octets(reader.u32());
  const whole = exceptions.map((exception) => (reader.isPastEnd ? exception : readExtended(reader, exception, version)));
  return { pattern, startOffset, endOffset, exceptions: whole };
}

/** Reads the recurrence of a task ([MS-OXOTASK] 2.2.2.2.15), which is the pattern alone. */
export function readTaskRecurrence(blob: Uint8Array): RecurrencePattern | undefined {
  return readPattern(new OctetReader(blob));
}
