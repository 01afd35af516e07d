/** A column of a table in plain text. */
export interface TextColumn {
  readonly head: string;
  /** Numbers stand on the right. */
  readonly isNumber?: boolean;
}

/** Columns up to which a cell makes its column wider where no terminal cuts it; the rest of the line of a wider one is pushed to the right. */
const WIDEST = 120;
/** Columns of a terminal that a cut cell has at least. */
const LEAST = 16;

/**
 * Lines of a table in plain text: two spaces between columns, none at the ends of lines.
 *
 * @param limit - columns of the terminal, if the table shall fit: cells of the first column are cut in their middle, as far as that helps
 */
export function textTable(columns: readonly TextColumn[], cells: readonly (readonly string[])[], indent = '  ', limit?: number): string[] {
  const counted = (width: number) => (limit === undefined && width > WIDEST ? 0 : width);
  const widest = (column: number, rows: readonly (readonly string[])[]) =>
    rows.reduce((width, row) => Math.max(width, counted(widthOf(row[column] ?? ''))), widthOf(columns[column]?.head ?? ''));
  const full = columns.map((_, column) => widest(column, cells));
  const over = full.reduce((sum, width) => sum + width + 2, indent.length - 2) - (limit ?? Number.POSITIVE_INFINITY);
  const name = full[0] ?? 0;
  // Where the last column alone is too wide it goes on in the next line of the terminal, and the others fit.
  const excess = name - over >= LEAST ? over : over - (full.at(-1) ?? 0);
  const first = Math.max(LEAST, name - excess);
  const rows = excess > 0 ? cells.map(([cell = '', ...others]) => [cutInside(cell, first), ...others]) : cells;
  const widths = columns.map((_, column) => widest(column, rows));
  const line = (cells: readonly string[]) =>
    (indent + columns.map(({ isNumber }, column) => pad(cells[column] ?? '', widths[column] ?? 0, isNumber === true)).join('  ')).trimEnd();
  return [line(columns.map(({ head }) => head)), ...rows.map(line)];
}

/** A text with so much of its middle left out that it fits: both the start of a path and its end tell. */
function cutInside(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const characters = [...text];
  const tail: string[] = [];
  const head: string[] = [];
  let left = width - 1;
  for (let i = 0; i < characters.length; i += 1) {
    const isTail = i % 2 === 0;
    const character = (isTail ? characters[characters.length - 1 - i / 2] : characters[(i - 1) / 2]) ?? '';
    left -= widthOf(character);
    if (left < 0) break;
    if (isTail) tail.unshift(character);
    else head.push(character);
  }
  return `${head.join('')}\u2026${tail.join('')}`;
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
