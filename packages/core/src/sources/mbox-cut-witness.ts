// Two ways to cut, and a signature that holds only with one of them: the message ends at a line that looked like text, or goes on behind one that looked
// like the start of a message. Only doubtful lines are asked about, and only a hash that holds one way and not the other decides.

import { toCrlf } from '../formats/content/line-ends.js';
import type { HeaderBlock } from '../formats/mbox/header-block.js';
import { quotedLines } from '../formats/mbox/quoting.js';
import { healQuoting, type QuoteMark } from '../formats/witness/heal.js';
import { hasWitness, witnessesOf } from '../formats/witness/witness.js';
import type { Witness } from '../formats/witness/witness-kind.js';
import type { WindowedFile } from './file-window.js';
import type { OpenMessage } from './mbox-entry.js';

/** Octets of a message above which its signatures are not asked, and behind a line in which an end of it is looked for. */
const LARGEST = 4 * 1024 * 1024;
const REACH = 1024 * 1024;
/** Ends that are tried for one line: of a PGP signature one in 4,096 would be right by luck. */
const MOST_ENDS = 8;
const FROM = Buffer.from('\nFrom ');
/** Octets of a header in which a signature is looked for. */
const HEAD = 65_536;
const MARKS = 200;

/** Asks the signatures of one file's messages where they end. */
export class CutWitness {
  readonly #file: WindowedFile;
  /** Octets that may still be hashed, so that no file makes this quadratic. */
  #budget: number;

  constructor(file: WindowedFile) {
    this.#file = file;
    this.#budget = 2 * file.size + 16 * LARGEST;
  }

  /** True when a line that is believed to start a message is to be asked about: a signed message before it, and nothing of a delivery behind it. */
  isSuspicious(current: OpenMessage, next: number, header: HeaderBlock): boolean {
    return !this.#file.peek(next, header.bodyStart).includes('Received:', 0, 'latin1') && this.#isSigned(current);
  }

  /** True when a signature holds over the message if it ends at `line`, and none does if it goes on. */
  endsAt(current: OpenMessage, line: number): boolean {
    if (!this.#isSigned(current)) return false;
    const here = this.#witnesses(current, line);
    if (!here.some(({ holds }) => holds === true)) return false;
    const longer = this.#nextEnd(line);
    return decides(here, this.#witnesses(current, longer));
  }

  /** True when a signature holds over the message if it goes on to an end behind `line`, and none does if it ends there. */
  goesOnBehind(current: OpenMessage, line: number): boolean {
    if (!this.#isSigned(current)) return false;
    const here = this.#witnesses(current, line);
    if (here.length === 0 || here.some(({ holds }) => holds === true)) return false;
    let end = line;
    for (let tries = 0; tries < MOST_ENDS && end < this.#file.size && end - line < REACH; tries += 1) {
      end = this.#nextEnd(end);
      if (decides(this.#witnesses(current, end), here)) return true;
    }
    return false;
  }

  #isSigned({ textStart, header }: OpenMessage): boolean {
    return header.ended && hasWitness(this.#file.peek(textStart, Math.min(header.bodyStart, HEAD))) === true;
  }

  /** Where the next line begins with `From `; the end of the file, or of the reach, where there is none. */
  #nextEnd(line: number): number {
    const octets = this.#file.peek(line, REACH);
    const at = octets.indexOf(FROM);
    return at >= 0 ? line + at + 1 : line + octets.length;
  }

  /** What the signatures say of the message if it ends there; of one whose quoting has to be undone, what they say then. */
  #witnesses({ textStart, header }: OpenMessage, end: number): readonly Witness[] {
    const size = end - textStart;
    if (size > LARGEST || size > this.#budget) return [];
    this.#budget -= size;
    const text = this.#file.peek(textStart, size);
    const found = witnessesOf(Buffer.from(toCrlf([text])));
    if (found.length === 0 || found.some(({ holds }) => holds === true)) return found;
    const marks: QuoteMark[] = [];
    for (const { start, depth } of quotedLines(text, header.bodyStart)) marks.push({ at: start, depth });
    if (marks.length === 0 || marks.length > MARKS) return found;
    const healed = new Set(healQuoting(text, marks)?.healed);
    return found.map((one) => (one.holds === false && healed.has(one.kind) ? { ...one, holds: true } : one));
  }
}

/** One holds with the first way of cutting and not with the second, and none the other way about. */
function decides(first: readonly Witness[], second: readonly Witness[]): boolean {
  const wins = first.some(({ holds }, i) => holds === true && second[i]?.holds !== true);
  return wins && !second.some(({ holds }, i) => holds === true && first[i]?.holds !== true);
}
