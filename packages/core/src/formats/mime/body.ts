// Content-Transfer-Encoding (RFC 2045 §6). Text is 7bit where it can be, quoted-printable where it is mostly ASCII, else base64;
// everything else is base64 in lines of 76. Sizes are known before a single octet is read, so that a large body can be streamed.

/** How a body is encoded. */
export type TransferEncoding = '7bit' | '8bit' | 'quoted-printable' | 'base64';

/** Octets that make one line of base64. */
const LINE_OCTETS = 57;
const LINE_CHARS = 76;
/** Octets encoded at a time: a multiple of LINE_OCTETS. */
const SLICE = LINE_OCTETS * 4096;
const CRLF = 0x0a0d;
const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const EQUALS = 0x3d;

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Octets of a base64 body with its line ends, for `size` octets of data. */
export function base64Size(size: number): number {
  const full = Math.floor(size / LINE_OCTETS);
  const rest = size % LINE_OCTETS;
  return full * (LINE_CHARS + 2) + (rest === 0 ? 0 : Math.ceil(rest / 3) * 4 + 2);
}

/** Octets that make two lines: with their line ends they are 156 octets, a whole number of words. */
const PAIR_OCTETS = 2 * LINE_OCTETS;
const LINE_WORDS = LINE_CHARS / 4;

/**
 * Copies lines of 76 characters apart, four octets at a time (Node has nothing native for it). The second line of each pair lies two octets
 * beside the words, so its words are put together from halves; words are little-endian on every platform that Node runs on.
 */
function spreadLines(chars: Uint32Array, out: Uint32Array, pairs: number): void {
  let from = 0;
  let to = 0;
  for (let pair = 0; pair < pairs; pair++) {
    for (let i = 0; i < LINE_WORDS; i++) out[to++] = chars[from++] ?? 0;
    let carry = CRLF;
    for (let i = 0; i < LINE_WORDS; i++) {
      const word = chars[from++] ?? 0;
      out[to++] = carry | (word << 16);
      carry = word >>> 16;
    }
    out[to++] = carry | (CRLF << 16);
  }
}

const charBuffer = new ArrayBuffer((SLICE / 3) * 4);
const charBytes = Buffer.from(charBuffer);
const charWords = new Uint32Array(charBuffer);

/** Encodes at most SLICE octets into `out` at `at`, a multiple of four; gives the position after it. */
function encodeSlice(slice: Buffer, out: ArrayBuffer, at: number): number {
  const pairs = Math.floor(slice.length / PAIR_OCTETS);
  const whole = pairs * PAIR_OCTETS;
  charBytes.write(slice.toString('base64', 0, whole), 0, 'latin1');
  spreadLines(charWords, new Uint32Array(out, at, pairs * (2 * LINE_WORDS + 1)), pairs);
  let end = at + pairs * 2 * (LINE_CHARS + 2);
  const target = Buffer.from(out);
  for (let from = whole; from < slice.length; from += LINE_OCTETS) {
    end += target.write(`${slice.toString('base64', from, Math.min(from + LINE_OCTETS, slice.length))}\r\n`, end, 'latin1');
  }
  return end;
}

/** The data as base64 in lines of 76 characters, each with CRLF. */
export function encodeBase64(data: Uint8Array): Uint8Array {
  const out = new ArrayBuffer(base64Size(data.length));
  const source = asBuffer(data);
  let at = 0;
  for (let from = 0; from < source.length; from += SLICE) at = encodeSlice(source.subarray(from, from + SLICE), out, at);
  return new Uint8Array(out, 0, at);
}

/** The same, chunk by chunk. */
export function* encodeBase64Chunks(chunks: Iterable<Uint8Array>): Generator<Uint8Array> {
  let carry: Uint8Array = new Uint8Array();
  for (const chunk of chunks) {
    const start = carry.length === 0 ? 0 : Math.min(chunk.length, LINE_OCTETS - carry.length);
    const line = start === 0 ? carry : Buffer.concat([carry, chunk.subarray(0, start)]);
    const isWhole = line.length === LINE_OCTETS;
    if (isWhole) yield encodeBase64(line);
    const end = chunk.length - ((chunk.length - start) % LINE_OCTETS);
    if (end > start) yield encodeBase64(chunk.subarray(start, end));
    carry = line.length > 0 && !isWhole ? line : Uint8Array.from(chunk.subarray(end));
  }
  if (carry.length > 0) yield encodeBase64(carry);
}

