// Time zones as Outlook stores them, and the moment of a local time by their rules.
const MINUTE = 60_000;
const DAY = 86_400_000;

const rule = (month, weekday, nth, hour) => ({ month, weekday, nth, hour });
/** Name, minutes east of UTC in winter and summer, when winter and summer begin. */
export const ZONES = [
  ['W. Europe Standard Time', 60, 120, rule(10, 0, 5, 3), rule(3, 0, 5, 2)],
  ['Eastern Standard Time', -300, -240, rule(11, 0, 1, 2), rule(3, 0, 2, 2)],
  ['AUS Eastern Standard Time', 600, 660, rule(4, 0, 1, 3), rule(10, 0, 1, 2)],
  ['Lord Howe Standard Time', 630, 660, rule(4, 0, 1, 2), rule(10, 0, 1, 2)],
  ['Newfoundland Standard Time', -210, -150, rule(11, 0, 1, 2), rule(3, 0, 2, 2)],
  ['India Standard Time', 330],
  ['UTC', 0],
  ['Line Islands Standard Time', 840],
  ['Hawaiian Standard Time', -600],
  ['(UTC+01:00) Amsterdam, Berlin, Bern; "Größe"', 60, 120, rule(10, 0, 5, 3), rule(3, 0, 5, 2)],
].map(([name, winter, summer, toWinter, toSummer]) => ({ name, winter, summer, toWinter, toSummer }));

function onset({ month, weekday, nth, hour }, year) {
  const days = [];
  for (let day = Date.UTC(year, month - 1, 1); new Date(day).getUTCMonth() === month - 1; day += DAY)
    if (new Date(day).getUTCDay() === weekday) days.push(day);
  return (nth === 5 ? days.at(-1) : days[nth - 1]) + hour * 60 * MINUTE;
}

/** True for local times that there are twice or never. */
export function isUnclear(zone, local) {
  if (zone.summer === undefined) return false;
  const year = new Date(local).getUTCFullYear();
  return [zone.toWinter, zone.toSummer].some((each) => Math.abs(local - onset(each, year)) < 90 * MINUTE);
}

export function toUtc(zone, local) {
  if (zone.summer === undefined) return local - zone.winter * MINUTE;
  const year = new Date(local).getUTCFullYear();
  const [summer, winter] = [onset(zone.toSummer, year), onset(zone.toWinter, year)];
  const isSummer = summer < winter ? local >= summer && local < winter : local >= summer || local < winter;
  return local - (isSummer ? zone.summer : zone.winter) * MINUTE;
}

const u16 = (...values) => Buffer.from(Uint16Array.from(values).buffer);
const i32 = (...values) => Buffer.from(Int32Array.from(values).buffer);
const systemTime = (each) => (each ? u16(0, each.month, each.weekday, each.nth, each.hour, 0, 0, 0) : Buffer.alloc(16));
const bias = (zone) => i32(-zone.winter, 0, zone.winter - (zone.summer ?? zone.winter));

/** PidLidTimeZoneStruct, [MS-OXOCAL] 2.2.1.39. */
export const zoneStruct = (zone) => Buffer.concat([bias(zone), u16(0), systemTime(zone.toWinter), u16(0), systemTime(zone.toSummer)]);

/** PidLidAppointmentTimeZoneDefinition…, [MS-OXOCAL] 2.2.1.41: an old rule, then the one in force. */
export function zoneDefinition(zone) {
  const name = Buffer.from(zone.name, 'utf16le');
  const one = (flags, year, octets) => Buffer.concat([Buffer.from([2, 1]), u16(0x3e, flags, year), Buffer.alloc(14), ...octets]);
  const now = [bias(zone), systemTime(zone.toWinter), systemTime(zone.toSummer)];
  const old = [i32(-zone.winter, 0, 0), systemTime(), systemTime()];
  return Buffer.concat([Buffer.from([2, 1]), u16(name.length + 6, 2, name.length / 2), name, u16(2), one(0, 1601, old), one(2, 2007, now)]);
}
