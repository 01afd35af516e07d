// Tables in cells of tables (RTF 1.9: \itap, \nestcell, \nestrow). A paragraph says how deep it lies; what it lies in is opened and closed by that alone.
import type { ColorTable } from './color-table.js';
import { type CellText, TableRow, tableTag } from './table-row.js';

interface OpenTable {
  /** What stands before it in its cell. */
  readonly before: string;
  readonly definition: TableRow;
  cells: CellText[];
  rows: string;
  hasBorder: boolean;
}

/** Tables in tables that are kept apart; what lies deeper is in the last of them. */
const MAX_DEPTH = 16;

/** The tables that are open in a cell, from the outside in. */
export class NestedTables {
  readonly #open: OpenTable[] = [];

  /** True for paragraphs of another depth than the one that is open. */
  isElsewhere(itap: number): boolean {
    return depthOf(itap) !== this.#open.length;
  }

  /**
   * Goes to the depth of a paragraph.
   *
   * @param text - of the cell that is left
   * @returns what the cell that is entered has so far
   */
  enter(itap: number, text: string, colors: ColorTable): string {
    let own = text;
    while (this.#open.length > depthOf(itap)) own = this.#close(own, colors);
    while (this.#open.length < depthOf(itap)) {
      this.#open.push({ before: own, definition: new TableRow(), cells: [], rows: '', hasBorder: false });
      own = '';
    }
    return own;
  }

  /** \nestcell */
  endCell(cell: CellText): void {
    this.#open.at(-1)?.cells.push(cell);
  }

  /** A control word of \nesttableprops. */
  control(word: string, param: number | undefined): void {
    this.#open.at(-1)?.definition.control(word, param);
  }

  /** \nestrow */
  endRow(colors: ColorTable): void {
    const table = this.#open.at(-1);
    if (table !== undefined) endRow(table, colors);
  }

  /** What the outer cell has, with the table that is left in it. */
  #close(text: string, colors: ColorTable): string {
    const table = this.#open.pop();
    if (table === undefined) return text;
    if (text !== '') table.cells.push({ html: text, attributes: () => '' });
    endRow(table, colors);
    return table.rows === '' ? table.before : `${table.before}${tableTag(table.hasBorder)}\r\n${table.rows}</table>\r\n`;
  }
}

function depthOf(itap: number): number {
  return Math.min(Math.max(itap - 1, 0), MAX_DEPTH);
}

function endRow(table: OpenTable, colors: ColorTable): void {
  if (table.cells.length === 0) return;
  table.rows += table.definition.html(table.cells, colors);
  table.hasBorder ||= table.definition.hasBorder;
  table.cells = [];
}
