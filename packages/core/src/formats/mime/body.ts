// Content-Transfer-Encoding (RFC 2045 §6). Text is 7bit where it can be, quoted-printable where it is mostly ASCII, else base64;
// everything else is base64 in lines of 76. Sizes are known before a single octet is read, so that a large body can be streamed.
import { base64Size, writeBase64 } from './base64.js';
import { measureText, quotedPrintableOctets } from './encoding-kernel.js';

/** How a body is encoded. */
export type TransferEncoding = '7bit' | '8bit' | 'quoted-printable' | 'base64';

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The data as base64 in lines of 76 characters, each with CRLF. */
export function encodeBase64(data: Uint8Array): Uint8Array {
  const out = Buffer.allocUnsafe(base64Size(data.length));
  writeBase64([data], out, 0);
  return out;
}

/** Octets that the kernel is given at once: its memory never shrinks. */
const SLICE: number = 1024 * 1024;

/** Where a text is cut: after the last line end within SLICE, else after the first one behind it. */
function cutAt(text: Uint8Array, from: number): number {
  if (text.length - from <= SLICE) return text.length;
  const buffer = asBuffer(text);
  const end = buffer.lastIndexOf('\r\n', from + SLICE - 2);
  const next = end >= from ? end : buffer.indexOf('\r\n', from + SLICE - 2);
  return next < 0 ? text.length : next + 2;
}

/** Text whose line ends are CRLF as quoted-printable. */
export function encodeQuotedPrintable(text: Uint8Array): Uint8Array {
  if (text.length <= SLICE) return quotedPrintableOctets(text);
  const parts: Uint8Array[] = [];
  for (let from = 0; from < text.length; ) {
    const end = cutAt(text, from);
    parts.push(quotedPrintableOctets(text.subarray(from, end)));
    from = end;
  }
  return Buffer.concat(parts);
}

/** Text with every CR, LF and CR LF as CRLF. */
export function normalizeLineEnds(text: string): string {
  return hasOnlyCrlf(text) ? text : text.replace(/\r\n|\r|\n/g, '\r\n');
}

/** Two searches a line are four times faster than one expression with a look around each character. */
function hasOnlyCrlf(text: string): boolean {
  for (let from = 0; ; ) {
    const cr = text.indexOf('\r', from);
    const lf = text.indexOf('\n', from);
    if (cr < 0 || lf !== cr + 1) return cr < 0 && lf < 0;
    from = lf + 1;
  }
}

/** Octets of the longest line that SMTP lets pass (RFC 5322 §2.1.1). */
const LONGEST_LINE = 998;

/** Which encoding suits the octets of a text whose line ends are CRLF. */
export function chooseTransferEncoding(text: Uint8Array): TransferEncoding {
  let high = 0;
  let isClean = true;
  for (let from = 0; from < text.length; ) {
    const end = cutAt(text, from);
    const found = measureText(text.subarray(from, end));
    high += found.high;
    isClean &&= found.controls === 0 && found.longest <= LONGEST_LINE;
    from = end;
  }
  if (high === 0 && isClean) return '7bit';
  return high * 5 > text.length ? 'base64' : 'quoted-printable';
}
