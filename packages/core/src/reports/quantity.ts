const BINARY_UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** A count with its digits in groups: `48,201`. */
export function formatCount(count: number, separator = ','): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+(?!\d))/g, separator);
}

/** A count with what is counted, in English: `1 message`, `48,201 messages`. */
export function formatCountOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Octets in the unit that reads best: `512 B`, `4.4 GiB`. */
export function formatBytes(bytes: number, point = '.'): string {
  if (bytes < 1024) return `${Math.round(bytes)} B`;
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1023.95 && unit < BINARY_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const text = value < 99.95 ? value.toFixed(1) : String(Math.round(value));
  return `${text.replace('.', point)} ${BINARY_UNITS[unit]}`;
}

/** A span of time in its two largest units: `0.4 s`, `38 min`, `2 h 5 min`. */
export function formatDuration(ms: number, point = '.'): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1).replace('.', point)} s`;
  if (seconds < 119.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A moment, in milliseconds since the epoch, as ISO 8601 in UTC; empty for one that no calendar has. */
export function formatMoment(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : '';
}

/** The UTC day of a moment: `2009-11-23`. */
export function formatDay(ms: number): string {
  return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString().replace(/T.*/, '') : '-';
}
