// Cuts an mbox into entries that tile it. Candidates come from one native search; each is judged on evidence (formats/mbox/boundaries.ts) and on what
// only a reader of the file can know: where Content-Length lands, an open MIME part, the order of X-UIDs further on.
import { InternalError } from '../errors.js';
import type { Verdict } from '../formats/mbox/boundaries.js';
import { type FromLine, MAX_FROM_LINE, parseFromLine } from '../formats/mbox/from-line.js';
import { type HeaderBlock, readHeaderBlock } from '../formats/mbox/header-block.js';
import { FOLLOWING_SIZE, startsLikeMessage } from '../formats/mbox/header-shape.js';
import { parseUid } from '../formats/mbox/imap-base.js';
import { isMmdf, mmdfSeparator } from '../formats/mbox/mmdf.js';
import { firstText } from '../formats/mbox/recognise.js';
import type { Issue } from '../model/issue.js';
import type { WindowedFile } from './file-window.js';
import { afterNul, FromLineJudge, type JudgedLine } from './from-line-judge.js';
import type { FromLineSearch } from './from-line-search.js';
import { CutWitness } from './mbox-cut-witness.js';
import { type MboxEntry, NO_HEADER, NO_MESSAGE, type OpenMessage, SCAN_LIMITS, type ScanLimits } from './mbox-entry.js';
import { MboxLookahead } from './mbox-lookahead.js';

/** Octets of a line end and `From `. */
const FROM_LENGTH = 6;
const MMDF_LINE = Buffer.from('\n\x01\x01\x01\x01');
/** Octets of a separator of MMDF with its line end. */
const MMDF_LENGTH = 6;
const LF = 0x0a;
const CR = 0x0d;
/** Octets of a header that are looked at first, then sixteen times as many. */
const FIRST_LOOK = 1024;
const NO_ISSUES: readonly Issue[] = [];

/** Where the last message of a file begins, and what was known of the file before it. */
export interface ScanPoint {
  readonly offset: number;
  readonly headerless: boolean;
  readonly lastUid: number | undefined;
}

/** Reads the entries of one mbox in order. */
export class MboxScan {
  readonly #file: WindowedFile;
  readonly #limits: ScanLimits;
  readonly #lookahead: MboxLookahead;
  readonly #judge: FromLineJudge;
  readonly #search: FromLineSearch;
  readonly #witness: CutWitness;
  readonly isMmdf: boolean;
  #position: number;
  #current: OpenMessage | undefined;
  /** Every message so far has an X-UID, and this is the last one. */
  #lastUid: number | undefined = 0;
  #covered = 0;
  /** What is odd about the line that ended the message before. */
  #doubt: string | undefined;
  /** The From_ line that was judged last, if it starts a message, with the header behind it where that was read. */
  #accepted: (JudgedLine & { readonly offset: number; readonly header?: HeaderBlock | undefined }) | undefined;

  #point: ScanPoint = { offset: 0, headerless: false, lastUid: 0 };

