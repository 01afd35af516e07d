// The date of a message whose From_ line has none: the newest Received header, which stands first, else Date (RFC 5322 §3.6.7 and §3.3).
import { findLooseDate } from './from-date.js';
import { fromClock } from './time-zone.js';

/** A time and the header that it came from. */
export interface HeaderDate {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly source: 'received' | 'date';
}

const clock = fromClock('UTC');

/** Finds a date in a header block (latin1). */
export function findHeaderDate(header: string): HeaderDate | undefined {
  const received = timeOf(field(header, /^received[ \t]*:/im), /;([^;]*)$/);
  if (received !== undefined) return { time: received, source: 'received' };
  const date = timeOf(field(header, /^date[ \t]*:/im), /^[^:]*:(.*)$/s);
  return date === undefined ? undefined : { time: date, source: 'date' };
}

/** The first field whose name matches, unfolded. */
function field(header: string, name: RegExp): string {
  const start = name.exec(header)?.index;
  if (start === undefined) return '';
  const rest = header.slice(start, start + 4000);
  const end = /\r?\n(?![ \t])/.exec(rest);
  return (end === null ? rest : rest.slice(0, end.index)).replace(/\r?\n/g, ' ');
}

function timeOf(text: string, part: RegExp): number | undefined {
  const found = findLooseDate(part.exec(text)?.[1] ?? '');
  const time = found === undefined ? Number.NaN : clock(found.date);
  return Number.isFinite(time) ? time : undefined;
}
