// The bodies of a message ([MS-OXBBODY]): HTML as it is stored, or de-encapsulated from RTF, or made from native RTF; plain text beside it,
// taken from PidTagBody or derived. Code pages: what the message says, checked strictly, then what the HTML says of itself.
import { crlfSize, toCrlf } from '../content/line-ends.js';
import { normalizeLineEnds } from '../mime/body.js';
import { octetsOf } from '../mime/builder.js';
import { codePageCharset, decodeByGuess, isPlainly } from '../mime/charset.js';
import type { Conversion } from './context.js';
import { htmlToText, isBlankHtml } from './html-text.js';
import type { MapiMessage } from './object.js';
import { Pid } from './properties.js';
import { deEncapsulateHtml, RTF_HEAD, rtfKind, rtfText } from './rtf/de-encapsulate.js';
import { decompressRtf } from './rtf/decompress.js';
import { rtfToHtml } from './rtf/to-html.js';
import { BodyInsertions } from './rtf-insertions.js';
import { bytesOf, numberOf, type StringReader, stringCharsets } from './value.js';

/** HTML in octets with the charset that they are in, and as text. */
interface HtmlBody {
  readonly octets: Uint8Array;
  readonly charset: string;
  readonly text: string;
}

/** HTML as it is stored: most goes out as octets, and nobody asks for its text. */
class StoredHtml implements HtmlBody {
  readonly octets: Uint8Array;
  readonly charset: string;
  #text: string | undefined;

  constructor(octets: Uint8Array, charset: string, text?: string) {
    this.octets = octets;
    this.charset = charset;
    this.#text = text;
  }

  get text(): string {
    this.#text ??= decodeByGuess(this.octets, [this.charset]).text;
    return this.#text;
  }
}

/** What a message has to read. */
export interface MessageBody {
  /** Plain text with CRLF line ends. */
  readonly text: string | undefined;
  readonly html: HtmlBody | undefined;
  /** The RTF when it is what the author wrote. */
  readonly rtf: Uint8Array | undefined;
  /** What stands in a text that was written in RTF. */
  readonly insertions?: BodyInsertions;
}

const NATIVE_RTF = 2;
/** To JIS X 0208 (RFC 1468). */
const SHIFTS = ['\x1b$B', '\x1b$@'];
/** Charsets that MIME text may be in as they are (RFC 2046 §4.1.2 forbids those whose line ends are not octets 13 and 10). */
const WIDE = /^utf-?(?:16|32|7)/i;

