// Native RTF as readable HTML: paragraphs, fonts and colours, links, lists as their own text with their indents, tables row by row, pictures and attachments
// where they were. It is for reading, not for printing; the RTF itself is kept beside it.
import { escapeHtml } from '../html-text.js';
import { characterStyle } from './character-format.js';
import { ColorTable } from './color-table.js';
import { FontTable } from './font-table.js';
import { NestedTables } from './nested-tables.js';
import { ParagraphFormat } from './paragraph-format.js';
import { PictureReader, type RtfPicture } from './picture.js';
import { RtfReader, type RtfSink, type RtfState } from './reader.js';
import { type CellText, TableRow, tableTag } from './table-row.js';

/** What stands in the text of an RTF beside text: says how it is shown, in HTML. */
export interface RtfInsertions {
  /** A picture, in the order of the text. */
  picture(picture: RtfPicture): string;
  /** The next attachment that has a place in the text (\objattph); empty when there are no more. */
  attachment(): string;
}

const NOTHING: RtfInsertions = { picture: () => '', attachment: () => '' };

// HYPERLINK "address" \l "place in it"
const LINK = /HYPERLINK\s+(?:"([^"]+)"|([^"\s]+))(?:\s+\\l\s+"([^"]+)")?/i;

/** The address that the instruction of a field links to; undefined where it is none that a mail program opens. A share of Windows is a file. */
function linkOf(instruction: string): string | undefined {
  const [, quoted, bare, place] = LINK.exec(instruction) ?? [];
  const target = (quoted ?? bare ?? '').trim();
  const url = target.startsWith('\\\\') ? `file:${target.replaceAll('\\', '/')}` : target;
  if (!/^(?:https?|mailto|ftp|file|tel):/i.test(url)) return undefined;
  return `${url}${place === undefined ? '' : `#${place}`}`.replace(/\s/g, '%20');
}

class HtmlWriter implements RtfSink {
  readonly destinations: ReadonlySet<string> = new Set([
    'colortbl',
    'fldinst',
    'fldrslt',
    'pntext',
    'listtext',
    'field',
    'shppict',
    'pict',
    'nesttableprops',
    'nonesttables',
  ]);
  readonly wantsSigns = true;
  readonly parts: string[] = [];
  readonly #colors = new ColorTable();
  readonly #format = new ParagraphFormat();
  readonly #definition = new TableRow();
  #fonts = new FontTable();
  #paragraph = '';
  #style = '';
  #instruction = '';
  #links = 0;
  #row: CellText[] = [];
  #inTable = false;
  #isTableOpen = false;
  readonly #nested = new NestedTables();
  /** How many tables the paragraph lies in. */
  #itap = 0;
  #picture: PictureReader | undefined;
  readonly #insertions: RtfInsertions;

  constructor(insertions: RtfInsertions) {
    this.#insertions = insertions;
  }

  fonts(fonts: FontTable): void {
    this.#fonts = fonts;
  }

  text(text: string, state: RtfState): void {
    if (state.destination === 'pict') {
      this.#pictureOf().hex(text);
    } else if (state.destination === 'colortbl') {
      for (const char of text) if (char === ';') this.#colors.end();
    } else if (state.destination === 'fldinst') {
      this.#instruction += text;
    } else if (!state.hidden && state.destination !== 'nonesttables') {
      this.#openLink(state);
      this.#write(text, state);
    }
  }

  binary(octets: string, state: RtfState): void {
    if (state.destination === 'pict') this.#pictureOf().binary(octets);
  }

  control(word: string, param: number | undefined, state: RtfState): void {
    // For readers that know no tables in tables.
    if (state.destination === 'nonesttables') return;
    if (state.destination === 'pict') this.#pictureOf().control(word, param);
    else if (state.destination === 'nesttableprops') this.#nestedRow(word, param);
    else if (word === 'objattph') this.#insert(this.#insertions.attachment(), state);
    else this.#layout(word, param, state);
  }

  #layout(word: string, param: number | undefined, state: RtfState): void {
    if (word === 'red' || word === 'green' || word === 'blue') this.#colors.component(word, param ?? 0);
    else if (word === 'par' || word === 'sect' || word === 'page') this.#endParagraph();
    else if (word === 'line') this.#append('<br>\r\n');
    else if (word === 'pard') this.#resetParagraph();
    else if (word === 'intbl') this.#inTable = true;
    else if (word === 'cell') this.#endCell();
    else if (word === 'row') this.#endRow();
    else if (state.destination !== 'fldinst' && !this.#isNested(word, param) && !this.#format.control(word, param))
      this.#definition.control(word, param);
  }

  groupEnd(state: RtfState): void {
    if (state.destination === 'fldrslt' && this.#links > 0) {
      this.#closeStyle();
      this.#paragraph += '</a>';
      this.#links -= 1;
    }
    if (state.destination === 'field') this.#instruction = '';
    if (state.destination === 'pict') this.#endPicture(state);
  }

