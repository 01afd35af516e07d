// A recurrence at random: the pattern as Outlook stores it ([MS-OXOCAL] 2.2.1.44), and its occurrences by counting days.
import { chance, pick } from './words.mjs';

export const MINUTE = 60_000;
export const DAY = 86_400_000;
const u16 = (...values) => Buffer.from(Uint16Array.from(values).buffer);
const u32 = (...values) => Buffer.from(Uint32Array.from(values.map((value) => value >>> 0)).buffer);
const minutes = (local) => (local - Date.UTC(1601, 0, 1)) / MINUTE;
const month = (day) => new Date(day).getUTCFullYear() * 12 + new Date(day).getUTCMonth();
const monthDay = (day) => new Date(day).getUTCDate();
const weekBit = (day) => 1 << new Date(day).getUTCDay();
const daysOfMonth = (day) => new Date(Date.UTC(new Date(day).getUTCFullYear(), new Date(day).getUTCMonth() + 1, 0)).getUTCDate();

/** True for the nth day of its month among those of a mask; 5 is the last. */
function isNth(day, mask, nth) {
  if ((mask & weekBit(day)) === 0) return false;
  let [before, after] = [0, 0];
  for (let at = 1; at <= daysOfMonth(day); at++) {
    const other = day + (at - monthDay(day)) * DAY;
    if (mask & weekBit(other)) {
      if (other < day) before++;
      if (other > day) after++;
    }
  }
  return nth === 5 ? after === 0 : before === nth - 1;
}

/** Frequency, pattern type, period, what is specific to it, and whether a day is in it when the first month, week or day is that of `base`. */
function patternOf(random, firstDow) {
  const every = pick(random, [1, 1, 2, 3, 5]);
  const mask = pick(random, [1 << random.between(0, 7), random.between(1, 128), 0x3e, 0x41, 0x7f]);
  const nth = random.between(1, 6);
  const dayOfMonth = pick(random, [random.between(1, 29), 31]);
  const isDay = (day) => monthDay(day) === Math.min(dayOfMonth, daysOfMonth(day));
  const week = (day) => Math.floor((day - ((new Date(day).getUTCDay() - firstDow + 7) % 7) * DAY) / (7 * DAY));
  const inMonth = (day, base, period) => (month(day) - month(base)) % period === 0;
  const years = 12 * pick(random, [1, 1, 2]);
  return pick(random, [
    { frequency: 0x200a, type: 0, period: every * 1440, specific: [], every, has: (day, base) => ((day - base) / DAY) % every === 0 },
    { frequency: 0x200a, type: 1, period: 1, specific: [0x3e], every: 1, has: (day) => (weekBit(day) & 0x3e) !== 0 },
    {
      frequency: 0x200b,
      type: 1,
      period: every,
      specific: [mask],
      every,
      has: (day, base) => (mask & weekBit(day)) !== 0 && (week(day) - week(base)) % every === 0,
    },
    {
      frequency: 0x200c,
      type: dayOfMonth === 31 && chance(random, 50) ? 4 : 2,
      period: every,
      specific: [dayOfMonth],
      every,
      has: (day, base) => isDay(day) && inMonth(day, base, every),
    },
    {
      frequency: 0x200c,
      type: 3,
      period: every,
      specific: [mask, nth],
      every,
      has: (day, base) => isNth(day, mask, nth) && inMonth(day, base, every),
    },
    {
      frequency: 0x200d,
      type: 2,
      period: years,
      specific: [dayOfMonth],
      every: years,
      isYearly: true,
      has: (day, base) => isDay(day) && inMonth(day, base, years),
    },
    {
      frequency: 0x200d,
      type: 3,
      period: years,
      specific: [mask, nth],
      every: years,
      isYearly: true,
      has: (day, base) => isNth(day, mask, nth) && inMonth(day, base, years),
    },
  ]);
}

/** When a recurrence ends: its type, the number it states, and the days of the pattern from its first one. */
function endOf(random, pattern, first, horizon) {
  const end = pick(random, [BY_DATE, BY_COUNT, NEVER]);
  const until = first + random.between(0, 500) * DAY;
  const count = end === BY_COUNT ? random.between(1, 25) : 2000;
  const last = { [BY_DATE]: until, [BY_COUNT]: first + 60_000 * DAY, [NEVER]: horizon }[end];
  const days = [];
  for (let day = first; day <= last && days.length < count; day += DAY) if (pattern.has(day, first)) days.push(day);
  const endDate = { [BY_DATE]: minutes(until), [BY_COUNT]: minutes(days.at(-1)), [NEVER]: 0x5ae980df }[end];
  return { end, days, endDate, count: end === BY_COUNT ? count : 10 };
}