  /**
   * @param search is told of all that is read of the file
   * @param from goes on at a message that an earlier run read as the last one; `file` begins there, and `head` has read the start of the mbox
   */
  constructor(
    file: WindowedFile,
    search: FromLineSearch,
    limits: ScanLimits = SCAN_LIMITS,
    from?: { readonly head: MboxScan; readonly point: ScanPoint },
  ) {
    this.#file = file;
    this.#limits = limits;
    this.#lookahead = new MboxLookahead(file, from === undefined ? undefined : from.head.#lookahead);
    this.#judge = new FromLineJudge(file);
    this.#search = search;
    this.#witness = new CutWitness(file);
    if (from !== undefined) {
      const { head, point } = from;
      this.isMmdf = head.isMmdf;
      this.#judge.bareDialect = head.#judge.bareDialect;
      this.#judge.headerless = point.headerless;
      this.#lastUid = point.lastUid;
      this.#position = point.offset;
      this.#covered = point.offset;
      if (this.isMmdf) this.#openMmdf(point.offset);
      else this.#open(point.offset, point.offset);
      return;
    }
    file.fill(0);
    this.#need(MAX_FROM_LINE + FOLLOWING_SIZE, 0);
    const first = file.peek(0, 64 * 1024);
    this.#position = firstText(first);
    this.isMmdf = isMmdf(first.toString('latin1'), this.#position);
  }

  /** The next entry; undefined at the end, when all octets are accounted for. */
  next(): MboxEntry | undefined {
    if (this.#current === undefined) {
      const lead = this.#begin();
      if (lead !== undefined) return lead;
    }
    const current = this.#current;
    if (current === undefined) return this.#finish();
    const end = this.isMmdf ? this.#findMmdfEnd(current) : this.#findFromLine(current);
    return this.#entry(current, end);
  }

  /** The last message that was begun. */
  get point(): ScanPoint {
    return this.#point;
  }

  /** Finds the first message; what lies before it is garbage, unless it is the head of a message. */
  #begin(): MboxEntry | undefined {
    const start = this.#position;
    if (start >= this.#file.size || this.#covered > 0) return undefined;
    const separator = this.#separatorAt(start);
    if (separator > 0) {
      this.#open(0, start + separator);
      return undefined;
    }
    const head = this.#file.text(start, MAX_FROM_LINE + FOLLOWING_SIZE);
    if (!this.isMmdf && this.#startsAtOnce(head, start)) return undefined;
    if (startsLikeMessage(head, start + head.length >= this.#file.size)) {
      this.#current = this.#message(0, start, undefined);
      this.#note(this.#current, start, 'MBOX_FROM_LINE_MISSING', this.isMmdf ? 'and the separator before it' : undefined);
      return undefined;
    }
    const end = this.isMmdf ? this.#findMmdfEnd({ ...NO_MESSAGE }) : this.#findFromLine({ ...NO_MESSAGE });
    return this.#cover({
      kind: 'garbage',
      start: 0,
      end: end + this.#separatorAt(end),
      textStart: 0,
      textEnd: end,
      from: undefined,
      header: NO_HEADER,
      issues: NO_ISSUES,
      window: undefined,
    });
  }

  #startsAtOnce(head: string, start: number): boolean {
    if (!head.startsWith('From ')) return false;
    this.#judge.bareDialect = true;
    const judged = this.#judge.judge(start, true);
    const { from, verdict } = judged;
    this.#judge.bareDialect = from.grade === 'bare';
    if (!verdict.starts && from.grade !== 'strict') return false;
    this.#accepted = { ...judged, offset: start };
    this.#doubt = verdict.doubt;
    this.#open(0, start);
    return true;
  }

