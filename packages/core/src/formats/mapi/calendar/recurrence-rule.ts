// A recurrence pattern as RRULE (RFC 5545 §3.3.10, [MS-OXCICAL] 2.1.3.2.2). The 31st is the last day of the month, as Outlook takes it. The 29th and
// 30th stay so, although Outlook moves them in February: the rule for that (BYSETPOS over days) is read wrong by ical.js, hence by Thunderbird.
// Months of other calendars (Hijri, Hebrew, lunar) have no rule here (RFC 7529 is not read by clients).
import type { RecurrencePattern } from './recurrence-pattern.js';

/** The parts of a rule, names in lower case as in jCal. */
export type RecurrenceRule = Readonly<Record<string, string | number | readonly (string | number)[]>>;

const DAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const;
const MINUTES_A_DAY = 1440;
const LAST = 5;
const ALL_DAYS = 0x7f;

function dayNames(bits: number): string[] {
  return DAYS.filter((_, i) => bits & (1 << i));
}

function monthDays(day: number): RecurrenceRule {
  return { bymonthday: day >= 31 || day < 1 ? -1 : day };
}

function nthDays(bits: number, nth: number): RecurrenceRule {
  const position = nth >= LAST ? -1 : Math.max(1, nth);
  const names = dayNames(bits & ALL_DAYS);
  const [only] = names;
  if (names.length === 1 && only !== undefined) return { byday: `${position}${only}` };
  return { byday: names, bysetpos: position };
}

function monthPart(pattern: RecurrencePattern): RecurrenceRule {
  if (pattern.kind === 'monthNth') return nthDays(pattern.days, pattern.nth);
  return pattern.kind === 'monthEnd' ? { bymonthday: -1 } : monthDays(pattern.dayOfMonth);
}

/** The 29th of February is the 28th in years that lack it, as Outlook has it: the last day of the month. */
function yearPart(pattern: RecurrencePattern, month: number): RecurrenceRule {
  return pattern.kind === 'month' && month === 2 && pattern.dayOfMonth >= 29 ? { bymonthday: -1 } : monthPart(pattern);
}

function weekPart(pattern: RecurrencePattern, interval: number): RecurrenceRule {
  const wkst = DAYS[pattern.firstDayOfWeek];
  return { byday: dayNames(pattern.days), ...(interval > 1 && wkst !== undefined ? { wkst } : {}) };
}

/** Frequency, interval and days. */
function patternPart(pattern: RecurrencePattern): RecurrenceRule | undefined {
  const { frequency, kind, period } = pattern;
  if (kind === 'foreign') return undefined;
  // "Every weekday" is stored as daily with a pattern of weeks.
  if (kind === 'week') {
    const interval = frequency === 'daily' ? 1 : Math.max(1, period);
    return { freq: 'WEEKLY', ...every(interval), ...weekPart(pattern, interval) };
  }
  if (kind === 'day') return { freq: 'DAILY', ...every(Math.max(1, Math.round(period / MINUTES_A_DAY))) };
  if (frequency === 'yearly' || (period % 12 === 0 && period > 0)) {
    const month = new Date(pattern.startDate).getUTCMonth() + 1;
    return { freq: 'YEARLY', ...every(Math.max(1, Math.round(period / 12))), bymonth: month, ...yearPart(pattern, month) };
  }
  return { freq: 'MONTHLY', ...every(Math.max(1, period)), ...monthPart(pattern) };
}

function every(interval: number): RecurrenceRule {
  return interval > 1 ? { interval } : {};
}

/**
 * The rule of a pattern; undefined when there is none that clients understand.
 * @param until the last start as jCal writes it: a date, or a UTC time
 */
export function recurrenceRule(pattern: RecurrencePattern, until: string): RecurrenceRule | undefined {
  const rule = patternPart(pattern);
  if (!rule || pattern.end === 'never') return rule;
  return pattern.end === 'count' && pattern.count > 0 ? { ...rule, count: pattern.count } : { ...rule, until };
}
