// The first day of a recurrence. [MS-OXOCAL] 2.2.1.44.1 calls StartDate that; Exchange writes there the day from which the pattern counts, which may lie
// before it (Outlook on the web, Graph: "the first occurrence may be this date or later"). As DTSTART such a day would be an occurrence more.
import type { RecurrencePattern } from './recurrence-pattern.js';

const DAY = 86_400_000;
const WEEK = 7;
const LAST = 5;
/** Days that are looked at: more than two periods of any pattern that people make. */
const MAX_DAYS = 8000;

function monthOf(day: Date): number {
  return day.getUTCFullYear() * 12 + day.getUTCMonth();
}

function daysInMonth(day: Date): number {
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
}

/** Number of the week that a day lies in, when weeks begin on `firstDayOfWeek`. */
function weekOf(day: Date, firstDayOfWeek: number): number {
  return Math.floor((day.getTime() / DAY - ((day.getUTCDay() - firstDayOfWeek + WEEK) % WEEK)) / WEEK);
}

/** True for the nth of the days of a mask in its month; 5 is the last of them. */
function isNth(day: Date, mask: number, nth: number): boolean {
  const isIn = (date: number) => (mask & (1 << ((day.getUTCDay() + date - day.getUTCDate() + 5 * WEEK) % WEEK))) !== 0;
  if (!isIn(day.getUTCDate())) return false;
  const all = Array.from({ length: daysInMonth(day) }, (_, i) => i + 1).filter(isIn);
  return nth >= LAST ? all.at(-1) === day.getUTCDate() : all[nth - 1] === day.getUTCDate();
}

function isInMonth(pattern: RecurrencePattern, day: Date): boolean {
  if (pattern.kind === 'monthNth') return isNth(day, pattern.days, pattern.nth);
  const date = pattern.kind === 'monthEnd' || pattern.dayOfMonth < 1 ? 31 : pattern.dayOfMonth;
  return day.getUTCDate() === Math.min(date, daysInMonth(day));
}

/** Midnight of the first day of a pattern; its StartDate where no day that is near fits. */
export function firstDate(pattern: RecurrencePattern): number {
  const { startDate, kind, firstDayOfWeek } = pattern;
  if (kind === 'day' || kind === 'foreign') return startDate;
  const start = new Date(startDate);
  const period = Math.max(1, pattern.frequency === 'daily' ? 1 : pattern.period);
  for (let i = 0; i < MAX_DAYS; i++) {
    const day = new Date(startDate + i * DAY);
    const isThere =
      kind === 'week'
        ? (pattern.days & (1 << day.getUTCDay())) !== 0 && (weekOf(day, firstDayOfWeek) - weekOf(start, firstDayOfWeek)) % period === 0
        : (monthOf(day) - monthOf(start)) % period === 0 && isInMonth(pattern, day);
    if (isThere) return day.getTime() <= pattern.endDate ? day.getTime() : startDate;
  }
  return startDate;
}
