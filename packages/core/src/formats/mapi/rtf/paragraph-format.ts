// How paragraphs of an RTF look (RTF 1.9, paragraph formatting properties): alignment, indents, space, direction, shading; in CSS. Measures are twips.
import type { ColorTable } from './color-table.js';

const ALIGNMENTS: ReadonlyMap<string, string> = new Map(Object.entries({ ql: '', qc: 'center', qr: 'right', qj: 'justify' }));
const MEASURES: ReadonlySet<string> = new Set(['li', 'ri', 'fi', 'sb', 'sa']);
const TWIPS_A_POINT = 20;
/** What Word allows at most: 22 inches. */
const MAX_TWIPS = 31_680;

/** The format of the paragraph that is read. */
export class ParagraphFormat {
  readonly #measures = new Map<string, number>();
  #align = '';
  #isRtl = false;
  #shading = 0;

  /** \\pard */
  reset(): void {
    this.#measures.clear();
    this.#align = '';
    this.#isRtl = false;
    this.#shading = 0;
  }

  /** Takes a control word; false for one that is not about paragraphs. */
  control(word: string, param: number | undefined): boolean {
    const align = ALIGNMENTS.get(word);
    if (align !== undefined) this.#align = align;
    else if (word === 'rtlpar' || word === 'ltrpar') this.#isRtl = word === 'rtlpar';
    else if (word === 'cbpat') this.#shading = param ?? 0;
    else if (MEASURES.has(word)) this.#measures.set(word, Math.abs(param ?? 0) <= MAX_TWIPS ? (param ?? 0) : 0);
    else return false;
    return true;
  }

  /** Attributes for an element that holds the paragraph, each with a space before it. */
  attributes(colors: ColorTable): string {
    // Nothing begins to the left of the page, where no one sees it.
    const left = Math.max(0, this.#of('li'));
    const first = Math.max(-left, this.#of('fi'));
    const measures = [
      ['margin-top', this.#of('sb')],
      ['margin-bottom', this.#of('sa')],
      ['margin-left', left],
      ['margin-right', this.#of('ri')],
      ['text-indent', first],
    ] as const;
    return written(this.#isRtl, [
      ...measures.map(([name, twips]) => (name === 'text-indent' ? twips !== 0 : twips > 0) && `${name}:${twips / TWIPS_A_POINT}pt`),
      ...this.#inCell(colors),
    ]);
  }

  /** Attributes for a cell of a table, which has indents and space of its own; its background is known where its row ends. */
  cellAttributes(colors: ColorTable): (background: string) => string {
    const own = this.#inCell(colors);
    const isRtl = this.#isRtl;
    return (background) => written(isRtl, background === '' ? own : [`background-color:${background}`, ...own]);
  }

  #of(word: string): number {
    return this.#measures.get(word) ?? 0;
  }

  #inCell(colors: ColorTable): (string | false)[] {
    const shading = colors.color(this.#shading);
    return [this.#align !== '' && `text-align:${this.#align}`, shading !== '' && `background-color:${shading}`];
  }
}

function written(isRtl: boolean, styles: readonly (string | false)[]): string {
  const style = styles.filter((part) => part !== false).join(';');
  return `${isRtl ? ' dir="rtl"' : ''}${style === '' ? '' : ` style="${style}"`}`;
}
