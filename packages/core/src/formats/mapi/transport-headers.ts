// PidTagTransportMessageHeaders ([MS-OXOMSG] 2.2.1.61): what the message looked like on the wire. Kept byte for byte and in order but for
// Content-Type and its like and MIME-Version, which describe a body that is no longer there. It may start with a banner of Outlook, go on after a
// blank line with headers of body parts, have lost the space before folded lines, or be no header at all.
import { decodeByGuess } from '../mime/charset.js';
import { encodeWords } from '../mime/encoded-word.js';
import { fieldValue, type HeaderField, splitHeader } from '../mime/header.js';
import { formatMailboxList, parseMailboxList } from '../mime/mailbox.js';
import type { MapiMessage } from './object.js';
import { Pid } from './properties.js';
import { asString } from './value.js';

/** The header that a message came with. */
export interface TransportHeaders {
  /** What is kept, in order. */
  readonly fields: readonly HeaderField[];
  /** The Content-Type that it had, unfolded. */
  readonly contentType: string | undefined;
  /** True when a line had to be mended or octets beyond ASCII had to be encoded. */
  readonly isRepaired: boolean;
}

const FIELD_LINE = /^[!-9;-~]+[ \t]*:/;
const TELLING = /^(?:from|to|cc|date|subject|received|message-id|return-path|x-[!-9;-~]*|mime-version)$/i;
const ADDRESS_FIELDS = /^(?:from|sender|reply-to|to|cc|bcc|return-path|disposition-notification-to|resent-.*)$/i;
/**
 * Fields of a body that is made anew. Content-Class says what kind of message it is, by which mail programs know rights-protected mail ([MS-OXORMMS] 2.2.1.1),
 * and Content-Language what it is written in: both stay.
 */
export const OF_BODY: RegExp = /^(?:content-(?!class$|language$)[!-9;-~]+|mime-version)$/i;

function headerText(message: MapiMessage): string | undefined {
  const raw = message.rawString8(Pid.PidTagTransportMessageHeaders);
  return raw
    ? decodeByGuess(raw, ['us-ascii', 'utf-8', 'windows-1252']).text
    : asString(message.property(Pid.PidTagTransportMessageHeaders));
}

/** Lines up to the first blank one, without banner and From_ line; CR alone ends a line where nothing else does. */
function headerLines(text: string): string[] {
  const start = (text.includes('\n') ? text : text.replaceAll('\r', '\n'))
    .replace(/^[\ufeff\s]+/, '')
    .replace(/^Microsoft Mail Internet Headers[^\n]*\n\s*/i, '')
    .replace(/^>?From [^\n]*\n/, '');
  const blank = /\n\r*\n/.exec(start);
  const section = blank ? start.slice(0, blank.index) : start;
  return section.replace(/[\r\0]+$/, '').split(/\r*\n/);
}

/** What nearly all headers are: fields and folded lines of ASCII with CRLF, and nothing that has to be mended. */
const CLEAN = /^(?:[!-9;-~]+[ \t]*:[\t\x20-\x7e]*\r\n(?:[ \t](?=[ \t]*[!-~])[\t\x20-\x7e]*\r\n)*)+$/;
const ODD_START = /^(?:[\ufeff\s>]|Microsoft Mail Internet Headers|From )/i;

/** The header section when it is clean, without its last line end. */
function cleanSection(text: string): string | undefined {
  const blank = text.indexOf('\r\n\r\n');
  if (blank < 0 || ODD_START.test(text)) return undefined;
  const section = text.slice(0, blank + 2);
  return CLEAN.test(section) ? text.slice(0, blank) : undefined;
}

/** Lines that are neither a field nor folded belong to the line above. */
function mendFolding(lines: readonly string[]): { text: string; mended: number } {
  let mended = 0;
  const whole: string[] = [];
  for (const line of lines) {
    if (line.trim() === '') continue;
    const isGood = FIELD_LINE.test(line) || /^[ \t]/.test(line);
    if (!isGood && whole.length === 0) continue;
    if (!isGood) mended += 1;
    whole.push(isGood ? line.replace(/\r/g, '') : `\t${line.replace(/\r/g, '')}`);
  }
  return { text: whole.join('\r\n'), mended };
}

/** Controls that no header has; ESC is left out, which ISO-2022-JP uses. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what it looks for
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]/;
const NON_ASCII = /[^\p{ASCII}]/u;

/** A field with octets beyond ASCII, which RFC 5322 forbids: the same with encoded words. */
function encodeField(field: HeaderField): HeaderField {
  const value = fieldValue(field);
  const lead = `${field.name}: `;
  if (ADDRESS_FIELDS.test(field.name)) return { name: field.name, raw: lead + formatMailboxList(parseMailboxList(value), lead.length) };
  // Only words with such characters, with the words between them: the rest of a Received or X- field stays readable.
  const runs: string[][] = [];
  let wasForeign = false;
  for (const word of value.split(' ')) {
    const isForeign = NON_ASCII.test(word);
    // Encoded words swallow the space between them, so foreign words side by side are encoded as one.
    if (isForeign && wasForeign) runs.at(-1)?.push(word);
    else runs.push([word]);
    wasForeign = isForeign;
  }
  const texts = runs.map((run) => run.join(' '));
  const encoded = texts.map((run) => (NON_ASCII.test(run) ? encodeWords(run, lead.length) : run)).join(' ');
  return { name: field.name, raw: lead + encoded };
}

/**
 * The fields of a header after which no line end follows. The last may be no more than its beginning: it leaves, unless those before it are a whole
 * header without it; the properties know what it was.
 */
function withoutCut(fields: readonly HeaderField[]): readonly HeaderField[] {
  const before = fields.slice(0, -1);
  const names = before.map((field) => field.name.toLowerCase());
  return names.includes('from') && names.includes('date') ? fields : before;
}

/** The transport headers of a message; undefined when it has none, or what it has is no header. */
export function readTransportHeaders(message: MapiMessage): TransportHeaders | undefined {
  const text = headerText(message);
  if (text === undefined) return undefined;
  const clean = cleanSection(text);
  const lines = clean === undefined ? headerLines(text) : [];
  if (lines.some((line) => CONTROLS.test(line))) return undefined;
  const { text: section, mended } = clean === undefined ? mendFolding(lines) : { text: clean, mended: 0 };
  const all = clean === undefined && !/[\r\n]\0*$/.test(text) ? withoutCut(splitHeader(section)) : splitHeader(section);
  if (all.length === 0 || mended > all.length || !all.some((field) => TELLING.test(field.name))) return undefined;
  const type = all.find((field) => field.name.toLowerCase() === 'content-type');
  const kept = all.filter((field) => !OF_BODY.test(field.name));
  const isForeign = clean === undefined && NON_ASCII.test(section);
  return {
    fields: isForeign ? kept.map((field) => (NON_ASCII.test(field.raw) ? encodeField(field) : field)) : kept,
    contentType: type ? fieldValue(type) : undefined,
    isRepaired: mended > 0 || isForeign,
  };
}
