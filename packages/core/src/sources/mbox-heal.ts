// Undoes the quoting of From_ lines in one message where a signature proves it: what mboxo wrote cannot be undone for certain by itself.
import { quotedLines } from '../formats/mbox/quoting.js';
import { healQuoting, type QuoteMark } from '../formats/witness/heal.js';
import { hasSignedPart, hasWitness } from '../formats/witness/witness.js';
import type { WindowedFile } from './file-window.js';
import type { MboxEntry } from './mbox-entry.js';
import { withoutOctets } from './mbox-ranges.js';
import type { Ranges } from './range-content.js';

/** Octets of a message above which its signatures are not asked. */
const LARGEST = 32 * 1024 * 1024;
/** Quoted lines above which nothing is tried. */
const MOST_MARKS = 1000;

/** A view of an entry that a signature holds over. */
export interface ProvedRanges {
  readonly ranges: Ranges;
  /** What proves it, one line. */
  readonly note: string;
}

/** The ranges without the `>` whose removal makes a broken signature hold; undefined when there is no such proof. */
export function provedRanges(file: WindowedFile, entry: MboxEntry, ranges: Ranges): ProvedRanges | undefined {
  const { textStart, textEnd, header } = entry;
  const size = textEnd - textStart;
  const has = size <= LARGEST && hasWitness(file.peek(textStart, Math.min(header.bodyStart, size)));
  if (has === false) return undefined;
  const bodyStart = textStart + Math.max(0, header.bodyStart - 1);
  const body = file.peek(bodyStart, textEnd - bodyStart);
  const lines: QuoteMark[] = [];
  for (const { start, depth } of quotedLines(body)) lines.push({ at: bodyStart + start, depth });
  if (lines.length === 0 || lines.length > MOST_MARKS || (has === 'inParts' && !hasSignedPart(body))) return undefined;
  const parts: Buffer[] = [];
  for (let i = 0; i < ranges.length; i += 2) parts.push(file.peek(ranges[i] ?? 0, ranges[i + 1] ?? 0));
  const marks = placed(lines, ranges);
  const healing = healQuoting(
    Buffer.concat(parts),
    marks.map(({ at, depth }) => ({ at, depth })),
  );
  if (healing === undefined) return undefined;
  const chosen = new Set(healing.marks.map(({ at }) => at));
  const offsets = marks.filter(({ at }) => chosen.has(at)).map(({ offset }) => offset);
  const lineCount = offsets.length === 1 ? 'one line' : `${offsets.length} lines`;
  return { ranges: withoutOctets(ranges, offsets), note: `${lineCount}, proved by ${[...new Set(healing.healed)].join(' and ')}` };
}

/** The marks that lie in the content, with their offsets there and in the file. */
function placed(lines: readonly QuoteMark[], ranges: Ranges): { at: number; offset: number; depth: number }[] {
  const found: { at: number; offset: number; depth: number }[] = [];
  let before = 0;
  let next = 0;
  for (let i = 0; i < ranges.length; i += 2) {
    const [start, length] = [ranges[i] ?? 0, ranges[i + 1] ?? 0];
    for (let line = lines[next]; line !== undefined && line.at < start + length; line = lines[next]) {
      if (line.at >= start) found.push({ at: before + line.at - start, offset: line.at, depth: line.depth });
      next += 1;
    }
    before += length;
  }
  return found;
}
