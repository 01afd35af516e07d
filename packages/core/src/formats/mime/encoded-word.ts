// Encoded words (RFC 2047). Written: UTF-8, Q or B whichever is shorter, never splitting a character, every line within 76
// octets. Read: words side by side are joined before the charset is applied (many writers split characters), unknown charsets
// and broken words stay as they are.
import { decodeByGuess, decodeStrict } from './charset.js';

const PLAIN = /^[\t\x20-\x7e]*$/;
const SAFE_IN_Q = /[A-Za-z0-9!*+\-/]/;
const PREFIX = '=?utf-8?B?'.length + '?='.length;
/** Octets that one encoded word may have (RFC 2047 §2). */
const WORD_LIMIT = 75;

/** True when the text can stand in a header as it is. */
export function isPlainHeaderText(text: string): boolean {
  return PLAIN.test(text) && !text.includes('=?');
}

function encodeQ(text: string): string {
  let encoded = '';
  for (const octet of Buffer.from(text, 'utf8')) {
    const char = String.fromCharCode(octet);
    if (octet === 0x20) encoded += '_';
    else if (octet < 0x80 && SAFE_IN_Q.test(char)) encoded += char;
    else encoded += `=${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

function base64Length(octets: number): number {
  return Math.ceil(octets / 3) * 4;
}

/**
 * The text as encoded words joined by CRLF and a space.
 * @param used octets that stand before it on its line
 */
export function encodeWords(text: string, used = 0): string {
  const useQ = encodeQ(text).length <= base64Length(Buffer.byteLength(text));
  const words: string[] = [];
  let word = '';
  let size = 0;
  let limit = Math.max(24, Math.min(WORD_LIMIT, 76 - used)) - PREFIX;
  const flush = () => {
    words.push(useQ ? `=?utf-8?Q?${encodeQ(word)}?=` : `=?utf-8?B?${Buffer.from(word, 'utf8').toString('base64')}?=`);
    limit = WORD_LIMIT - PREFIX;
    word = '';
    size = 0;
  };
  for (const char of text) {
    const octets = useQ ? encodeQ(char).length : Buffer.byteLength(char);
    if (word !== '' && (useQ ? size + octets : base64Length(size + octets)) > limit) flush();
    word += char;
    size += octets;
  }
  if (word !== '') flush();
  return words.join('\r\n ');
}

// encoded-word = "=?" charset ["*" language] "?" encoding "?" encoded-text "?="      (RFC 2047 §2, RFC 2231 §5)
const RUN = /=\?[^?\s]{1,60}\?[bq]\?[^?]*\?=(?:[ \t\r\n]*=\?[^?\s]{1,60}\?[bq]\?[^?]*\?=)*/gi;
const WORD = /=\?([^?*\s]+)(?:\*[^?\s]*)?\?([bq])\?([^?]*)\?=/gi;

function decodeText(encoding: string, text: string): Buffer {
  if (encoding === 'b') return Buffer.from(text, 'base64');
  const octets = text
    .replace(/_/g, ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return Buffer.from(octets, 'latin1');
}

function decodeRun(run: string): string {
  let text = '';
  let charset = '';
  let pending: Buffer[] = [];
  let raw = '';
  const flush = () => {
    if (pending.length === 0) return;
    const octets = Buffer.concat(pending);
    text += decodeStrict(octets, charset) ?? decodeByGuess(octets, [charset]).text;
    pending = [];
    raw = '';
  };
  for (const [word, label = '', encoding = '', encoded = ''] of run.matchAll(WORD)) {
    if (charset !== label.toLowerCase()) flush();
    charset = label.toLowerCase();
    pending.push(decodeText(encoding.toLowerCase(), encoded));
    raw += word;
  }
  flush();
  return raw + text;
}

/** The text of an unstructured field or a phrase with its encoded words decoded; the value may still be folded. */
export function decodeWords(value: string): string {
  return value.includes('=?') ? value.replace(RUN, decodeRun) : value;
}

/** The text of a field as it stands in a file (octets as latin1, folded or not): unfolded, UTF-8 where it is UTF-8, encoded words decoded. */
export function decodeRawWords(value: string): string {
  return decodeWords(utf8OrLatin1(value.replace(/\r?\n[ \t]*/g, ' ')));
}

function utf8OrLatin1(text: string): string {
  if (!/[\x80-\xff]/.test(text)) return text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'latin1'));
  } catch {
    return text;
  }
}
