// date-time of RFC 5322 §3.3, always with four-digit years and a numeric zone.

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const two = (n: number): string => String(n).padStart(2, '0');

/**
 * `Tue, 03 Mar 2020 09:05:00 +0100`.
 * @param ms milliseconds since the epoch
 * @param offset minutes east of UTC
 */
export function formatDateTime(ms: number, offset = 0): string {
  const local = new Date(ms + offset * 60_000);
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
  const day = `${DAYS[local.getUTCDay()]}, ${two(local.getUTCDate())} ${MONTHS[local.getUTCMonth()]}`;
  const year = String(local.getUTCFullYear()).padStart(4, '0');
  return `${day} ${year} ${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())} ${zone}`;
}
