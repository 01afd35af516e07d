// Which octets of the source files no stored message holds. Messages come in the order of their offsets within a file, so what lies between
// the end of one span and the start of the next belongs to no message at all (a pseudo message, garbage) and is residue too.
import type { Message, SourceSpan } from '../model/message.js';

/** Octets of a file as pairs of offset and length, ascending. */
export interface FileRanges {
  readonly file: number;
  readonly ranges: readonly number[];
}

/** Collects the ranges of residue while messages pass. */
export class ResidueCollector {
  /** End of what was looked at, by file. */
  readonly #ends = new Map<number, number>();
  readonly #pending = new Map<number, number[]>();

  /** The first octets of a file are in the books already. */
  keep(file: number, octets: number): void {
    this.#ends.set(file, octets);
  }

  /** A message passes on its way to the target; a filtered or failed one is residue as a whole. */
  pass(message: Message): void {
    const span = message.span;
    // Copies of a message stand on the same octets.
    if (span === undefined || span.offset + span.length <= (this.#ends.get(span.file) ?? 0)) return;
    const end = this.#ends.get(span.file) ?? 0;
    if (span.offset > end) this.#add(span.file, end, span.offset - end);
    if (message.filtered !== undefined || message.failure !== undefined) this.#add(span.file, span.offset, span.length);
    else this.#gaps(span);
    this.#ends.set(span.file, Math.max(end, span.offset + span.length));
  }

  /** The target did not take a message that had passed: its content is residue too. */
  refuse({ span }: Message): void {
    for (let i = 0; i < (span?.ranges.length ?? 0); i += 2) this.#add(span?.file ?? 0, span?.ranges[i] ?? 0, span?.ranges[i + 1] ?? 0);
  }

  /** What lies behind the last message of a file of `size` octets. */
  finish(file: number, size: number): void {
    const end = this.#ends.get(file) ?? 0;
    if (size > end) this.#add(file, end, size - end);
    this.#ends.set(file, Math.max(end, size));
  }

  /** Gives what was collected since the last call, and forgets it. */
  take(): FileRanges[] {
    const taken = [...this.#pending].map(([file, ranges]) => ({ file, ranges: inOrder(ranges) }));
    this.#pending.clear();
    return taken;
  }

  #gaps({ file, offset, length, ranges }: SourceSpan): void {
    let at = offset;
    for (let i = 0; i < ranges.length; i += 2) {
      const start = ranges[i] ?? 0;
      if (start > at) this.#add(file, at, start - at);
      at = start + (ranges[i + 1] ?? 0);
    }
    if (offset + length > at) this.#add(file, at, offset + length - at);
  }

  #add(file: number, offset: number, length: number): void {
    let ranges = this.#pending.get(file);
    if (ranges === undefined) {
      ranges = [];
      this.#pending.set(file, ranges);
    }
    const last = ranges.length - 2;
    if (last >= 0 && (ranges[last] ?? 0) + (ranges[last + 1] ?? 0) === offset) ranges[last + 1] = (ranges[last + 1] ?? 0) + length;
    else ranges.push(offset, length);
  }
}

function isInOrder(ranges: readonly number[]): boolean {
  let end = 0;
  for (let i = 0; i < ranges.length; i += 2) {
    const start = ranges[i] ?? 0;
    if (start < end) return false;
    end = start + (ranges[i + 1] ?? 0);
  }
  return true;
}

/** Pairs by offset, overlaps joined: what was refused comes late. */
function inOrder(ranges: readonly number[]): readonly number[] {
  if (isInOrder(ranges)) return ranges;
  const pairs: [number, number][] = [];
  for (let i = 0; i < ranges.length; i += 2) pairs.push([ranges[i] ?? 0, (ranges[i] ?? 0) + (ranges[i + 1] ?? 0)]);
  pairs.sort(([a], [b]) => a - b);
  const sorted: number[] = [];
  let last = -1;
  for (const [start, end] of pairs) {
    const from = Math.max(start, last);
    if (end > from) sorted.push(from, end - from);
    last = Math.max(last, end);
  }
  return sorted;
}
