// Repairs: the smallest change that makes a server take a message, or that loses less than what the server would do to it.
// By default only what adds octets and loses none, and only where the server at hand refuses the message as it is.
import type { Issue } from '@mailferry/core';
import type { PrepareOptions } from './prepared.js';
import type { Traits } from './traits.js';

/** What is done to a message, and what the server will do to the rest. */
export interface Repairs {
  /** Its first octets, the header among them, with what was changed there. */
  readonly start: Uint8Array;
  /** Added at the end. */
  readonly end: string;
  /** Every NUL becomes a blank. */
  readonly blanksNul: boolean;
  /** Every CR that stands alone becomes a line end. */
  readonly endsLinesAtCr: boolean;
  /** False when the message stays as it is. */
  readonly isAny: boolean;
  /** True when the server will store other octets than it is sent. */
  readonly isAltered: boolean;
  readonly issues: readonly Issue[];
  readonly forecast: Issue | undefined;
  readonly isBinary: boolean;
}

type Work = { -readonly [Name in keyof Repairs]: Repairs[Name] } & { readonly issues: Issue[] };

/**
 * Repairs a message as far as the server needs it and the options allow, and says what the server will do to the rest.
 *
 * @param start the first octets, with the whole header unless that is longer than {@link START_OCTETS}; of a small message all
 */
export function planRepairs(start: Uint8Array, traits: Traits, options: PrepareOptions, lostKeywords: readonly string[]): Repairs {
  const work: Work = {
    start,
    end: '',
    blanksNul: false,
    endsLinesAtCr: false,
    isAny: false,
    isAltered: false,
    issues: [],
    forecast: undefined,
    isBinary: false,
  };
  if (traits.isEmpty) empty(work, options);
  if (lostKeywords.length > 0) insert(work, 0, `X-Keywords: ${lostKeywords.map(encodeWord).join(', ')}\r\n`, 'X-Keywords added');
  if (traits.badHeaderLine >= 0) malformedHeader(work, traits, start);
  else if (!traits.header.isEnded && options.preset.header === 'wellFormed' && !traits.isEmpty) unendedHeader(work, traits);
  if (traits.has8bitHeader) header8bit(work, options);
  if (traits.hasNul) nul(work, traits, options);
  if (traits.hasBareCr) bareCr(work, options);
  if (options.preset.needsFinalLineEnd && traits.lacksFinalLineEnd) altered(work, 'a line end is added at its end');
  if (options.preset.maxLine !== undefined && traits.longestLine > options.preset.maxLine) {
    work.forecast = { code: 'IMAP_MESSAGE_REFUSED', note: `forecast: a line of ${traits.longestLine} octets` };
  }
  return work;
}

/** The octets of a message that is held whole, after its repairs: the same ones if there are none. */
export function repairedWire(source: Uint8Array, repairs: Repairs): Uint8Array {
  if (!repairs.isAny) return source;
  return new Uint8Array(Buffer.concat([repairedPiece(repairs.start, repairs), Buffer.from(repairs.end, 'latin1')]));
}

/** A piece of a message (none ends between CR and LF) with what is done to single octets; an own copy if that is anything. */
export function repairedPiece(piece: Uint8Array, { blanksNul, endsLinesAtCr }: Repairs): Uint8Array {
  let octets = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
  if (blanksNul && octets.includes(0)) {
    octets = Buffer.from(octets);
    for (let at = octets.indexOf(0); at >= 0; at = octets.indexOf(0, at + 1)) octets[at] = 32;
  }
  return endsLinesAtCr ? Buffer.from(octets.toString('latin1').replace(/\r(?!\n)/g, '\r\n'), 'latin1') : octets;
}

function altered(work: Work, note: string): void {
  work.isAltered = true;
  work.issues.push({ code: 'IMAP_MESSAGE_ALTERED', note });
}

function repaired(work: Work, note: string): void {
  work.isAny = true;
  work.issues.push({ code: 'IMAP_MESSAGE_REPAIRED', note });
}

