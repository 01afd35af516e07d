// RTF as Outlook stores it: compressed ([MS-OXRTFCP]), with HTML or a text in it ([MS-OXRTFEX]), or written as RTF.

const DICTIONARY =
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx';

function crc32(octets) {
  let crc = 0;
  for (const octet of octets) {
    crc ^= octet;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return crc >>> 0;
}

/** LZFu: runs of 8 tokens after an octet of flags; a reference is 12 bits of place in a ring of 4096 and 4 of length less 2. */
export function compressRtf(rtf) {
  const ring = Buffer.alloc(4096);
  ring.write(DICTIONARY, 'latin1');
  let [write, at, run, flags, count] = [DICTIONARY.length, 0, [], 0, 0];
  const out = [];
  const token = (isReference, ...octets) => {
    flags |= isReference ? 1 << count : 0;
    run.push(...octets);
    if (++count === 8) flush();
  };
  const flush = () => {
    if (count > 0) out.push(flags, ...run);
    [run, flags, count] = [[], 0, 0];
  };
  const longest = () => {
    for (let length = Math.min(17, rtf.length - at); length >= 2; length--) {
      const found = ring.indexOf(rtf.subarray(at, at + length));
      // A match that runs over the place of writing would read what is not there yet.
      if (found >= 0 && found + length <= 4096 && (found >= write || found + length <= write) && found !== write) return [found, length];
    }
    return undefined;
  };
  while (at < rtf.length) {
    const match = longest();
    if (match) token(true, match[0] >> 4, ((match[0] & 15) << 4) | (match[1] - 2));
    else token(false, rtf[at]);
    for (let i = 0; i < (match?.[1] ?? 1); i++) {
      ring[write] = rtf[at++];
      write = (write + 1) % 4096;
    }
  }
  token(true, write >> 4, (write & 15) << 4);
  flush();
  const data = Buffer.from(out);
  return Buffer.concat([head(data.length, rtf.length, 'LZFu', crc32(data)), data]);
}

function head(stored, raw, kind, crc) {
  const octets = Buffer.alloc(16);
  octets.writeUInt32LE(stored + 12, 0);
  octets.writeUInt32LE(raw, 4);
  octets.write(kind, 8, 'latin1');
  octets.writeUInt32LE(crc, 12);
  return octets;
}

export const uncompressedRtf = (rtf) => Buffer.concat([head(rtf.length, rtf.length, 'MELA', 0), rtf]);

/** Text as RTF: octets of a code page as \'xx, or \uN with a question mark for readers that know it not. */
function rtfText(text, encodeOctets) {
  const special = (char) => (/[\\{}]/.test(char) ? `\\${char}` : char === '\t' ? '\\tab ' : char);
  return [...text.replace(/\r\n/g, '\n')]
    .map((char) => {
      if (char === '\n') return '\\par\r\n';
      if (char < '\u0080') return special(char);
      if (encodeOctets) return [...encodeOctets(char)].map((octet) => `\\'${octet.toString(16).padStart(2, '0')}`).join('');
      return char.length === 1 ? unit(char.charCodeAt(0)) : unit(char.charCodeAt(0)) + unit(char.charCodeAt(1));
    })
    .join('');
}

const unit = (code) => `\\u${code > 32767 ? code - 65536 : code}?`;

const HEAD = (page, more) =>
  `{\\rtf1\\ansi\\ansicpg${page}${more} \\deff0{\\fonttbl{\\f0\\fswiss Arial;}}\r\n\\uc1\\pard\\plain\\deftab360 \\f0\\fs24 `;

/** An RTF that a person wrote. */
export const nativeRtf = (text, page, octets) => Buffer.from(`${HEAD(page, '')}\\b ${rtfText(text, octets)}\\b0\\par}`, 'latin1');

/** An RTF that stands for a plain text. */
export const textRtf = (text, page, octets) => Buffer.from(`${HEAD(page, '\\fromtext')}${rtfText(text, octets)}}`, 'latin1');

/** An RTF that stands for HTML: tags in {\*\htmltag}, what RTF readers alone need in \htmlrtf. */
export function htmlRtf(html, page, octets) {
  const parts = html.split(/(<[^>]*>)/).filter((part) => part !== '');
  const line = (text) => rtfText(text, octets).replace(/\\par\r\n/g, '\\par\r\n');
  const body = parts.map((part) => (part.startsWith('<') ? `{\\*\\htmltag64 ${line(part)}}\\htmlrtf \\f0 \\htmlrtf0 ` : line(part)));
  return Buffer.from(`${HEAD(page, '\\fromhtml1')}${body.join('')}}`, 'latin1');
}
