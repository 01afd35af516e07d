// Which octets of an entry become content: a deletion-only view. The mailbox's own headers leave, and the `>` of quoting that is undone.
import { type QuotingRule, quoteMarks } from '../formats/mbox/quoting.js';
import type { WindowedFile } from './file-window.js';
import type { MboxEntry } from './mbox-entry.js';
import type { Ranges } from './range-content.js';

const STEP = 1024 * 1024;

/** The octets of the content, and those that the identity is the hash of. */
export interface CutRanges {
  readonly ranges: Ranges;
  readonly identityRanges: Ranges;
}

/** What is to be cut. */
export interface CutOptions {
  readonly keepHeaders: boolean;
  readonly quoting: QuotingRule;
}

/** Cuts one entry. */
export function cutRanges(file: WindowedFile, entry: MboxEntry, options: CutOptions): CutRanges {
  const identityRanges = withoutOwn(entry);
  const base = options.keepHeaders ? [entry.textStart, entry.textEnd - entry.textStart] : identityRanges;
  if (options.quoting === 'none') return { ranges: base, identityRanges: options.keepHeaders ? identityRanges : base };
  const marks = findMarks(file, entry, options.quoting);
  return { ranges: marks.length === 0 ? base : withoutOctets(base, marks), identityRanges };
}

function withoutOwn(entry: MboxEntry): Ranges {
  const { textStart, textEnd, header } = entry;
  if (header.own.length === 0) return [textStart, textEnd - textStart];
  const ranges: number[] = [];
  let at = textStart;
  for (let i = 0; i < header.own.length; i += 2) {
    const from = textStart + (header.own[i] ?? 0);
    if (from > at) ranges.push(at, from - at);
    at = Math.min(textStart + (header.own[i + 1] ?? 0), textEnd);
  }
  if (textEnd > at) ranges.push(at, textEnd - at);
  return ranges;
}

/** Offsets of the `>` that are to go, in the body. */
function findMarks(file: WindowedFile, entry: MboxEntry, rule: QuotingRule): number[] {
  const marks: number[] = [];
  const start = entry.textStart + entry.header.bodyStart;
  // A step begins with the octets that a line end and its marks may need from the step before.
  for (let at = start; at < entry.textEnd; at += STEP) {
    const from = Math.max(start - 1, at - 64);
    const view = file.peek(from, Math.min(at + STEP + 8, entry.textEnd) - from);
    for (const mark of quoteMarks(view, rule)) {
      const offset = from + mark;
      if (offset > (marks.at(-1) ?? -1)) marks.push(offset);
    }
  }
  return marks;
}

/** Ranges without single octets, whose offsets rise. */
export function withoutOctets(ranges: Ranges, marks: readonly number[]): Ranges {
  const cut: number[] = [];
  let next = 0;
  for (let i = 0; i < ranges.length; i += 2) {
    let at = ranges[i] ?? 0;
    const end = at + (ranges[i + 1] ?? 0);
    for (let mark = marks[next]; mark !== undefined && mark < end; mark = marks[next]) {
      if (mark > at) cut.push(at, mark - at);
      at = Math.max(at, mark + 1);
      next += 1;
    }
    if (end > at) cut.push(at, end - at);
  }
  return cut;
}