  #pictureOf(): PictureReader {
    this.#picture ??= new PictureReader();
    return this.#picture;
  }

  #endPicture(state: RtfState): void {
    const picture = this.#picture?.picture();
    this.#picture = undefined;
    if (picture !== undefined) this.#insert(this.#insertions.picture(picture), state);
  }

  #insert(html: string, state: RtfState): void {
    if (html === '' || state.hidden) return;
    this.#closeStyle();
    this.#append(html);
  }

  /** Goes on with the cell that the paragraph lies in. */
  #append(html: string): void {
    this.#goTo(this.#itap);
    this.#paragraph += html;
  }

  /** Goes to the table in a table that has paragraphs of that depth. */
  #goTo(itap: number): void {
    if (this.#nested.isElsewhere(itap)) this.#paragraph = this.#nested.enter(itap, this.#take(), this.#colors);
  }

  /** HYPERLINK "http://…" in \fldinst makes a link of what \fldrslt shows. */
  #openLink(state: RtfState): void {
    const url = state.destination === 'fldrslt' ? linkOf(this.#instruction) : undefined;
    if (url === undefined) return;
    this.#closeStyle();
    this.#append(`<a href="${escapeHtml(url)}">`);
    this.#links += 1;
    this.#instruction = '';
  }

  #write(text: string, state: RtfState): void {
    this.#goTo(this.#itap);
    const style = characterStyle(state, this.#colors, this.#fonts);
    if (style !== this.#style) {
      this.#closeStyle();
      if (style !== '') this.#paragraph += `<span style="${style}">`;
      this.#style = style;
    }
    this.#paragraph += escapeHtml(text).replace(/\t/g, '&emsp;').replace(/ {2}/g, ' &nbsp;');
  }

  #closeStyle(): void {
    if (this.#style !== '') this.#paragraph += '</span>';
    this.#style = '';
  }

  #resetParagraph(): void {
    this.#format.reset();
    this.#inTable = false;
    this.#itap = 0;
  }

  #take(): string {
    this.#closeStyle();
    const text = `${this.#paragraph}${'</a>'.repeat(this.#links)}`;
    this.#links = 0;
    this.#paragraph = '';
    return text;
  }

  #endParagraph(): void {
    if (this.#inTable) {
      this.#closeStyle();
      this.#append('<br>\r\n');
      return;
    }
    this.#goTo(0);
    this.#closeTable();
    const text = this.#take();
    this.parts.push(`<p${this.#format.attributes(this.#colors)}>${text === '' ? '&nbsp;' : text}</p>\r\n`);
  }

  #endCell(): void {
    this.#goTo(0);
    this.#row.push({ html: this.#take(), attributes: this.#format.cellAttributes(this.#colors) });
  }

  #endNestedCell(): void {
    this.#goTo(Math.max(this.#itap, 2));
    this.#nested.endCell({ html: this.#take(), attributes: this.#format.cellAttributes(this.#colors) });
  }

  /** Takes a control word about tables in tables; false for others. */
  #isNested(word: string, param: number | undefined): boolean {
    if (word === 'itap') this.#itap = param ?? 1;
    else if (word === 'nestcell') this.#endNestedCell();
    else if (word === 'nestrow') this.#nested.endRow(this.#colors);
    else return false;
    return true;
  }

  /** What stands behind the cells of a row in a table in a table. */
  #nestedRow(word: string, param: number | undefined): void {
    if (word === 'nestrow') this.#nested.endRow(this.#colors);
    else this.#nested.control(word, param);
  }

  #endRow(): void {
    if (this.#row.length === 0) return;
    const table = tableTag(this.#definition.hasBorder);
    this.parts.push(`${this.#isTableOpen ? '' : `${table}\r\n`}${this.#definition.html(this.#row, this.#colors)}`);
    this.#isTableOpen = true;
    this.#row = [];
    this.#inTable = false;
  }

  #closeTable(): void {
    if (this.#isTableOpen) this.parts.push('</table>\r\n');
    this.#isTableOpen = false;
  }

  /** What is left when the RTF ends; gives the attributes of the body. */
  end(): string {
    this.#goTo(0);
    if (this.#row.length > 0) this.#endRow();
    this.#inTable = false;
    const isOpen = this.#paragraph !== '';
    if (isOpen) this.#endParagraph();
    this.#closeTable();
    const family = this.#fonts.family(-1);
    return family === '' ? '' : ` style="font-family:${family}"`;
  }
}

/** An HTML document that shows what an RTF shows; pictures and attachments as `insertions` show them. */
export function rtfToHtml(rtf: Uint8Array, insertions: RtfInsertions = NOTHING): string {
  const writer = new HtmlWriter(insertions);
  new RtfReader(rtf, writer).read();
  const body = writer.end();
  const head = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><style>p{margin:0}</style></head>';
  return `${head}\r\n<body${body}>\r\n${writer.parts.join('')}</body></html>\r\n`;
}
