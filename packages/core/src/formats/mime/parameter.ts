// Parameters of Content-Type and Content-Disposition (RFC 2045 §5.1, RFC 2231). ASCII values are tokens or quoted strings; all
// others are written by RFC 2231 alone: an encoded word in a quoted string is forbidden (RFC 2047 §5) and a defect to readers.

const TOKEN = /^[A-Za-z0-9!#$%&'*+\-.^_`{|}~]+$/;
const PRINTABLE = /^[\x20-\x7e]*$/;
/** Octets of a value that still fits on one line with its name. */
const LINE_LIMIT = 60;

function percentEncode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd')).replace(
    /['()*!~]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Cuts text into percent-encoded sections; a character is never in two of them (many readers decode each by itself). */
function sections(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (const char of text) {
    const encoded = percentEncode(char);
    if (part !== '' && part.length + encoded.length > LINE_LIMIT) {
      parts.push(part);
      part = '';
    }
    part += encoded;
  }
  return [...parts, part];
}

/** One parameter as the strings that stand between semicolons; more than one when it takes RFC 2231 sections. */
function formatParameter(name: string, value: string): string[] {
  const clean = value.replace(/[\r\n\0]/g, ' ');
  if (TOKEN.test(clean) && clean.length <= LINE_LIMIT && !clean.includes("'") && !clean.includes('*')) return [`${name}=${clean}`];
  if (PRINTABLE.test(clean) && clean.length <= LINE_LIMIT && !clean.includes('=?')) {
    return [`${name}="${clean.replace(/["\\]/g, '\\$&')}"`];
  }
  const parts = sections(clean);
  if (parts.length === 1) return [`${name}*=utf-8''${parts[0]}`];
  return parts.map((part, i) => `${name}*${i}*=${i === 0 ? "utf-8''" : ''}${part}`);
}

/** A value with its parameters, folded one parameter a line when long: `text/html; charset=utf-8`. */
export function formatParameters(value: string, parameters: readonly (readonly [string, string | undefined])[]): string {
  const parts = [value];
  for (const [name, text] of parameters) {
    if (text !== undefined) parts.push(...formatParameter(name, text));
  }
  const line = parts.join('; ');
  return line.length <= 58 ? line : parts.join(';\r\n ');
}
