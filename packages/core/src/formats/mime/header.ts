// Header sections (RFC 5322 §2.2) as text: split into fields without touching them, and fields written with folding.
import { encodeWords, isPlainHeaderText } from './encoded-word.js';

/** One field as it stands: the name, and all lines with their folding, without the final line end. */
export interface HeaderField {
  readonly name: string;
  readonly raw: string;
}

/** Splits a header section into its fields; line ends may be CRLF or LF. What precedes the first field is dropped. */
export function splitHeader(section: string): HeaderField[] {
  const fields: HeaderField[] = [];
  for (const [raw] of section.matchAll(/^[^\s:][^:\r\n]*:[^\n]*(?:\n[ \t][^\n]*)*/gm)) {
    const text = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    fields.push({ name: text.slice(0, text.indexOf(':')).trimEnd(), raw: text });
  }
  return fields;
}

/** The value of a field, unfolded, without the space around it. */
export function fieldValue(field: HeaderField): string {
  return field.raw
    .slice(field.raw.indexOf(':') + 1)
    .replace(/\r?\n/g, '')
    .trim();
}

/** Folds ASCII text at its spaces so that lines stay within 78 octets where they can. */
function foldAtSpaces(name: string, value: string): string {
  let line = `${name}:`;
  let out = '';
  for (const word of value.split(' ')) {
    if (line.length + 1 + word.length > 78 && line.trim() !== '' && line !== `${name}:` && word !== '') {
      out += `${line}\r\n`;
      line = ` ${word}`;
    } else {
      line += ` ${word}`;
    }
  }
  return out + line;
}

/** An unstructured field (RFC 5322 §2.2.1) as text of any language, folded; without the final line end. */
export function unstructuredField(name: string, value: string): string {
  const clean = value.replace(/[\r\n\t\0]+/g, ' ').trim();
  // A line of one long word cannot be folded but as encoded words (RFC 5322 §2.1.1).
  if (!isPlainHeaderText(clean) || /\S{900}/.test(clean)) return `${name}: ${encodeWords(clean, name.length + 2)}`;
  return foldAtSpaces(name, clean);
}

/** A structured field whose value is ASCII already, folded at spaces; without the final line end. */
export function structuredField(name: string, value: string): string {
  if (value.includes('\r\n ')) return `${name}: ${value}`;
  return foldAtSpaces(name, value.replace(/[\r\n\t\0]+/g, ' ').trim());
}
