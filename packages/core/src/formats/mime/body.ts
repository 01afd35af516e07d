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
    const all = carry.length === 0 ? chunk : Buffer.concat([carry, chunk]);
    const whole = all.length - (all.length % LINE_OCTETS);
    if (whole > 0) yield encodeBase64(all.subarray(0, whole));
    carry = Uint8Array.from(all.subarray(whole));
  }
  if (carry.length > 0) yield encodeBase64(carry);
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, i) => `=${i.toString(16).toUpperCase().padStart(2, '0')}`);
// What must be escaped: all but printable ASCII without "=", line ends, and space or tab inside a line (RFC 2045 §6.7).
const ESCAPED = /[^\t\r\n\x20-\x3c\x3e-\x7e]|[\t ](?=\r\n|$)/g;

/** Cuts a line of quoted-printable at 75 characters and never inside an escape. */
function softBreaks(line: string): string {
  const parts: string[] = [];
  let at = 0;
  while (line.length - at > LINE_CHARS) {
    let end = at + LINE_CHARS - 1;
    if (line[end - 1] === '=') end -= 1;
    else if (line[end - 2] === '=') end -= 2;
    parts.push(line.slice(at, end));
    at = end;
  }
  parts.push(line.slice(at));
  return parts.join('=\r\n');
}

/** Text whose line ends are CRLF as quoted-printable. */
export function encodeQuotedPrintable(text: Uint8Array): Uint8Array {
  const octets = asBuffer(text).toString('latin1');
  const escaped = octets.replace(ESCAPED, (char) => HEX[char.charCodeAt(0)] ?? char);
  return Buffer.from(escaped.replace(/^[^\r\n]{77,}/gm, softBreaks), 'latin1');
}

/** Text with every CR, LF and CR LF as CRLF. */
export function normalizeLineEnds(text: string): string {
  return /\r(?!\n)|(?<!\r)\n/.test(text) ? text.replace(/\r\n|\r|\n/g, '\r\n') : text;
}

/** Which encoding suits the octets of a text whose line ends are CRLF. */
export function chooseTransferEncoding(text: Uint8Array): TransferEncoding {
  const octets = asBuffer(text).toString('latin1');
  if (!/[^\t\r\n\x20-\x7e]|^[^\r\n]{999}/m.test(octets)) return '7bit';
  const high = octets.match(/[\x80-\xff]/g)?.length ?? 0;
  return high * 5 > text.length ? 'base64' : 'quoted-printable';
}
