// The recurrence of an appointment or a task ([MS-OXOCAL] 2.2.1.44): a pattern, the dates that were deleted or moved, and what was
// changed in each exception. All times are minutes since 1601 in the time zone of the appointment.
import { OctetReader } from './octet-reader.js';

/** PatternType ([MS-OXOCAL] 2.2.1.44.1); `foreign` for months of a calendar that is not the Gregorian one, by its PatternType or its CalendarType. */
export type PatternKind = 'day' | 'week' | 'month' | 'monthNth' | 'monthEnd' | 'foreign';

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
  /** PidLidAppointmentStateFlags of this occurrence. */
  readonly state?: number;
  /** Minutes before its start. */
  readonly reminderDelta?: number;
  readonly hasReminder?: boolean;
  readonly isAllDay?: boolean;
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
  10: 'foreign',
  11: 'foreign',
  12: 'foreign',
};
/**
 * CalendarType ([MS-OXOCAL] 2.2.1.44.1) with months of their own: Hijri, Hebrew, the lunar ones of Japan, China and Korea, Saka, Umm al-Qura. All others
 * count their years in another way, and have the months of the Gregorian calendar.
 */
const FOREIGN_MONTHS: ReadonlySet<number> = new Set([0x6, 0x8, 0xe, 0xf, 0x10, 0x11, 0x12, 0x13, 0x14, 0x16, 0x17]);
/** HjMonthNth, which has days and a number as MonthNth has. */
const HIJRI_NTH = 11;
const END_BY_DATE = 0x2021;
const END_AFTER_COUNT = 0x2022;
/** Milliseconds from 1601 to 1970. */
const EPOCH: number = Date.UTC(1601, 0, 1);
const MINUTE = 60_000;
/** The last day that a recurrence can end on, which stands for no end ([MS-OXOCAL] 2.2.1.44.1). */
export const NO_END: number = Date.UTC(4500, 7, 31);
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
  const patternType = reader.u16();
  const stored = KINDS[patternType];
  const calendar = reader.u16();
  reader.u32();
  const period = reader.u32();
  reader.u32();
  if (frequency === undefined || stored === undefined || reader.isPastEnd) return undefined;
  const hasDays = stored === 'week' || stored === 'monthNth' || patternType === HIJRI_NTH;
  const days = hasDays ? reader.u32() : 0;
  const dayOfMonth = !hasDays && stored !== 'day' ? reader.u32() : 0;
  const nth = hasDays && stored !== 'week' ? reader.u32() : 0;
  const kind = stored !== 'day' && stored !== 'week' && FOREIGN_MONTHS.has(calendar) ? 'foreign' : stored;
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
  const number = (bit: number): number | undefined => (flags & bit ? reader.u32() : undefined);
  const [state, reminderDelta, reminder] = [number(0x2), number(0x4), number(0x8)];
  const location = flags & 0x10 ? shortText(reader) : undefined;
  const busyStatus = number(0x20);
  const [, subType] = [number(0x40), number(0x80), number(0x100)];
  return {
    start,
    end,
    originalStart,
    flags,
    hasBody: (flags & 0x200) !== 0,
    ...(subject === undefined ? {} : { subject }),
    ...(location === undefined ? {} : { location }),
    ...(busyStatus === undefined ? {} : { busyStatus }),
    ...(state === undefined ? {} : { state }),
    ...(reminderDelta === undefined ? {} : { reminderDelta }),
    ...(reminder === undefined ? {} : { hasReminder: reminder !== 0 }),
    ...(subType === undefined ? {} : { isAllDay: subType !== 0 }),
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
