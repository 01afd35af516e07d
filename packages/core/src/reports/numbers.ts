import { formatBytes, formatCount, formatDay, formatDuration } from './quantity.js';
import type { ReportTexts } from './texts/texts.js';

/** Numbers in the manner of one language. */
export interface Numbers {
  count(value: number): string;
  bytes(value: number): string;
  /** Octets of so many messages; a dash where none of them was looked at, since nothing changed in their source. */
  size(octets: number, messages: number): string;
  duration(ms: number): string;
  /** Octets a second. */
  rate(bytes: number, ms: number): string;
  /** `2001-02-03`, or a dash. */
  day(iso: string | undefined): string;
}

/** The numbers of a language. */
export function numbersOf(texts: Pick<ReportTexts, 'groupSeparator' | 'decimalPoint'>): Numbers {
  const bytes = (value: number) => formatBytes(value, texts.decimalPoint);
  return {
    count: (value) => formatCount(value, texts.groupSeparator),
    bytes,
    size: (octets, messages) => (octets === 0 && messages > 0 ? '-' : bytes(octets)),
    duration: (ms) => formatDuration(ms, texts.decimalPoint),
    rate: (octets, ms) => `${bytes((octets * 1000) / Math.max(ms, 1))}/s`,
    day: (iso) => (iso === undefined || iso === '' ? '-' : formatDay(Date.parse(iso))),
  };
}
