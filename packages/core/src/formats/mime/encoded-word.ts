// Encoded words (RFC 2047): `=?charset?B|Q?text?=`. Adjacent ones of one charset are decoded as one text, since real encoders split inside a
// character. What cannot be decoded stays as it is written.

const WORD = /=\?([!#-&+\-0-9A-Z^_`a-z{}~]{1,40})(?:\*[^?]*)?\?([bq])\?([^?\s]*)\?=/gi;

/** Decodes the encoded words of a header value (latin1 or UTF-8 octets as latin1, folded or not) to Unicode. */
export function decodeWords(value: string): string {
  const unfolded = utf8OrLatin1(value.replace(/\r?\n[ \t]*/g, ' '));
  const joined = unfolded.replace(/(\?=)\s+(?==\?[^\s?]+\?[bq]\?[^?\s]*\?=)/gi, '$1');
  let text = '';
  let at = 0;
  let pending: { charset: string; octets: Buffer[] } | undefined;
  const flush = (): void => {
    if (pending !== undefined) text += decode(pending.charset, Buffer.concat(pending.octets));
    pending = undefined;
  };
  for (const match of joined.matchAll(WORD)) {
    const [all, charset = '', encoding = '', data = ''] = match;
    const name = charset.toLowerCase();
    if (match.index > at || (pending !== undefined && pending.charset !== name)) flush();
    text += joined.slice(at, match.index);
    pending ??= { charset: name, octets: [] };
    pending.octets.push(encoding.toLowerCase() === 'b' ? Buffer.from(data, 'base64') : fromQ(data));
    at = match.index + all.length;
  }
  flush();
  return text + joined.slice(at);
}

/** The Q encoding (RFC 2047 §4.2). */
function fromQ(data: string): Buffer {
  const text = data.replace(/_/g, ' ').replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(text, 'latin1');
}

function decode(charset: string, octets: Buffer): string {
  try {
    return new TextDecoder(charset).decode(octets);
  } catch {
    return octets.toString('latin1');
  }
}

function utf8OrLatin1(text: string): string {
  if (!/[\x80-\xff]/.test(text)) return text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'latin1'));
  } catch {
    return text;
  }
}
