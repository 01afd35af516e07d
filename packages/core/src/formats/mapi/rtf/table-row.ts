// Rows of tables in RTF (RTF 1.9, table definitions): a row says of its cells which belong together, what is behind them and whether lines are drawn.
// Of a table in a cell this stands behind the cells of the row, in {\*\nesttableprops.
import type { ColorTable } from './color-table.js';

interface Cell {
  /** `first` and `rest` of cells that are one. */
  readonly merge: '' | 'first' | 'rest';
  readonly background: number;
}

/** What is in a cell, in HTML, and the attributes of the cell, each with a space before it, by the colour behind it. */
export interface CellText {
  readonly html: string;
  readonly attributes: (background: string) => string;
}

const BORDER_OF = /^(?:clbrdr[tblr]|trbrdr[tblrhv])$/;
/** Words that follow and draw none. */
const NO_BORDER = /^brdr(?:tbl|none|nil|w|cf|sp)$/;

/** The definition of the row that is read; a row without one is like the row before it. */
export class TableRow {
  #cells: Cell[] = [];
  #merge: Cell['merge'] = '';
  #background = 0;
  #isBorder = false;
  /** True when lines are drawn around a cell or the row. */
  hasBorder = false;

  /** Takes a control word; false for one that does not define a row. */
  control(word: string, param: number | undefined): boolean {
    if (word.startsWith('brdr')) return this.#border(word);
    this.#isBorder = BORDER_OF.test(word);
    if (word === 'trowd') this.#begin();
    else if (word === 'clmgf') this.#merge = 'first';
    else if (word === 'clmrg') this.#merge = 'rest';
    else if (word === 'clcbpat') this.#background = param ?? 0;
    else if (word === 'cellx') this.#endCell();
    else return this.#isBorder;
    return true;
  }

  #border(word: string): boolean {
    if (this.#isBorder && !NO_BORDER.test(word)) this.hasBorder = true;
    return this.#isBorder;
  }

  #begin(): void {
    this.#cells = [];
    this.#merge = '';
    this.#background = 0;
    this.hasBorder = false;
  }

  #endCell(): void {
    this.#cells.push({ merge: this.#merge, background: this.#background });
    this.#merge = '';
    this.#background = 0;
  }

  /** The row in HTML; cells that are one are written as one, with all that is in them. */
  html(texts: readonly CellText[], colors: ColorTable): string {
    const written: { open: string; text: string; span: number }[] = [];
    for (const [i, { html, attributes }] of texts.entries()) {
      const last = written.at(-1);
      if (this.#cells[i]?.merge === 'rest' && last !== undefined) {
        last.span += 1;
        last.text += html;
      } else {
        written.push({ open: attributes(colors.color(this.#cells[i]?.background ?? 0)), text: html, span: 1 });
      }
    }
    const cells = written.map(({ open, text, span }) => `<td${span === 1 ? '' : ` colspan="${span}"`}${open}>${text}</td>`);
    return `<tr>${cells.join('')}</tr>\r\n`;
  }
}

/** The tag that begins a table. */
export function tableTag(hasBorder: boolean): string {
  return hasBorder ? '<table border="1" style="border-collapse:collapse">' : '<table>';
}
