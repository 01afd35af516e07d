// Quoting of body lines that begin with "From ". mboxo writes `>From ` for `From ` and cannot be undone for certain; mboxrd adds a `>` to every
// `>*From `. Undoing takes the first `>` of a line away and nothing else.
import type { QuotingEvidence } from '../../model/store.js';
import type { MboxDialect } from './dialect.js';

/** What is undone. */
export type QuotingRule = 'none' | 'mboxrd' | 'mboxo';

/** The rule for a file: by option, or as the software that wrote it reads its own files. */
export function quotingRule(option: QuotingRule | 'auto', dialect: MboxDialect): QuotingRule {
  if (option !== 'auto') return option;
  return dialect === 'thunderbird' ? 'mboxrd' : dialect === 'takeout' ? 'mboxo' : 'none';
}

const GT = 0x3e;
const LF = 0x0a;

/** Offsets of the `>` to take away; a line is looked at when the octet before it is a line feed in the view. */
export function quoteMarks(view: Buffer, rule: QuotingRule): number[] {
  const marks: number[] = [];
  for (const { start, depth } of quotedLines(view)) {
    if (rule === 'mboxrd' || (rule === 'mboxo' && depth === 1)) marks.push(start);
  }
  return marks;
}

/** Counts the quoted lines of a view, those whose `From ` ends at `fresh` or before left out: they were counted when less was in view. */
export function countQuotes(view: Buffer, fresh = 0): QuotingEvidence {
  let [once, more] = [0, 0];
  for (const { depth } of quotedLines(view, Math.max(0, fresh - '>From'.length))) {
    if (depth === 1) once += 1;
    else more += 1;
  }
  return { once, more };
}

/** The sum, with what it speaks for. */
export function sumQuotes(counts: Iterable<QuotingEvidence>): QuotingEvidence {
  let [once, more] = [0, 0];
  for (const count of counts) {
    once += count.once;
    more += count.more;
  }
  if (once + more === 0) return { once, more };
  return { once, more, likely: more > 0 ? 'mboxrd' : 'mboxo' };
}

/** Lines that begin with a quoted `From `: where, and how many `>`. */
export function* quotedLines(view: Buffer, from = 0): Generator<{ start: number; depth: number }> {
  for (let at = view.indexOf('>From ', from, 'latin1'); at >= 0; at = view.indexOf('>From ', at + 1, 'latin1')) {
    let start = at;
    while (start > 0 && view[start - 1] === GT) start -= 1;
    if (start > 0 && view[start - 1] === LF) yield { start, depth: at - start + 1 };
  }
}