/** `charset=…` that an HTML text gives itself. */
function metaCharset(html: Uint8Array): string | undefined {
  const head = Buffer.from(html.buffer, html.byteOffset, Math.min(html.length, 4096)).toString('latin1');
  return /<meta\b[^>]{0,500}\bcharset\s*=\s*["']?([\w.:-]{1,40})/i.exec(head)?.[1]?.toLowerCase();
}

/** UTF-16 shows by its mark, or by `<` and a letter with their octets of 0, whatever a code page says. */
function wideCharset(html: Uint8Array): string | undefined {
  const head = Buffer.from(html.buffer, html.byteOffset, Math.min(html.length, 4)).toString('hex');
  if (/^fffe|^3c00[2-7][0-9a-f]00/.test(head)) return 'utf-16le';
  return /^feff|^003c00/.test(head) ? 'utf-16be' : undefined;
}

/** What shows by its octets, whatever a code page says: UTF-16, and ISO-2022-JP, whose octets are all ASCII, by its shift to two octets. */
function markedCharset(html: Uint8Array): string | undefined {
  const octets = Buffer.from(html.buffer, html.byteOffset, html.length);
  const isShifted = octets.includes(0x1b) && SHIFTS.some((shift) => octets.includes(shift));
  return wideCharset(html) ?? (isShifted ? 'iso-2022-jp' : undefined);
}

function unicodeHtml(html: string): HtmlBody {
  const text = normalizeLineEnds(html);
  return { octets: octetsOf(text), charset: 'utf-8', text };
}

/** The octets with CRLF line ends; the same when they have no others. */
function asCrlf(octets: Uint8Array): Uint8Array {
  return crlfSize([octets]) === octets.length ? octets : toCrlf([octets]);
}

/** Octets of HTML: the code page of the message, else the charset it names, else what fits. */
function octetHtml(html: Uint8Array, message: MapiMessage, conversion: Conversion): HtmlBody {
  const page = numberOf(message, Pid.PidTagInternetCodepage);
  const said = page ? codePageCharset(page) : undefined;
  const marked = markedCharset(html);
  if (said !== undefined && marked === undefined && isPlainly(html, said)) return new StoredHtml(asCrlf(html), said);
  const charsets = [marked, said, metaCharset(html), ...stringCharsets(message, conversion.context)].filter(
    (charset) => charset !== undefined,
  );
  const guess = decodeByGuess(html, charsets);
  if (!guess.isExact) conversion.issues.add('MAPI_CODE_PAGE_GUESSED', 'the HTML body');
  if (WIDE.test(guess.charset)) return unicodeHtml(guess.text);
  return new StoredHtml(asCrlf(html), guess.charset, guess.text);
}

function storedHtml(message: MapiMessage, strings: StringReader, conversion: Conversion): HtmlBody | undefined {
  const value = message.property(Pid.PidTagHtml);
  const octets = value instanceof Uint8Array ? value : message.rawString8(Pid.PidTagHtml);
  if (octets !== undefined && octets.length > 0) return octetHtml(trimNul(octets), message, conversion);
  const text = strings.text(message, Pid.PidTagHtml);
  return text === undefined ? undefined : unicodeHtml(text);
}

function trimNul(octets: Uint8Array): Uint8Array {
  let end = octets.length;
  while (end > 0 && octets[end - 1] === 0) end--;
  // The last octet of UTF-16LE is one of its characters.
  if (end % 2 === 1 && end < octets.length && wideCharset(octets) === 'utf-16le') end++;
  return octets.subarray(0, end);
}

/** The RTF of a message with what it is; only its head when it repeats a text that is there already. */
function readRtf(
  message: MapiMessage,
  hasText: boolean,
  conversion: Conversion,
): { rtf: Uint8Array; kind: 'html' | 'text' | 'native' } | undefined {
  const compressed = bytesOf(message, Pid.PidTagRtfCompressed);
  const head = compressed ? decompressRtf(compressed, RTF_HEAD) : undefined;
  if (!compressed || !head || !Buffer.from(head.subarray(0, 64)).includes('{\\rtf')) {
    if (compressed) conversion.issues.add('MAPI_RTF_UNREADABLE');
    return undefined;
  }
  const kind = rtfKind(head);
  if (kind === 'text' && hasText) return undefined;
  return { rtf: decompressRtf(compressed) ?? head, kind };
}

function textFrom(source: string | undefined): string | undefined {
  if (source === undefined) return undefined;
  const text = normalizeLineEnds(source.includes('\0') ? source.replace(/\0/g, '') : source);
  return /\S/.test(text) ? text : undefined;
}

/** Reads the bodies of a message. */
export function messageBody(message: MapiMessage, strings: StringReader, conversion: Conversion): MessageBody {
  const text = textFrom(strings.text(message, Pid.PidTagBody));
  const html = storedHtml(message, strings, conversion);
  if (html) return textAndHtml(text, html);
  const found = readRtf(message, text !== undefined, conversion);
  if (!found) return { text, html: undefined, rtf: undefined };
  if (found.kind === 'text') return { text: textFrom(rtfText(found.rtf)), html: undefined, rtf: undefined };
  if (found.kind === 'html') return textAndHtml(text, unicodeHtml(deEncapsulateHtml(found.rtf)));
  const insertions = new BodyInsertions(message, strings, conversion);
  const made = unicodeHtml(rtfToHtml(found.rtf, insertions));
  const isNative = numberOf(message, Pid.PidTagNativeBody) === NATIVE_RTF;
  const body = nativeRtf(found.rtf, made, text ?? textFrom(rtfText(found.rtf)), isNative || insertions.pictures.length > 0, conversion);
  return body.html === undefined ? body : { ...body, insertions };
}

/** HTML that shows nothing gives way to a text: mail programs would show a blank page instead of it. */
function textAndHtml(text: string | undefined, html: HtmlBody): MessageBody {
  if (text !== undefined && isBlankHtml(html.octets)) return { text, html: undefined, rtf: undefined };
  return { text: betterText(text, html), html, rtf: undefined };
}

/** Native RTF: its HTML, and the RTF itself as an attachment unless it only repeats a text. */
function nativeRtf(rtf: Uint8Array, html: HtmlBody, text: string | undefined, isNative: boolean, conversion: Conversion): MessageBody {
  const keepsRtf = conversion.context.keepsRtf !== false;
  if (isBlankHtml(html.octets)) {
    // A metafile is in the RTF alone.
    const isSeen = Buffer.from(rtf.buffer, rtf.byteOffset, rtf.length).includes('{\\pict') || (isNative && text !== undefined);
    return { text, html: undefined, rtf: keepsRtf && isSeen ? rtf : undefined };
  }
  return { text: text ?? htmlToText(html.text), html, rtf: keepsRtf ? rtf : undefined };
}

/** The text that is stored, unless it lost characters that the HTML still has: to U+FFFD, or to question marks in a text of ASCII. */
function betterText(text: string | undefined, html: HtmlBody): string | undefined {
  if (text === undefined || (text.includes('\ufffd') && !html.text.includes('\ufffd'))) return htmlToText(html.text);
  if (!LOST_LETTERS.test(text) || NON_ASCII.test(text)) return text;
  const made = htmlToText(html.text);
  return NON_ASCII.test(made) && questionMarks(made) + LEAST_LOST <= questionMarks(text) ? made : text;
}

/** A word of question marks: a program had no code page for its letters. */
const LOST_LETTERS = /\?{3}/;
const NON_ASCII = /[^\p{ASCII}]/u;
/** Question marks more than the HTML has that make a text a lost one. */
const LEAST_LOST = 3;

function questionMarks(text: string): number {
  return text.split('?').length - 1;
}

/** The octets of a text with the name of their charset. */
export function textOctets(text: string): { octets: Uint8Array; charset: string } {
  return { octets: octetsOf(text), charset: 'utf-8' };
}