  /** Begins the message whose From_ line (or text) is at `line`; `start` is where its octets begin. */
  #open(start: number, line: number): void {
    this.#need(MAX_FROM_LINE + 8, line, start);
    const found = this.#accepted?.offset === line ? this.#accepted : this.#unjudged(line);
    this.#current = this.#message(
      start,
      line + (found?.length ?? 0),
      found?.from,
      this.#accepted === found ? this.#accepted?.header : undefined,
    );
    if (this.#doubt !== undefined) this.#note(this.#current, line, 'MBOX_FROM_LINE_UNUSUAL', this.#doubt);
    this.#doubt = undefined;
  }

  /** A From_ line that nobody doubted, in MMDF. */
  #unjudged(line: number): { readonly from: FromLine; readonly length: number } | undefined {
    if (this.#file.text(line, 5) !== 'From ') return undefined;
    const { text, length } = this.#judge.line(line);
    return { from: parseFromLine(text), length };
  }

  #message(start: number, textStart: number, from: FromLine | undefined, known?: HeaderBlock): OpenMessage {
    this.#point = { offset: start, headerless: this.#judge.headerless, lastUid: this.#lastUid };
    const header = known ?? this.#readHeader(start, textStart);
    const length = header.fields.get('content-length');
    const declaredEnd =
      length !== undefined && /^\d{1,15}$/.test(length) && header.ended ? textStart + header.bodyStart + Number(length) : undefined;
    if (textStart + header.bodyStart <= textStart + 2 && header.ended) this.#judge.headerless = true;
    if (this.#covered === 0) this.#lookahead.noteBase(header.fields);
    const uid = parseUid(header.fields.get('x-uid') ?? '');
    this.#lastUid = uid !== undefined && this.#lastUid !== undefined && uid > this.#lastUid ? uid : undefined;
    return { start, textStart, from, header, declaredEnd, declaredEndHolds: undefined, issues: undefined };
  }

  /** Most headers are short: look at 1 KiB first, at more only where no blank line is found. */
  #readHeader(start: number, textStart: number): HeaderBlock {
    for (let length = Math.min(FIRST_LOOK, this.#limits.header); ; length = Math.min(length * 16, this.#limits.header)) {
      this.#need(length, textStart, start);
      const header = readHeaderBlock(this.#file.peek(textStart, length));
      if (header.ended || length >= this.#limits.header || textStart + length >= this.#file.size) return header;
    }
  }

  /** Fills the window until it holds `length` octets from `offset`. */
  #need(length: number, offset: number, keepFrom: number = offset): void {
    const file = this.#file;
    while (file.window.end < offset + length && !file.atEnd) file.fill(this.#keep(keepFrom));
  }

  /** What must stay in memory: the message that is being read, unless it is large. */
  #keep(scanned: number): number {
    const start = this.#current?.start ?? scanned;
    const from = scanned - start > this.#limits.large ? scanned : Math.min(start, scanned);
    return Math.max(from - 4, this.#file.window.start, 0);
  }

  #findFromLine(current: OpenMessage): number {
    const file = this.#file;
    let scanned = Math.max(current.textStart - 1, 0);
    for (;;) {
      const { start, end } = file.window;
      const at = scanned < end ? this.#search.next(file, scanned) - start : -1;
      if (at < 0) {
        if (file.atEnd) return file.size;
        scanned = Math.max(scanned, end - FROM_LENGTH + 1);
        file.fill(this.#keep(scanned));
        continue;
      }
      const line = start + at + 1;
      if (line + MAX_FROM_LINE + FOLLOWING_SIZE > end && !file.atEnd) {
        scanned = line - 1;
        file.fill(this.#keep(scanned));
        continue;
      }
      if (this.#isBoundary(current, line)) return line;
      scanned = line;
    }
  }

  #findMmdfEnd(current: OpenMessage): number {
    const file = this.#file;
    let scanned = Math.max(current.textStart - 1, 0);
    for (;;) {
      const { start, end } = file.window;
      const at = scanned < end ? file.view.indexOf(MMDF_LINE, scanned - start) : -1;
      if (at >= 0 && this.#separatorAt(start + at + 1) > 0) return start + at + 1;
      if (at >= 0) {
        scanned = start + at + 1;
        continue;
      }
      if (file.atEnd) return file.size;
      scanned = Math.max(scanned, end - MMDF_LINE.length + 1);
      file.fill(this.#keep(scanned));
    }
  }

  #isBoundary(current: OpenMessage, line: number): boolean {
    const judged = this.#judge.usual(line) ?? this.#judge.judge(line, this.#blankBefore(current, line));
    const { from, length } = judged;
    const verdict = this.#file.octet(line - 1) === 0 ? afterNul(judged) : judged.verdict;
    const header = verdict.starts ? this.#judge.headerAt(line + length) : undefined;
    const evident = this.#settle(current, line, { ...judged, verdict }, header);
    const settled = this.#provedCut(current, line, judged, evident, header) ?? evident;
    if (settled.starts) {
      this.#doubt = settled.doubt;
      this.#accepted = { from, length, verdict: settled, offset: line, header };
    }
    if (settled !== evident) this.#note(current, line, 'MBOX_BOUNDARY_PROVED', settled.starts ? 'it ends here' : 'it goes on');
    else if (!settled.starts && settled.doubt !== undefined) this.#note(current, line, 'MBOX_FROM_LINE_AMBIGUOUS', settled.doubt);
    return settled.starts;
  }

  /** The other verdict, where a signature proves it. Messages that a mailbox of today has are not asked: they were delivered, or have a status. */
  #provedCut(
    current: OpenMessage,
    line: number,
    { from, length }: JudgedLine,
    evident: Verdict,
    header: HeaderBlock | undefined,
  ): Verdict | undefined {
    if (!evident.starts) {
      const isLike = evident.doubt !== undefined && (from.grade === 'strict' || from.grade === 'dated');
      return isLike && this.#witness.endsAt(current, line) ? { starts: true } : undefined;
    }
    if (header === undefined || header.fields.has('status') || header.fields.has('x-uid')) return undefined;
    const isAsked = this.#witness.isSuspicious(current, line + length, header);
    return isAsked && this.#witness.goesOnBehind(current, line) ? { starts: false } : undefined;
  }

  /** Weighs the verdict against what only the whole file tells. */
  #settle(current: OpenMessage, line: number, { from, verdict }: JudgedLine, header: HeaderBlock | undefined): Verdict {
    const { declaredEnd } = current;
    if (declaredEnd !== undefined && declaredEnd <= line && declaredEnd >= line - 2 && from.grade === 'strict') return { starts: true };
    if (!verdict.starts) return verdict;
    if (declaredEnd !== undefined && declaredEnd > line && this.#declaredEndHolds(current, declaredEnd)) {
      return { starts: false, doubt: 'Content-Length says that the message goes on, and it ends where it says' };
    }
    const doubtful = { current, line, date: from.date };
    if (this.#lookahead.isInsidePart(doubtful)) {
      return { starts: false, doubt: 'it lies inside a MIME part whose end comes later' };
    }
    if (this.#lastUid !== undefined && this.#lastUid > 0 && this.#lookahead.breaksUidOrder(doubtful, header, this.#lastUid)) {
      return { starts: false, doubt: 'headers follow, but no X-UID among them, while a later message goes on with the sequence' };
    }
    return verdict;
  }

  #declaredEndHolds(current: OpenMessage, declaredEnd: number): boolean {
    current.declaredEndHolds ??= this.#canEndAt(declaredEnd);
    return current.declaredEndHolds;
  }

  /** True when the end of the file, or a From_ line, is exactly there. */
  #canEndAt(offset: number): boolean {
    const { size } = this.#file;
    if (offset > size) return false;
    const first = this.#file.octet(offset);
    const newline = first === LF ? 1 : first === CR && this.#file.octet(offset + 1) === LF ? 2 : 0;
    if (offset + newline === size) return true;
    const before = offset > 0 ? this.#file.octet(offset - 1) : LF;
    if (newline === 0 && before !== LF) return false;
    const line = offset + newline;
    if (this.#file.text(line, 5) !== 'From ') return false;
    return this.#judge.judge(line, newline > 0 && before === LF).verdict.starts;
  }

  #blankBefore(current: OpenMessage, line: number): boolean {
    if (line - 1 < current.textStart) return false;
    const octet = this.#file.octet(line - 2);
    return octet === LF || (octet === CR && this.#file.octet(line - 3) === LF);
  }

  /** Closes the message: the line end before the separator is the separator's, and at the end of the file one line end leaves. */
  #entry(current: OpenMessage, end: number): MboxEntry {
    const { start, textStart, from, issues } = current;
    let header = current.header;
    let textEnd = this.isMmdf ? end : Math.max(textStart, end - this.#lineEndBefore(end));
    if (textStart + header.bodyStart > textEnd || !header.ended) {
      header = readHeaderBlock(this.#file.peek(textStart, Math.min(textEnd - textStart, this.#limits.header)));
      // A header line keeps its line end: Dovecot serves it so.
      if (!header.ended && textEnd > textStart && this.#lineEndBefore(textEnd) === 0) textEnd = end;
    }
    const { window } = this.#file;
    const entry: MboxEntry = {
      kind: 'message',
      start,
      end: end + this.#separatorAt(end),
      textStart,
      textEnd,
      from,
      header,
      issues: issues ?? NO_ISSUES,
      window: start >= window.start && end <= window.end ? window : undefined,
    };
    return this.#cover(entry);
  }

  /** Octets of the line end before `end`. */
  #lineEndBefore(end: number): number {
    if (this.#file.octet(end - 1) !== LF) return 0;
    return this.#file.octet(end - 2) === CR ? 2 : 1;
  }

  /** Octets of a separator of MMDF; 0 where none is. The one that ends a message and the one that starts the next one are adjacent lines. */
  #separatorAt(offset: number): number {
    return this.isMmdf ? mmdfSeparator(this.#file.text(offset, MMDF_LENGTH), 0) : 0;
  }

  /** Accounts for the octets of an entry and begins the next one behind it. */
  #cover(entry: MboxEntry): MboxEntry {
    if (entry.start !== this.#covered || entry.end < entry.textEnd || entry.textEnd < entry.textStart || entry.textStart < entry.start) {
      throw new InternalError('BUG', 'the entries of an mbox do not tile it', {
        where: { path: this.#file.path, offset: entry.start },
      });
    }
    this.#covered = entry.end;
    this.#current = undefined;
    if (entry.end < this.#file.size) {
      if (this.isMmdf) this.#openMmdf(entry.end);
      else this.#open(entry.end, entry.end);
    }
    return entry;
  }

  #openMmdf(offset: number): void {
    this.#open(offset, offset + this.#separatorAt(offset));
  }

  #finish(): undefined {
    if (this.#covered < this.#file.size && this.#file.size > this.#position) {
      throw new InternalError('BUG', 'octets of an mbox are not accounted for', {
        where: { path: this.#file.path, offset: this.#covered },
      });
    }
    return undefined;
  }

  #note(
    current: OpenMessage,
    line: number,
    code: 'MBOX_FROM_LINE_AMBIGUOUS' | 'MBOX_FROM_LINE_UNUSUAL' | 'MBOX_FROM_LINE_MISSING' | 'MBOX_BOUNDARY_PROVED',
    note: string | undefined,
  ): void {
    current.issues ??= [];
    if (current.issues.length >= 1000) return;
    current.issues.push({ code, where: { path: this.#file.path, offset: line }, ...(note === undefined ? {} : { note }) });
  }
}
