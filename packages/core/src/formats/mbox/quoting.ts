// Quoting of body lines that begin with "From ". mboxo writes `>From ` for `From ` and cannot be undone for certain; mboxrd adds a `>` to every
// `>*From `. Undoing takes the first `>` of a line away and nothing else.
import type { QuotingEvidence } from '../../model/store.js';
import type { MboxDialect } from './dialect.js';
import { placesOfFrom } from './kernel.js';

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

/** Stretches of one view: what stands behind the last of them makes it longer. */
const PLACES = 64;

/** Counts the quoted lines of a file while it is read, and remembers where they may be. */
export class QuotesSeen {
  /** Lines `>From `. */
  once = 0;
  /** Lines `>>From ` and more. */
  more = 0;
  /** Where `>From ` was seen: the first and the last one of each stretch, as offsets in the file. */
  readonly #stretches: number[] = [];

  /** Takes the `>` of a view, which begins at `offset`, that have `From ` behind them and were not seen before. */
  see(view: Buffer, marks: readonly number[], offset: number): void {
    for (const [i, at] of marks.entries()) {
      if (i < PLACES) this.#stretches.push(offset + at, offset + at);
      else this.#stretches[this.#stretches.length - 1] = offset + at;
      const depth = quotedLineAt(view, at)?.depth ?? 0;
      if (depth === 1) this.once += 1;
      else if (depth > 1) this.more += 1;
    }
  }

  /** False when there is no quoted line among these octets of what was seen; to be asked in the order of the file. */
  mayBeIn(start: number, end: number): boolean {
    const stretches = this.#stretches;
    let passed = 0;
    while (passed < stretches.length && (stretches[passed + 1] ?? 0) < start) passed += 2;
    if (passed > 0) stretches.splice(0, passed);
    return (stretches[0] ?? end) < end;
  }
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
export function* quotedLines(view: Buffer, from = 0): Generator<QuotedLine> {
  for (let found = [...placesOfFrom(view, from)]; found.length > 0; found = [...placesOfFrom(view, (found.at(-1) ?? 0) + 1)]) {
    for (const at of found) {
      const line = view[at] === GT ? quotedLineAt(view, at) : undefined;
      if (line !== undefined) yield line;
    }
  }
}

/** A line that begins with a quoted `From `. */
export interface QuotedLine {
  /** Offset of its first `>`. */
  readonly start: number;
  /** How many `>`. */
  readonly depth: number;
}

function quotedLineAt(view: Buffer, at: number): QuotedLine | undefined {
  let start = at;
  while (start > 0 && view[start - 1] === GT) start -= 1;
  return start > 0 && view[start - 1] === LF ? { start, depth: at - start + 1 } : undefined;
}
