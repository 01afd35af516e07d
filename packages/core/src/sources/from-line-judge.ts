// Is this line the start of a message? What its octets and those behind it tell; what only the whole file tells is weighed in mbox-scan.ts.
import { judge, type Verdict } from '../formats/mbox/boundaries.js';
import { type FromLine, MAX_FROM_LINE, parseFromLine } from '../formats/mbox/from-line.js';
import { type HeaderBlock, readHeaderBlock } from '../formats/mbox/header-block.js';
import { FOLLOWING_SIZE, type Following, following } from '../formats/mbox/header-shape.js';
import { readUsualStart } from '../formats/mbox/usual-start.js';
import type { WindowedFile } from './file-window.js';

const TEXT: Verdict = { starts: false };
const STARTS: Verdict = { starts: true };
const CR = 0x0d;
/** Octets of the header behind a From_ line that are looked at before the line is believed. */
const HEADER_LOOK = 8192;

/** A line that begins with `From `, and its octets with the line end. */
export interface JudgedLine {
  readonly from: FromLine;
  readonly length: number;
  readonly verdict: Verdict;
}

/** Judges lines of one file that begin with `From `. */
export class FromLineJudge {
  /** Messages without any header were seen. */
  headerless = false;
  /** The first From_ line of the file is bare. */
  bareDialect = false;
  readonly #file: WindowedFile;

  constructor(file: WindowedFile) {
    this.#file = file;
  }

  /** Judges the line at `line`, which begins with `From `. */
  judge(line: number, blankBefore: boolean): JudgedLine {
    const { text, length } = this.line(line);
    const from = parseFromLine(text);
    if (text.length >= MAX_FROM_LINE || (from.grade === 'prose' && !blankBefore)) return { from, length, verdict: TEXT };
    const evidence = {
      grade: from.grade,
      following: this.#following(line + length),
      blankBefore,
      headerless: this.headerless,
      bareDialect: this.bareDialect,
    };
    return { from, length, verdict: judge(evidence) };
  }

  /** What a look at the octets tells of nearly every line that starts a message. */
  usual(line: number): JudgedLine | undefined {
    const { buffer, start, end } = this.#file.window;
    const usual = line >= start ? readUsualStart(buffer, line - start, end - start) : undefined;
    return usual === undefined ? undefined : { from: { grade: 'strict', date: usual.date }, length: usual.length, verdict: STARTS };
  }

  /** The line at an offset without its line end, and its octets with it; at most {@link MAX_FROM_LINE} octets of it. */
  line(offset: number): { text: string; length: number } {
    for (let size = 128; ; size = MAX_FROM_LINE) {
      const text = this.#file.text(offset, size);
      const end = text.indexOf('\n');
      if (end > 0) return { text: text.slice(0, text.charCodeAt(end - 1) === CR ? end - 1 : end), length: end + 1 };
      if (size === MAX_FROM_LINE || text.length < size) return { text, length: text.length };
    }
  }

  /** What follows the line; most of the time its first two lines tell. */
  #following(offset: number): Following {
    for (let size = 160; ; size = FOLLOWING_SIZE) {
      const text = this.#file.text(offset, size);
      const atEnd = offset + text.length >= this.#file.size;
      const found = following(text, atEnd);
      if (atEnd || size === FOLLOWING_SIZE || found.known > 1) return found;
    }
  }

  /** The header at `offset`; undefined when it is long. */
  headerAt(offset: number): HeaderBlock | undefined {
    const { buffer, start, end } = this.#file.window;
    const inView = readHeaderBlock(buffer, offset - start, Math.min(end, offset + HEADER_LOOK) - start);
    if (inView.ended) return inView;
    const header = offset + HEADER_LOOK <= end ? inView : readHeaderBlock(this.#file.peek(offset, HEADER_LOOK));
    return header.ended ? header : undefined;
  }
}

/** Behind octets of 0 only a full From_ line with headers starts a message. */
export function afterNul({ verdict, from }: JudgedLine): Verdict {
  if (!verdict.starts || from.grade !== 'strict') return { starts: false };
  return { starts: true, doubt: 'octets of 0 stand where the line end before it should be' };
}
