// Zones of From_ lines. A zone that was written is honoured (UW does, Dovecot skips names); one that was not is the caller's
// (`--from-tz`), by default that of the process, as Dovecot has it. Names with two meanings in mail (IST, BST before 1972 …) follow e-mail use.
import type { FromDate } from './from-date.js';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Offsets from UTC in minutes, of the names that mail software wrote (RFC 5322 §4.3 and the zones of Europe, Asia and Australia). */
const ZONES: Readonly<Record<string, number>> = {
  ...{ UT: 0, UTC: 0, GMT: 0, Z: 0, WET: 0, WEST: 60, BST: 60, CET: 60, MET: 60, MEZ: 60, CEST: 120, MEST: 120, MESZ: 120 },
  ...{ EET: 120, EEST: 180, MSK: 180, MSD: 240, IST: 330, SGT: 480, HKT: 480, AWST: 480, JST: 540, KST: 540, AEST: 600, AEDT: 660 },
  ...{ ACST: 570, ACDT: 630, NZST: 720, NZDT: 780, SAST: 120, NST: -210, NDT: -150, AST: -240, ADT: -180, EST: -300, EDT: -240 },
  ...{ CST: -360, CDT: -300, MST: -420, MDT: -360, PST: -480, PDT: -420, AKST: -540, AKDT: -480, HST: -600, BRT: -180 },
};

/** Offset in minutes of `+0530`, `EDT` or `GMT+2`; undefined for a name that is not known. */
function zoneOffset(zone: string): number | undefined {
  const numeric = /^([a-z]*)([+-])(\d{1,2})(\d\d)?$/i.exec(zone);
  if (numeric === null) {
    const name = zone.toUpperCase();
    const standard = name.endsWith('DST') ? ZONES[name.slice(0, -3)] : undefined;
    return ZONES[name] ?? (standard === undefined ? undefined : standard + 60);
  }
  const [, name = '', sign, hours, minutes = '0'] = numeric;
  if (name !== '' && !/^(?:gmt|utc?|z)$/i.test(name)) return undefined;
  const offset = Number(hours) * 60 + Number(minutes);
  return sign === '-' ? -offset : offset;
}

/** Turns the date of a From_ line into a time; `zoneKnown` is false when a zone was written that nobody knows. */
export type FromClock = (date: FromDate) => number;

/**
 * Makes the clock for dates without a zone.
 * @param zone an IANA name (`Europe/Berlin`), `UTC`, or `local` for the zone of the process
 * @throws RangeError when the name is not known
 */
export function fromClock(zone = 'local'): FromClock {
  const unzoned = zone === 'local' ? localTime : zone === 'UTC' ? utcTime : zoneTime(zone);
  return (date) => {
    const offset = date.zone === undefined ? undefined : zoneOffset(date.zone);
    return offset === undefined ? unzoned(date) : utcTime(date) - offset * MINUTE;
  };
}

function utcTime(date: FromDate): number {
  return Date.UTC(date.year, date.month, date.day, date.hour, date.minute, date.second);
}

function localTime(date: FromDate): number {
  return new Date(date.year, date.month, date.day, date.hour, date.minute, date.second).getTime();
}

/** Offsets are asked of Intl once a day of the calendar, and once a message only on days when the clock changes. */
function zoneTime(zone: string): FromClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  const days = new Map<number, number | undefined>();
  const offsetAt = (time: number): number => {
    const parts: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(time)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(time / 1000) * 1000;
  };
  const offsetOn = (wall: number): number => {
    const day = Math.floor(wall / DAY);
    let offset = days.get(day);
    if (!days.has(day)) {
      const [start, end] = [offsetAt((day - 1) * DAY), offsetAt((day + 2) * DAY)];
      offset = start === end ? start : undefined;
      days.set(day, offset);
    }
    if (offset !== undefined) return offset;
    return offsetAt(wall - offsetAt(wall - offsetAt(wall)));
  };
  return (date) => {
    const wall = utcTime(date);
    return wall - offsetOn(wall);
  };
}
