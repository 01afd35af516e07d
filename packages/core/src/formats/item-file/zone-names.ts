// The time zones of one calendar: each TZID once (RFC 5545 §3.6.5). Rules of a zone change over the years (in the USA in 2007) and Outlook keeps
// those of its day under the same name, so what has other rules gets a number: "Pacific Standard Time (2)".

const TZID_LINE = /(\r?\nTZID(?:;[^:\r\n]*)?:)([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)/i;
const LOGICAL_LINE = /[^\r\n]*(?:\r\n[ \t][^\r\n]*)*\r\n/g;
/** A time with its zone: the name before it, the name of the zone with or without quotes, the rest. */
const ZONED = /^((?:DTSTART|DTEND|DUE|EXDATE|RDATE|RECURRENCE-ID)(?:;[A-Z-]+=[^;:"]*)*;TZID=)(?:"([^"]*)"|([^";:]*))(.*)$/is;
const MAX_LINE = 75;

function unfolded(line: string): string {
  return line.replace(/\r\n[ \t]/g, '');
}

/** A line in pieces of 75 octets, no character cut (RFC 5545 §3.1). */
function folded(line: string): string {
  const lines: string[] = [];
  let piece = '';
  let size = 0;
  for (const char of line) {
    const octets = Buffer.byteLength(char);
    if (size + octets > MAX_LINE) {
      lines.push(piece);
      piece = ' ';
      size = 1;
    }
    piece += char;
    size += octets;
  }
  return [...lines, piece].join('\r\n');
}

/** The names of the time zones of one file, with their definitions. */
export class ZoneNames {
  readonly #texts = new Map<string, string>();

  /** Takes a VTIMEZONE that the file has. */
  keep(text: string): void {
    const name = nameOf(text);
    if (!this.#texts.has(name)) this.#texts.set(name, text);
  }

  /**
   * Takes a VTIMEZONE of a new item.
   *
   * @returns what puts the name that it got here into the components that refer to it
   */
  add(text: string): (component: string) => string {
    const name = nameOf(text);
    for (let number = 1; ; number += 1) {
      const suffix = number === 1 ? '' : ` (${number})`;
      const renamed = suffix === '' ? text : text.replace(TZID_LINE, (_, start: string) => start + renamedValue(name, suffix));
      const known = this.#texts.get(name + suffix);
      if (known === undefined) this.#texts.set(name + suffix, renamed);
      if (known === undefined || known === renamed) return suffix === '' ? (component) => component : rename(name, suffix);
    }
  }

  /** All definitions, sorted by name. */
  texts(): string[] {
    return [...this.#texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  }
}

/** The TZID as it is written: commas and semicolons escaped. */
function nameOf(text: string): string {
  return unfolded(TZID_LINE.exec(text)?.[2] ?? '').trim();
}

function renamedValue(name: string, suffix: string): string {
  return folded(`TZID:${name}${suffix}`).slice('TZID:'.length);
}

function rename(written: string, suffix: string): (component: string) => string {
  const name = written.replace(/\\(.)/g, '$1');
  return (component) =>
    component.replace(LOGICAL_LINE, (line) => {
      const [, start, quoted, bare, rest] = ZONED.exec(unfolded(line).trimEnd()) ?? [];
      if (start === undefined || rest === undefined || (quoted ?? bare) !== name) return line;
      const value = quoted === undefined ? `${name}${suffix}` : `"${name}${suffix}"`;
      return `${folded(start + value + rest)}\r\n`;
    });
}