function insert(work: Work, at: number, text: string, note: string): void {
  work.start = new Uint8Array(Buffer.concat([work.start.subarray(0, at), Buffer.from(text, 'latin1'), work.start.subarray(at)]));
  repaired(work, note);
}

function empty(work: Work, options: PrepareOptions): void {
  work.forecast = {
    code: 'IMAP_MESSAGE_REFUSED',
    note: `forecast: an empty message${options.preset.empty === 'refused' ? '' : ' cannot be sent'}`,
  };
}

/** An empty line before the first line that is no header field: what a reader takes for the body begins there anyway. */
function malformedHeader(work: Work, traits: Traits, source: Uint8Array): void {
  const before = work.start.length - source.length;
  insert(work, traits.badHeaderLine + before, '\r\n', 'an empty line ends the header before its first malformed line');
}

function unendedHeader(work: Work, traits: Traits): void {
  work.end = traits.lacksFinalLineEnd ? '\r\n\r\n' : '\r\n';
  repaired(work, 'the header got the empty line that ends it');
}

function header8bit(work: Work, options: PrepareOptions): void {
  if (!options.repairs.has('header8bit')) {
    altered(work, 'the server turns each 8-bit octet of the header into X');
    return;
  }
  const buffer = Buffer.from(work.start.buffer, work.start.byteOffset, work.start.byteLength);
  const end = buffer.indexOf('\r\n\r\n');
  const head = buffer.subarray(0, end < 0 ? buffer.length : end);
  const text = head.toString('latin1').replace(/[^ \t\r\n"<>@(),;:]+/g, (word) => (/[\x80-\xff]/.test(word) ? encodeWord(word) : word));
  work.start = new Uint8Array(Buffer.concat([Buffer.from(text, 'latin1'), buffer.subarray(head.length)]));
  repaired(work, '8-bit header text became encoded-words');
}

/** RFC 2047: UTF-8 where it is that, else ISO-8859-1. One character of `word` is one octet. */
function encodeWord(word: string): string {
  if (/^[\x21-\x7e]*$/.test(word)) return word;
  const isOctets = !/[\u0100-\uffff]/.test(word);
  const text = isOctets ? Buffer.from(word, 'latin1').toString('utf8') : word;
  const isUtf8 = !isOctets || !text.includes('\ufffd');
  const charset = isUtf8 ? 'UTF-8' : 'ISO-8859-1';
  return encodedParts(isUtf8 ? text : word, isUtf8 ? 'utf8' : 'latin1')
    .map((part) => `=?${charset}?B?${part.toString('base64')}?=`)
    .join('\r\n ');
}

/** Octets of one encoded-word: it has 75 characters at most (RFC 2047 §2). */
const MOST_OCTETS = 42;

/** The octets of a text in parts, none of which ends inside a character (RFC 2047 §5). */
function encodedParts(text: string, encoding: 'utf8' | 'latin1'): Buffer[] {
  const parts: Buffer[] = [];
  let part = '';
  let size = 0;
  for (const character of text) {
    const octets = Buffer.byteLength(character, encoding);
    if (size + octets > MOST_OCTETS) {
      parts.push(Buffer.from(part, encoding));
      part = '';
      size = 0;
    }
    part += character;
    size += octets;
  }
  parts.push(Buffer.from(part, encoding));
  return parts;
}

function nul(work: Work, traits: Traits, options: PrepareOptions): void {
  if (options.repairs.has('nul')) {
    work.blanksNul = true;
    repaired(work, 'NUL octets became blanks');
  } else if (options.preset.nul === 'altered') altered(work, 'the server stores another octet for NUL');
  else if (!traits.hasNulInHeader && options.capabilities.has('BINARY')) work.isBinary = true;
  else work.forecast = { code: 'IMAP_MESSAGE_REFUSED', note: 'forecast: NUL octets' };
}

function bareCr(work: Work, options: PrepareOptions): void {
  if (!options.repairs.has('cr')) {
    altered(
      work,
      `the server drops a carriage return ${options.preset.bareCr === 'altered' ? 'that stands alone' : 'before a line end, or at the end'}`,
    );
    return;
  }
  work.endsLinesAtCr = true;
  repaired(work, 'a carriage return alone became a line end');
}
