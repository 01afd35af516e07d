/** A column of a table in plain text. */
export interface TextColumn {
  readonly head: string;
  /** Numbers stand on the right. */
  readonly isNumber?: boolean;
}

/** Lines of a table in plain text: two spaces between columns, none at the ends of lines. */
export function textTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[], indent = '  '): string[] {
  const widths = columns.map(({ head }, column) => Math.max(widthOf(head), ...rows.map((row) => widthOf(row[column] ?? ''))));
  const line = (cells: readonly string[]) =>
    (indent + columns.map(({ isNumber }, column) => pad(cells[column] ?? '', widths[column] ?? 0, isNumber === true)).join('  ')).trimEnd();
  return [line(columns.map(({ head }) => head)), ...rows.map(line)];
}

/** Columns of a terminal that a text takes: wide East Asian characters take two, combining marks none. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += /\p{M}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Pads with spaces to a width in columns. */
function pad(text: string, width: number, toTheLeft = false): string {
  const spaces = ' '.repeat(Math.max(0, width - widthOf(text)));
  return toTheLeft ? spaces + text : text + spaces;
}
