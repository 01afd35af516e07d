// The time zones of one calendar: each TZID once (RFC 5545 §3.6.5). Rules of a zone change over the years (in the USA in 2007) and Outlook keeps
// those of its day under the same name, so what has other rules gets a number: "Pacific Standard Time (2)". Which one is the second is said by the rules alone.

const TZID_LINE = /(\r?\nTZID(?:;[^:\r\n]*)?:)([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)/i;
const LOGICAL_LINE = /[^\r\n]*(?:\r\n[ \t][^\r\n]*)*\r\n/g;
/** A time with its zone: the name before it, the name of the zone with or without quotes, the rest. */
const ZONED = /^((?:DTSTART|DTEND|DUE|EXDATE|RDATE|RECURRENCE-ID)(?:;[A-Z-]+=[^;:"]*)*;TZID=)(?:"([^"]*)"|([^";:]*))(.*)$/is;
const MAX_LINE = 75;
/** What a name got here. */
const NUMBER = / \(\d{1,4}\)$/;

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
      const own = withName(text, name, suffix);
      const known = this.#texts.get(name + suffix);
      if (known === undefined) this.#texts.set(name + suffix, suffix === '' ? text : own);
      if (known !== undefined && withName(known, name, suffix) !== own) continue;
      const plain = unescaped(name);
      return suffix === '' ? (component) => component : (component) => renamed(component, new Map([[plain, plain + suffix]]));
    }
  }

  /**
   * Gives the names anew by what the rules are, so that it does not matter in which order items and runs came.
   *
   * @returns what puts the new names into a component of the file
   */
  settle(): (component: string) => string {
    const renames = new Map<string, string>();
    for (const [base, members] of this.#sharedNames()) {
      members.sort(([, a], [, b]) => (a < b ? -1 : 1));
      for (const [name] of members) this.#texts.delete(name);
      for (const [i, [name, text]] of members.entries()) {
        const suffix = i === 0 ? '' : ` (${i + 1})`;
        this.#texts.set(base + suffix, withName(text, base, suffix));
        if (name !== base + suffix) renames.set(unescaped(name), unescaped(base) + suffix);
      }
    }
    return renames.size === 0 ? (component) => component : (component) => renamed(component, renames);
  }

  /** Names that several rules have, with the name and the definition of each. */
  #sharedNames(): [string, [string, string][]][] {
    const groups = new Map<string, [string, string][]>();
    for (const [name, text] of this.#texts) {
      const plain = name.replace(NUMBER, '');
      const base = this.#texts.has(plain) ? plain : name;
      groups.set(base, [...(groups.get(base) ?? []), [name, withName(text, base, '')]]);
    }
    return [...groups].filter(([, members]) => members.length > 1);
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

function unescaped(written: string): string {
  return written.replace(/\\(.)/g, '$1');
}

/** A definition under another name. */
function withName(text: string, name: string, suffix: string): string {
  return text.replace(TZID_LINE, (_, start: string) => start + folded(`TZID:${name}${suffix}`).slice('TZID:'.length));
}

/** A component whose times name zones by their new names. */
function renamed(component: string, renames: ReadonlyMap<string, string>): string {
  return component.replace(LOGICAL_LINE, (line) => {
    const [, start, quoted, bare, rest] = ZONED.exec(unfolded(line).trimEnd()) ?? [];
    const name = renames.get(quoted ?? bare ?? '');
    if (start === undefined || rest === undefined || name === undefined) return line;
    return `${folded(start + (quoted === undefined ? name : `"${name}"`) + rest)}\r\n`;
  });
}
