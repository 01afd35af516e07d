// The value of one header field of a message that may be anything at all (RFC 5322 §2.2): the first field of that name wins, folded lines are
// joined, the header ends at the first empty line or where it stops looking like one. Octets above 127 are read as UTF-8.
import type { Content } from '../../model/content.js';

/** Octets of a header that are looked at. */
const HEADER_LIMIT = 1024 * 1024;

/** The unfolded value of the first header field with a name, without the white space around it; undefined when there is none. */
export function findField(content: Content, name: string): string | undefined {
  const header = headerText(content);
  const start = new RegExp(`(?:^|\\n)${name}[ \\t]*:`, 'i').exec(header);
  if (start === null) return undefined;
  const from = start.index + start[0].length;
  const lines = /^.*(?:\n[ \t].*)*/.exec(header.slice(from))?.[0] ?? '';
  const value = lines.replace(/\r?\n(?=[ \t])/g, '').trim();
  return Buffer.from(value, 'latin1').toString('utf8');
}

/** The header in Latin-1, one character an octet, without its blank line. */
export function headerText(content: Content): string {
  let header = '';
  for (const chunk of content.chunks()) {
    header += Buffer.from(chunk.buffer, chunk.byteOffset, Math.min(chunk.byteLength, HEADER_LIMIT)).toString('latin1');
    const end = /\n\r?\n/.exec(header);
    if (end !== null) return header.slice(0, end.index);
    if (header.length >= HEADER_LIMIT) break;
  }
  return header;
}
