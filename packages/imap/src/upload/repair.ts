// Repairs: the smallest change that makes a server take a message, or that loses less than what the server would do to it.
// By default only what adds octets and loses none, and only where the server at hand refuses the message as it is.
import type { Issue } from '@mailferry/core';
import type { HeaderBlock } from './header.js';
import type { PrepareOptions } from './prepare.js';
import type { Traits } from './traits.js';

/**
 * Repairs that lose or invent something, by option: `nul` (NUL becomes a blank), `cr` (a CR alone becomes a line end), `header8bit`
 * (8-bit header octets become encoded-words), `keywords` (lost keywords go into an X-Keywords field).
 */
export type RepairKind = 'nul' | 'cr' | 'header8bit' | 'keywords';

/** Every kind, for the command line. */
export const REPAIR_KINDS: readonly RepairKind[] = ['nul', 'cr', 'header8bit', 'keywords'];

/** A message after its repairs. */
export interface Repaired {
  readonly wire: Uint8Array;
  /** The header block, when no repair has changed the message. */
  readonly header: HeaderBlock | undefined;
  readonly issues: readonly Issue[];
  readonly forecast: Issue | undefined;
  readonly isBinary: boolean;
}

interface Work {
  wire: Uint8Array;
  readonly issues: Issue[];
  forecast: Issue | undefined;
  isBinary: boolean;
}

/** Repairs a message as far as the server needs it and the options allow, and says what the server will do to the rest. */
export function applyRepairs(source: Uint8Array, traits: Traits, options: PrepareOptions, lostKeywords: readonly string[]): Repaired {
  const work: Work = { wire: source, issues: [], forecast: undefined, isBinary: false };
  if (traits.isEmpty) empty(work, options);
  if (lostKeywords.length > 0) insert(work, 0, `X-Keywords: ${lostKeywords.map(encodeWord).join(', ')}\r\n`, 'X-Keywords added');
  if (traits.badHeaderLine >= 0) malformedHeader(work, traits, source);
  else if (!traits.header.isEnded && options.preset.header === 'wellFormed' && !traits.isEmpty) unendedHeader(work, traits);
  if (traits.has8bitHeader) header8bit(work, options);
  if (traits.hasNul) nul(work, traits, options);
  if (traits.hasBareCr) bareCr(work, options);
  if (options.preset.needsFinalLineEnd && traits.lacksFinalLineEnd) altered(work, 'a line end is added at its end');
  if (options.preset.maxLine !== undefined && traits.longestLine > options.preset.maxLine) {
    work.forecast = { code: 'IMAP_MESSAGE_REFUSED', note: `forecast: a line of ${traits.longestLine} octets` };
  }
  const { wire, issues, forecast, isBinary } = work;
  return { wire, issues, forecast, isBinary, header: wire === source ? traits.header : undefined };
}

function altered(work: Work, note: string): void {
  work.issues.push({ code: 'IMAP_MESSAGE_ALTERED', note });
}

function repaired(work: Work, wire: Uint8Array, note: string): void {
  work.wire = wire;
  work.issues.push({ code: 'IMAP_MESSAGE_REPAIRED', note });
}

function insert(work: Work, at: number, text: string, note: string): void {
  repaired(work, new Uint8Array(Buffer.concat([work.wire.subarray(0, at), Buffer.from(text, 'latin1'), work.wire.subarray(at)])), note);
}

function empty(work: Work, options: PrepareOptions): void {
  work.forecast = {
    code: 'IMAP_MESSAGE_REFUSED',
    note: `forecast: an empty message${options.preset.empty === 'refused' ? '' : ' cannot be sent'}`,
  };
}

/** An empty line before the first line that is no header field: what a reader takes for the body begins there anyway. */
function malformedHeader(work: Work, traits: Traits, source: Uint8Array): void {
  const before = work.wire.length - source.length;
  insert(work, traits.badHeaderLine + before, '\r\n', 'an empty line ends the header before its first malformed line');
}

function unendedHeader(work: Work, traits: Traits): void {
  const text = traits.lacksFinalLineEnd ? '\r\n\r\n' : '\r\n';
  insert(work, work.wire.length, text, 'the header got the empty line that ends it');
}

function header8bit(work: Work, options: PrepareOptions): void {
  if (!options.repairs.has('header8bit')) {
    altered(work, 'the server turns each 8-bit octet of the header into X');
    return;
  }
  const buffer = Buffer.from(work.wire);
  const end = buffer.indexOf('\r\n\r\n');
  const head = buffer.subarray(0, end < 0 ? buffer.length : end);
  const text = head.toString('latin1').replace(/[^ \t\r\n"<>@(),;:]+/g, (word) => (/[\x80-\xff]/.test(word) ? encodeWord(word) : word));
  repaired(
    work,
    new Uint8Array(Buffer.concat([Buffer.from(text, 'latin1'), buffer.subarray(head.length)])),
    '8-bit header text became encoded-words',
  );
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
    const wire = Buffer.from(work.wire);
    for (let at = wire.indexOf(0); at >= 0; at = wire.indexOf(0, at + 1)) wire[at] = 32;
    repaired(work, wire, 'NUL octets became blanks');
  } else if (options.preset.nul === 'altered') altered(work, 'the server stores another octet for NUL');
  else if (!traits.hasNulInHeader && options.capabilities.has('BINARY')) work.isBinary = true;
  else work.forecast = { code: 'IMAP_MESSAGE_REFUSED', note: 'forecast: NUL octets' };
}

function bareCr(work: Work, options: PrepareOptions): void {
  if (!options.repairs.has('cr')) {
    altered(work, 'the server drops a carriage return that stands alone');
    return;
  }
  const text = Buffer.from(work.wire)
    .toString('latin1')
    .replace(/\r(?!\n)/g, '\r\n');
  repaired(work, Buffer.from(text, 'latin1'), 'a carriage return alone became a line end');
}
