// Time zones of appointments ([MS-OXOCAL] 2.2.1.39 ff.): a bias from UTC and the rules of daylight saving time, which become a VTIMEZONE of
// the same rules under the name that Windows gives the zone, so that no table of zones can be out of date.
import type { JComponent, JProperty } from '../jcal.js';
import { jDateTime } from '../jcal.js';
import { OctetReader } from './octet-reader.js';

/** When one half of the year begins: the nth weekday of a month, local time. */
interface Onset {
  /** 1 to 12; 0 when there is no daylight saving time. */
  readonly month: number;
  /** 0 for Sunday. */
  readonly weekday: number;
  /** 1 to 4, 5 for the last. */
  readonly nth: number;
  /** Minutes from midnight. */
  readonly minutes: number;
}

/** One zone with one set of rules. */
export interface TimeZone {
  readonly id: string;
  /** Minutes east of UTC. */
  readonly standardOffset: number;
  readonly daylightOffset: number;
  readonly standard: Onset;
  readonly daylight: Onset;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const;
const RULE_SIZE = 66;
/** TZRule flags: the rule for recurrences, the one in force. */
const RULE_RECURS = 1;
const RULE_EFFECTIVE = 2;

// SYSTEMTIME: year, month, weekday, day, hour, minute, second, millisecond, each u16.
function readOnset(reader: OctetReader): Onset {
  const [, month = 0, weekday = 0, nth = 0, hour = 0, minute = 0] = Array.from({ length: 8 }, () => reader.u16());
  const isGood = month >= 1 && month <= 12 && weekday <= 6 && nth >= 1 && nth <= 5 && hour < 24 && minute < 60;
  return isGood ? { month, weekday, nth, minutes: hour * 60 + minute } : { month: 0, weekday: 0, nth: 0, minutes: 0 };
}

function makeZone(
  id: string,
  bias: number,
  standardBias: number,
  daylightBias: number,
  standard: Onset,
  daylight: Onset,
): TimeZone | undefined {
  const standardOffset = -(bias + standardBias);
  const daylightOffset = -(bias + daylightBias);
  if (Math.abs(standardOffset) > 960 || Math.abs(daylightOffset) > 960) return undefined;
  return { id, standardOffset, daylightOffset, standard, daylight };
}

/** A name that can stand in a TZID: where `,` `;` `\` had to be escaped, vobject and the servers on it (Radicale) find no zone under it. */
function zoneId(name: string): string {
  return name
    .replace(/["\p{Cc}]/gu, '')
    .replace(/[,;\\]/g, '')
    .trim()
    .slice(0, 100);
}

// PidLidTimeZoneStruct: bias i32, standard bias i32, daylight bias i32, u16, standard date, u16, daylight date.
/** The zone of PidLidTimeZoneStruct with the name of PidLidTimeZoneDescription. */
export function readTimeZoneStruct(octets: Uint8Array, description: string | undefined): TimeZone | undefined {
  const reader = new OctetReader(octets);
  const [bias, standardBias, daylightBias] = [reader.i32(), reader.i32(), reader.i32()];
  reader.u16();
  const standard = readOnset(reader);
  reader.u16();
  const daylight = readOnset(reader);
  if (reader.isPastEnd) return undefined;
  return makeZone(zoneId(description ?? `UTC bias ${bias}`), bias, standardBias, daylightBias, standard, daylight);
}

// TZDEFINITION: major u8, minor u8, header size u16, reserved u16, name length u16, name, rules u16, then TZRULE: major u8, minor u8, size u16,
// flags u16, year u16, reserved 14, bias i32, standard bias i32, daylight bias i32, standard date, daylight date.
/** The zone of PidLidAppointmentTimeZoneDefinition…, by the rules for recurrences or those in force. */
export function readTimeZoneDefinition(octets: Uint8Array): TimeZone | undefined {
  const reader = new OctetReader(octets);
  reader.octets(6);
  const name = reader.octets(2 * reader.u16()).toString('utf16le');
  const count = reader.u16();
  let best: { readonly rank: number; readonly zone: TimeZone } | undefined;
  for (let i = 0; i < count && reader.left >= RULE_SIZE; i++) {
    reader.u32();
    const flags = reader.u16();
    reader.octets(2 + 14);
    const [bias, standardBias, daylightBias] = [reader.i32(), reader.i32(), reader.i32()];
    const zone = makeZone(zoneId(name) || 'Local', bias, standardBias, daylightBias, readOnset(reader), readOnset(reader));
    const rank = flags & RULE_EFFECTIVE ? 2 : flags & RULE_RECURS ? 1 : 0;
    if (zone && (!best || rank >= best.rank)) best = { rank, zone };
  }
  return best?.zone;
}

/** The moment of an onset in a year, in local milliseconds. */
function onsetTime(onset: Onset, year: number): number {
  const first = Date.UTC(year, onset.month - 1, 1);
  const shift = (onset.weekday - new Date(first).getUTCDay() + 7) % 7;
  let day = first + (shift + 7 * (onset.nth - 1)) * DAY;
  if (new Date(day).getUTCMonth() !== onset.month - 1) day -= 7 * DAY;
  return day + onset.minutes * MINUTE;
}

function hasDaylight(zone: TimeZone): boolean {
  return zone.standard.month > 0 && zone.daylight.month > 0 && zone.standardOffset !== zone.daylightOffset;
}

/** Minutes east of UTC at a moment. */
function offsetAt(zone: TimeZone, utc: number): number {
  if (!hasDaylight(zone)) return zone.standardOffset;
  const year = new Date(utc + zone.standardOffset * MINUTE).getUTCFullYear();
  const toDaylight = onsetTime(zone.daylight, year) - zone.standardOffset * MINUTE;
  const toStandard = onsetTime(zone.standard, year) - zone.daylightOffset * MINUTE;
  const isDaylight = toDaylight < toStandard ? utc >= toDaylight && utc < toStandard : utc >= toDaylight || utc < toStandard;
  return isDaylight ? zone.daylightOffset : zone.standardOffset;
}

/** Local milliseconds of a moment. */
export function toLocal(zone: TimeZone, utc: number): number {
  return utc + offsetAt(zone, utc) * MINUTE;
}

/** The moment of local milliseconds. */
export function toUtc(zone: TimeZone, local: number): number {
  const guess = local - offsetAt(zone, local - zone.standardOffset * MINUTE) * MINUTE;
  return local - offsetAt(zone, guess) * MINUTE;
}

function offsetText(minutes: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}

/** The first year of the rules in a VTIMEZONE. */
const FIRST_YEAR = 1970;

function observance(name: 'standard' | 'daylight', onset: Onset, from: number, to: number, isYearly: boolean): JComponent {
  const properties: JProperty[] = [
    ['dtstart', {}, 'date-time', isYearly ? jDateTime(onsetTime(onset, FIRST_YEAR), false) : '1970-01-01T00:00:00'],
    ['tzoffsetfrom', {}, 'utc-offset', offsetText(from)],
    ['tzoffsetto', {}, 'utc-offset', offsetText(to)],
  ];
  if (isYearly) {
    const byday = `${onset.nth === 5 ? -1 : onset.nth}${WEEKDAYS[onset.weekday]}`;
    properties.push(['rrule', {}, 'recur', { freq: 'YEARLY', bymonth: onset.month, byday }]);
  }
  return [name, properties, []];
}

/** The VTIMEZONE of a zone (RFC 5545 §3.6.5). */
export function vtimezone(zone: TimeZone): JComponent {
  const isYearly = hasDaylight(zone);
  const components = [
    observance('standard', zone.standard, isYearly ? zone.daylightOffset : zone.standardOffset, zone.standardOffset, isYearly),
  ];
  if (isYearly) components.push(observance('daylight', zone.daylight, zone.standardOffset, zone.daylightOffset, true));
  return ['vtimezone', [['tzid', {}, 'text', zone.id]], components];
}