const BY_DATE = 0x2021;
const BY_COUNT = 0x2022;
const NEVER = 0x2023;

/** The first day, and the one that is stored: Exchange may count from a day before the first one. */
function beginOf(random, pattern) {
  const chosen = Date.UTC(2012 + random.between(0, 12), random.between(0, 12), random.between(1, 29));
  let first = chosen;
  // The month of a yearly one, and the week of one of some weeks, is that of its first day.
  for (let i = 0; i < 800 && !pattern.has(first, first); i++) first += DAY;
  const isEarly = pattern.every === 1 && chance(random, 30);
  return { first, from: isEarly ? Math.max(chosen, first - (monthDay(first) - 1) * DAY) : first };
}

const sorted = (list) => list.sort((a, b) => a - b);
const dates = (list) => u32(list.length, ...sorted(list).map(minutes));

/**
 * A recurrence with its exceptions: {blob, patternBlob, first, occurrences, horizon, what}, local times in ms. `start` and `length` in minutes; an
 * occurrence is {start, end, subject, location}, and what lies after the horizon is not told.
 */
export function recurrenceOf(random, start, length, isAllDay, percent = 25) {
  const firstDow = pick(random, [0, 1, 1, 6]);
  const pattern = patternOf(random, firstDow);
  const { first, from } = beginOf(random, pattern);
  const horizon = first + (pattern.isYearly ? 3600 : 700) * DAY;
  const { end, days, endDate, count } = endOf(random, pattern, first, horizon);
  const odd = days.slice(0, 20).filter(() => chance(random, percent));
  const changed = odd.filter(() => chance(random, 50)).map((day) => changeOf(random, day, start, length, isAllDay));
  changed.sort((a, b) => a.now.start - b.now.start);
  const plain = days
    .filter((day) => !odd.includes(day))
    .map((day) => ({ start: day + start * MINUTE, end: day + (start + length) * MINUTE }));
  const patternBlob = Buffer.concat([
    u16(0x3004, 0x3004, pattern.frequency, pattern.type, 0),
    u32(0, pattern.period, 0, ...pattern.specific, end, count, firstDow),
    dates(odd),
    dates(changed.map(({ now }) => Math.floor(now.start / DAY) * DAY)),
    u32(minutes(from), endDate),
  ]);
  const exceptions = [
    u16(changed.length),
    ...changed.map(({ short }) => short),
    u32(0),
    ...changed.map(({ extended }) => extended),
    u32(0),
  ];
  return {
    blob: Buffer.concat([patternBlob, u32(0x3006, 0x3009, start, start + length), ...exceptions]),
    patternBlob,
    first: first + start * MINUTE,
    occurrences: [...plain, ...changed.map(({ now }) => now)].filter((each) => each.start < horizon),
    horizon,
    what: `${from < first ? 'early ' : ''}${pattern.frequency.toString(16)}/${pattern.type} every ${pattern.period} ${pattern.specific} end ${end.toString(16)} dow ${firstDow}`,
  };
}

const narrow = (text) => {
  const octets = Buffer.from(text.replace(/[^\x20-\x7e]/g, '?'), 'latin1');
  return Buffer.concat([u16(octets.length + 1, octets.length), octets]);
};
const wide = (text) => Buffer.concat([u16(text.length), Buffer.from(text, 'utf16le')]);

/** One changed occurrence: moved, longer, under another name, or elsewhere. */
function changeOf(random, day, start, length, isAllDay) {
  const original = day + start * MINUTE;
  const hours = isAllDay ? 0 : random.between(-4, 5) * 30 * MINUTE;
  const shift = chance(random, 70) ? random.between(-2, 3) * DAY + hours : 0;
  const longer = chance(random, 30) ? (isAllDay ? 1440 : 45) : 0;
  const subject = chance(random, 40) ? pick(random, ['moved', 'geändert; neu, "x"', '会議 変更', 'emoji 😀', '']) : undefined;
  const location = chance(random, 30) ? pick(random, ['Room 2', 'Größe\\Ort, 1; 2', '']) : undefined;
  const now = { start: original + shift, end: original + shift + (length + longer) * MINUTE, subject, location };
  const times = u32(minutes(now.start), minutes(now.end), minutes(original));
  const texts = [subject, location].filter((text) => text !== undefined);
  const short = Buffer.concat([times, u16((subject === undefined ? 0 : 1) | (location === undefined ? 0 : 0x10)), ...texts.map(narrow)]);
  const extended = Buffer.concat([u32(4, 0), u32(0), ...(texts.length > 0 ? [times, ...texts.map(wide), u32(0)] : [])]);
  return { now, short, extended };
}
