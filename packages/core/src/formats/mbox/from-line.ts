// The line before an mbox message (RFC 4155 appendix A), in the union grammar: strict (Dovecot or UW would take it), dated (a date of some
// other shape), bare (`From -`, `From 1844…@xxx`: Thunderbird, Takeout), prose (a sentence that begins with "From ").
import { type FromDate, findLooseDate, findStrictDate, hasImpossibleDate } from './from-date.js';

/** How much a line looks like a From_ line by itself. */
export type FromLineGrade = 'strict' | 'dated' | 'bare' | 'prose';

/** A line that begins with `From `. */
export interface FromLine {
  readonly grade: FromLineGrade;
  /** Absent where only the date was looked at. */
  readonly envelopeSender?: string;
  readonly date?: FromDate;
}

/** Octets of a From_ line that are looked at; Dovecot gives up on longer ones as well. */
export const MAX_FROM_LINE = 8192;

/** Reads a line that begins with `From `, without its line end. */
export function parseFromLine(line: string): FromLine {
  const rest = line.slice(5);
  // Every date has a time of day, and most sentences have none.
  if (!rest.includes(':')) return { grade: /^\s*\S*\s*$/.test(rest) ? 'bare' : 'prose', envelopeSender: firstWord(rest) };
  const strict = findStrictDate(rest);
  if (strict !== undefined) return { grade: 'strict', envelopeSender: rest.slice(0, strict.index).trim(), date: strict.date };
  const loose = findLooseDate(rest);
  if (loose !== undefined) return { grade: 'dated', envelopeSender: firstWord(rest), date: loose.date };
  if (hasImpossibleDate(rest)) return { grade: 'dated', envelopeSender: firstWord(rest) };
  return { grade: /^\s*[^\s:]*\s*$/.test(rest) ? 'bare' : 'prose', envelopeSender: firstWord(rest) };
}

function firstWord(text: string): string {
  return /^\s*(\S*)/.exec(text)?.[1] ?? '';
}
