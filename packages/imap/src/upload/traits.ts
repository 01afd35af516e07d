// What a message has that servers trip over. Each trait is looked for only where the server at hand minds it.
import type { ServerPreset } from '../session/preset.js';
import { type HeaderBlock, headerBlock } from './header.js';

/** What was found in a message with CRLF line ends. */
export interface Traits {
  readonly header: HeaderBlock;
  readonly isEmpty: boolean;
  readonly hasNul: boolean;
  readonly hasNulInHeader: boolean;
  /** A carriage return alone that the server would drop. */
  readonly hasBareCr: boolean;
  readonly has8bitHeader: boolean;
  /** Offset of the first header line that is neither field nor continuation; -1 when there is none. */
  readonly badHeaderLine: number;
  /** Octets of the longest line, its end not counted; 0 when the server does not mind. */
  readonly longestLine: number;
  readonly lacksFinalLineEnd: boolean;
}

const BARE_CR = /\r(?!\n)/;
const GOOD_LINE = /^(?:[\x21-\x39\x3b-\x7e]+[ \t]*:|[ \t])/;

/** The traits of a message in memory. */
export function traitsOf(wire: Uint8Array, preset: ServerPreset): Traits {
  const buffer = Buffer.from(wire.buffer, wire.byteOffset, wire.byteLength);
  const header = headerBlock(buffer);
  const nul = preset.nul === 'kept' ? -1 : buffer.indexOf(0);
  return {
    header,
    isEmpty: buffer.length === 0,
    hasNul: nul >= 0,
    hasNulInHeader: nul >= 0 && nul < header.size,
    hasBareCr: losesCr(buffer, preset) || losesLastCr(preset, buffer.at(-1)),
    ...headerTraits(header, preset),
    longestLine: preset.maxLine === undefined ? 0 : new LineMeter().update(buffer),
    lacksFinalLineEnd: buffer.length > 0 && buffer[buffer.length - 1] !== 10,
  };
}

const DOUBLE_CR = Buffer.from('\r\r\n');

/** A carriage return that the server drops: any that stands alone, or one before a line end, which it holds for a part of that. */
function losesCr(buffer: Buffer, { bareCr }: ServerPreset): boolean {
  return bareCr === 'lostAtLineEnd' ? buffer.includes(DOUBLE_CR) : bareCr === 'altered' && BARE_CR.test(buffer.toString('latin1'));
}

/** A message that ends in a carriage return, where the server holds that for half a line end. */
function losesLastCr({ bareCr }: ServerPreset, last: number | undefined): boolean {
  return bareCr === 'lostAtLineEnd' && last === 13;
}

function headerTraits(header: HeaderBlock, preset: ServerPreset): Pick<Traits, 'has8bitHeader' | 'badHeaderLine'> {
  return {
    has8bitHeader: preset.header8bit === 'altered' && /[\x80-\xff]/.test(header.text),
    badHeaderLine: preset.header === 'wellFormed' ? findBadLine(header) : -1,
  };
}

function findBadLine({ text, size }: HeaderBlock): number {
  const lines = text.split('\r\n');
  // Of a header that is longer than what is looked at, the last line is not known whole.
  if (size > text.length) lines.pop();
  let at = 0;
  for (const line of lines) {
    if (line === '') return -1;
    if (!GOOD_LINE.test(line) || (at === 0 && /^[ \t]/.test(line))) return at;
    at += line.length + 2;
  }
  return -1;
}

/** Measures lines that may go on in the next piece. */
class LineMeter {
  #longest = 0;
  #open = 0;

  /** The longest line so far, its end not counted. */
  update(piece: Buffer): number {
    let at = 0;
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, at)) {
      this.#longest = Math.max(this.#longest, this.#open + end - at - 1);
      this.#open = 0;
      at = end + 1;
    }
    this.#open += piece.length - at;
    this.#longest = Math.max(this.#longest, this.#open);
    return this.#longest;
  }
}

/** Octets at the start of a large message that are held: its header, as a rule. */
export const START_OCTETS: number = 1 << 18;
const EMPTY_LINE = Buffer.from('\r\n\r\n');

/** The traits of a message that is too large to be held, by its pieces; none of them ends between CR and LF. */
export class TraitScan {
  readonly #preset: ServerPreset;
  readonly #start: Uint8Array[] = [];
  #held = 0;
  #size = 0;
  #nul = -1;
  #hasBareCr = false;
  /** Where the header ends, its empty line included. */
  #headerEnd = -1;
  /** The last octets of the piece before. */
  #before: Buffer = Buffer.alloc(0);
  /** The last two octets. */
  #tail: Buffer = Buffer.alloc(0);
  readonly #lines = new LineMeter();
  #longestLine = 0;
  #last = 10;

  constructor(preset: ServerPreset) {
    this.#preset = preset;
  }

  update(piece: Uint8Array): void {
    const buffer = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    if (this.#held < START_OCTETS) {
      const part = Uint8Array.from(buffer.subarray(0, START_OCTETS - this.#held));
      this.#start.push(part);
      this.#held += part.length;
    }
    if (this.#headerEnd < 0) this.#findHeaderEnd(buffer);
    const { nul, maxLine } = this.#preset;
    if (nul !== 'kept' && this.#nul < 0 && buffer.includes(0)) this.#nul = this.#size + buffer.indexOf(0);
    const across = Buffer.concat([this.#tail, buffer.subarray(0, 2)]);
    this.#hasBareCr ||= losesCr(buffer, this.#preset) || (this.#preset.bareCr === 'lostAtLineEnd' && losesCr(across, this.#preset));
    this.#tail = Buffer.concat([this.#tail, buffer.subarray(-2)]).subarray(-2);
    if (maxLine !== undefined) this.#longestLine = this.#lines.update(buffer);
    this.#size += buffer.length;
    this.#last = buffer.at(-1) ?? this.#last;
  }

  #findHeaderEnd(piece: Buffer): void {
    if (this.#size === 0 && piece[0] === 13 && piece[1] === 10) this.#headerEnd = 2;
    else {
      const across = Buffer.concat([this.#before, piece.subarray(0, 3)]).indexOf(EMPTY_LINE);
      const at = across >= 0 ? across - this.#before.length : piece.indexOf(EMPTY_LINE);
      if (at >= -3 && (across >= 0 || at >= 0)) this.#headerEnd = this.#size + at + EMPTY_LINE.length;
    }
    this.#before = Buffer.concat([this.#before, piece.subarray(-3)]).subarray(-3);
  }

  /** The first octets, {@link START_OCTETS} at most, not cut between CR and LF. */
  start(): Buffer {
    const start = Buffer.concat(this.#start);
    return start.length < this.#size && start.at(-1) === 13 ? start.subarray(0, -1) : start;
  }

  /** Octets in all. */
  get size(): number {
    return this.#size;
  }

  traits(): Traits {
    const isEnded = this.#headerEnd >= 0;
    const size = isEnded ? this.#headerEnd : this.#size;
    const header = { text: this.start().toString('latin1', 0, size), size, isEnded };
    return {
      header,
      isEmpty: this.#size === 0,
      hasNul: this.#nul >= 0,
      hasNulInHeader: this.#nul >= 0 && this.#nul < size,
      hasBareCr: this.#hasBareCr || losesLastCr(this.#preset, this.#last),
      ...headerTraits(header, this.#preset),
      longestLine: this.#longestLine,
      lacksFinalLineEnd: this.#last !== 10,
    };
  }
}
