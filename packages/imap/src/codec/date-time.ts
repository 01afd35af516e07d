const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** The earliest internal date that every server stores: the first second of 1970, ms since the epoch; Cyrus takes 0 for none, and the time of arrival instead. */
const EARLIEST_DATE = 1000;
/** The latest: 2038-01-19 03:14:07 UTC. */
const LATEST_DATE: number = 0x7fff_ffff * 1000;

/** The nearest date that every server stores; whole seconds, ms since the epoch. */
export function clampDate(ms: number): number {
  if (!Number.isFinite(ms)) return EARLIEST_DATE;
  return Math.min(Math.max(Math.floor(ms / 1000) * 1000, EARLIEST_DATE), LATEST_DATE);
}

const DAY_MS = 86_400_000;
const TWO: readonly string[] = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));
/** `"17-Jul-1996 ` by day; mail comes in the order of time, more or less. */
const days = new Map<number, string>();
const MOST_DAYS = 1000;

/** `"17-Jul-1996 02:44:25 +0000"` with its quotes (RFC 9051 §9 date-time), in UTC. */
export function encodeDateTime(ms: number): string {
  const time = clampDate(ms);
  const day = Math.floor(time / DAY_MS);
  const second = Math.floor(time / 1000) % 86_400;
  const clock = `${TWO[Math.floor(second / 3600)]}:${TWO[Math.floor(second / 60) % 60]}:${TWO[second % 60]}`;
  return `${days.get(day) ?? encodeDay(day)}${clock} +0000"`;
}

function encodeDay(day: number): string {
  const date = new Date(day * DAY_MS);
  const text = `"${TWO[date.getUTCDate()]}-${MONTHS[date.getUTCMonth()]}-${date.getUTCFullYear()} `;
  if (days.size >= MOST_DAYS) days.clear();
  days.set(day, text);
  return text;
}

const DATE_TIME = /^ ?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/;

/** ms since the epoch, or undefined when it is no date-time. */
export function parseDateTime(text: string): number | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [, day, name, year, hour, minute, second, sign, zoneHour, zoneMinute] = match;
  const month = MONTHS.findIndex((candidate) => candidate.toLowerCase() === name?.toLowerCase());
  if (month < 0) return undefined;
  const zone = (Number(zoneHour) * 60 + Number(zoneMinute)) * (sign === '-' ? -1 : 1);
  return Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second)) - zone * 60_000;
}
