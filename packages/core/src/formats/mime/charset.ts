// Character sets of MIME and code pages of Windows. UTF-8 and ASCII are decoded natively, the rest by iconv-lite, the
// stateful ISO-2022 sets by Node's own decoder, which knows them. Strict decoding says no instead of U+FFFD, so that
// the next guess can be tried; only the last guess of all may replace.
import { isAscii, isUtf8 } from 'node:buffer';
import { createRequire } from 'node:module';
import type Iconv from 'iconv-lite';

/** Loaded by the first text that needs it: most mail is UTF-8 or ASCII. */
function iconv(): typeof Iconv {
  loaded ??= require('iconv-lite') as typeof Iconv;
  return loaded;
}

const require = createRequire(import.meta.url);
let loaded: typeof Iconv | undefined;

/** MIME names of the Windows code pages that are not `windows-N` ([MS-UCODEREF] 2.2.1). */
const CODE_PAGES: ReadonlyMap<number, string> = new Map([
  [437, 'ibm437'],
  [708, 'iso-8859-6'],
  [850, 'ibm850'],
  [852, 'ibm852'],
  [855, 'ibm855'],
  [857, 'ibm857'],
  [858, 'ibm858'],
  [862, 'ibm862'],
  [866, 'ibm866'],
  [874, 'windows-874'],
  [932, 'shift_jis'],
  [936, 'gb2312'],
  [949, 'ks_c_5601-1987'],
  [950, 'big5'],
  [1200, 'utf-16le'],
  [1201, 'utf-16be'],
  [10000, 'macintosh'],
  [20127, 'us-ascii'],
  [20866, 'koi8-r'],
  [20932, 'euc-jp'],
  [21866, 'koi8-u'],
  [38598, 'iso-8859-8-i'],
  [50220, 'iso-2022-jp'],
  [50221, 'iso-2022-jp'],
  [50222, 'iso-2022-jp'],
  [50225, 'iso-2022-kr'],
  [51932, 'euc-jp'],
  [51936, 'gb2312'],
  [51949, 'euc-kr'],
  [52936, 'hz-gb-2312'],
  [54936, 'gb18030'],
  [65000, 'utf-7'],
  [65001, 'utf-8'],
]);

/** Names that neither decoder knows, or that mean a superset in practice (the WHATWG Encoding Standard's labels). */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['iso-8859-8-i', 'iso-8859-8'],
  ['ks_c_5601-1987', 'cp949'],
  ['euc-kr', 'cp949'],
  ['gb2312', 'gbk'],
  ['shift_jis', 'cp932'],
  ['shift-jis', 'cp932'],
  ['x-sjis', 'cp932'],
  ['unicode-1-1-utf-7', 'utf-7'],
  ['unicode-1-1-utf-8', 'utf-8'],
  ['x-unknown', 'windows-1252'],
  ['unknown-8bit', 'windows-1252'],
]);

/** Charsets in which octets below 128 are ASCII, whatever stands beside them. */
const EXTENDS_ASCII = /^(?:windows-125[0-8]|windows-874|iso-8859-\d{1,2}|koi8-[ru]|gbk|gb18030|cp949|big5|euc-jp)$/;

/** Charsets in which each octet is a character: any text is valid in them, UTF-8 too. */
const SINGLE_OCTETS = /^(?:windows-125\d|windows-874|iso-8859-\d{1,2}|koi8-[ru]|ibm8\d\d|ibm437|macintosh)$/;

const NATIVE_ONLY = /^(?:cs)?iso-?2022-?(?:jp|kr|cn)/i;

/** The MIME name of a Windows code page, undefined for one that has none. */
export function codePageCharset(codePage: number): string | undefined {
  if (codePage >= 1250 && codePage <= 1258) return `windows-${codePage}`;
  if (codePage >= 28591 && codePage <= 28606) return `iso-8859-${codePage - 28590}`;
  return CODE_PAGES.get(codePage);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** ASCII read as windows-1252 is windows-1252; so is Latin-1 (nobody means C1 controls). */
function decoderName(charset: string): string {
  const name = charset.trim().toLowerCase();
  return ALIASES.get(name) ?? name;
}

function decodeNative(bytes: Uint8Array, charset: string): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The text, or undefined when the octets are not valid in the charset, or nobody knows the charset. */
export function decodeStrict(bytes: Uint8Array, charset: string): string | undefined {
  const name = decoderName(charset);
  if (name === 'utf-8' || name === 'utf8')
    return isUtf8(bytes)
      ? asBuffer(bytes)
          .toString('utf8')
          .replace(/^\ufeff/, '')
      : undefined;
  if (name === 'us-ascii' || name === 'ascii') {
    return isAscii(bytes) ? asBuffer(bytes).toString('latin1') : undefined;
  }
  if (EXTENDS_ASCII.test(name) && isAscii(bytes)) return asBuffer(bytes).toString('latin1');
  if (NATIVE_ONLY.test(name)) return decodeNative(bytes, name);
  if (!iconv().encodingExists(name)) return decodeNative(bytes, name);
  const text = iconv().decode(asBuffer(bytes), name);
  return text.includes('\ufffd') ? undefined : text;
}

/** True when the octets are surely valid in UTF-8, or ASCII in a charset that has it: known without decoding them. */
export function isPlainly(bytes: Uint8Array, charset: string): boolean {
  const name = decoderName(charset);
  if (name === 'utf-8' || name === 'utf8') return isUtf8(bytes);
  return (name === 'us-ascii' || EXTENDS_ASCII.test(name)) && isAscii(bytes);
}

/** True when octets that should be in a charset of single octets are UTF-8: no text of such a charset looks so by chance. */
function isUtf8Instead(bytes: Uint8Array, charset: string): boolean {
  return SINGLE_OCTETS.test(decoderName(charset)) && isUtf8(bytes) && !isAscii(bytes);
}

/**
 * The text by the first charset in which the octets are valid (UTF-8 goes before one of single octets); then UTF-8 if they are valid in that; then the first known
 * charset with U+FFFD for what it lacks, and windows-1252 (which has a meaning for nearly every octet) if none is known.
 */
export function decodeByGuess(bytes: Uint8Array, charsets: readonly string[]): { text: string; charset: string; isExact: boolean } {
  for (const charset of charsets) {
    const name = isUtf8Instead(bytes, charset) ? 'utf-8' : charset;
    const text = decodeStrict(bytes, name);
    if (text !== undefined) return { text, charset: name, isExact: true };
  }
  const utf8 = decodeStrict(bytes, 'utf-8');
  if (utf8 !== undefined) return { text: utf8, charset: 'utf-8', isExact: true };
  const western = decodeStrict(bytes, 'windows-1252');
  if (western !== undefined) return { text: western, charset: 'windows-1252', isExact: false };
  return { text: asBuffer(bytes).toString('latin1'), charset: 'iso-8859-1', isExact: false };
}

/** The text of octets by the code pages that are named, best first; code pages of 0 and unknown ones are passed over. */
export function decodeByCodePages(octets: Uint8Array, codePages: readonly number[]): string {
  const charsets = codePages.map((page) => codePageCharset(page)).filter((charset) => charset !== undefined);
  return decodeByGuess(octets, charsets).text;
}