// What RFC 2045 §6.7 does with an octet: as it is; escaped where its line ends after it; the end of a line; escaped.
const PLAIN = 0;
const BLANK = 1;
const LINE_END = 2;
const ESCAPED = 3;
const KINDS: Uint8Array = Uint8Array.from({ length: 256 }, (_, octet) => {
  if (octet === TAB || octet === SPACE) return BLANK;
  if (octet === CR || octet === LF) return LINE_END;
  return octet > SPACE && octet < 0x7f && octet !== EQUALS ? PLAIN : ESCAPED;
});
const HEX_DIGITS: Uint8Array = Buffer.from('0123456789ABCDEF', 'latin1');

/** Where a line of quoted-printable that is too long is cut next: at 75 characters and never inside an escape. */
function nextCut(line: Uint8Array, at: number): number {
  const end = at + LINE_CHARS - 1;
  if (line[end - 1] === EQUALS) return end - 1;
  return line[end - 2] === EQUALS ? end - 2 : end;
}

/** Puts soft breaks into the line that `out` has from `start` to `end`; gives its new end. */
function breakLine(out: Uint8Array, start: number, end: number): number {
  if (end - start <= LINE_CHARS) return end;
  const line = out.slice(start, end);
  let to = start;
  let from = 0;
  while (line.length - from > LINE_CHARS) {
    const cut = nextCut(line, from);
    out.set(line.subarray(from, cut), to);
    to += cut - from;
    out[to++] = EQUALS;
    out[to++] = CR;
    out[to++] = LF;
    from = cut;
  }
  out.set(line.subarray(from), to);
  return to + line.length - from;
}

/** True where a line ends at `at`. */
function isLineEnd(text: Uint8Array, at: number): boolean {
  return at >= text.length || (text[at] === CR && text[at + 1] === LF);
}

/** Octets that the text may need as quoted-printable, with all its soft breaks. */
function quotedPrintableBound(text: Uint8Array): number {
  let escapes = 0;
  for (let i = 0; i < text.length; i++) {
    const kind = KINDS[text[i] ?? 0];
    if (kind === ESCAPED || (kind === BLANK && isLineEnd(text, i + 1))) escapes++;
  }
  const size = text.length + 2 * escapes;
  return size + 3 * Math.ceil(size / (LINE_CHARS - 3));
}

/** Text whose line ends are CRLF as quoted-printable. */
export function encodeQuotedPrintable(text: Uint8Array): Uint8Array {
  const out = new Uint8Array(quotedPrintableBound(text));
  let at = 0;
  let lineStart = 0;
  for (let i = 0; i < text.length; i++) {
    const octet = text[i] ?? 0;
    const kind = KINDS[octet];
    if (kind === PLAIN || (kind === BLANK && !isLineEnd(text, i + 1))) {
      out[at++] = octet;
    } else if (kind === LINE_END) {
      at = breakLine(out, lineStart, at);
      out[at++] = octet;
      lineStart = at;
    } else {
      out[at++] = EQUALS;
      out[at++] = HEX_DIGITS[octet >>> 4] ?? 0;
      out[at++] = HEX_DIGITS[octet & 0xf] ?? 0;
    }
  }
  return out.subarray(0, breakLine(out, lineStart, at));
}

/** Text with every CR, LF and CR LF as CRLF. */
export function normalizeLineEnds(text: string): string {
  return /\r(?!\n)|(?<!\r)\n/.test(text) ? text.replace(/\r\n|\r|\n/g, '\r\n') : text;
}

/** Octets of the longest line that SMTP lets pass (RFC 5322 §2.1.1). */
const LONGEST_LINE = 998;

/** Which encoding suits the octets of a text whose line ends are CRLF. */
export function chooseTransferEncoding(text: Uint8Array): TransferEncoding {
  let high = 0;
  let controls = 0;
  let longest = 0;
  let lineStart = 0;
  for (let i = 0; i < text.length; i++) {
    const octet = text[i] ?? 0;
    if (octet >= 0x80) high++;
    else if (octet === CR || octet === LF) {
      longest = Math.max(longest, i - lineStart);
      lineStart = i + 1;
    } else if (KINDS[octet] === ESCAPED && octet !== EQUALS) controls++;
  }
  longest = Math.max(longest, text.length - lineStart);
  if (high === 0 && controls === 0 && longest <= LONGEST_LINE) return '7bit';
  return high * 5 > text.length ? 'base64' : 'quoted-printable';
}
