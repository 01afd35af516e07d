// Native RTF as readable HTML: paragraphs, alignment, character formatting, links, lists as their own text, tables row by row, pictures and attachments
// where they were. It is for reading, not for printing; the RTF itself is kept beside it.
import { escapeHtml } from '../html-text.js';
import { PictureReader, type RtfPicture } from './picture.js';
import { RtfReader, type RtfSink, type RtfState } from './reader.js';

/** What stands in the text of an RTF beside text: says how it is shown, in HTML. */
export interface RtfInsertions {
  /** A picture, in the order of the text. */
  picture(picture: RtfPicture): string;
  /** The next attachment that has a place in the text (\objattph); empty when there are no more. */
  attachment(): string;
}

const NOTHING: RtfInsertions = { picture: () => '', attachment: () => '' };

const ALIGNMENTS: ReadonlyMap<string, string> = new Map(Object.entries({ ql: '', qc: 'center', qr: 'right', qj: 'justify' }));
const BODY_SIZE = 24;

/** `\red0\green0\blue255;` entries as `#0000ff`. */
class ColorTable {
  readonly #colors: string[] = [];
  #rgb = [0, 0, 0];
  #isSet = false;

  component(word: string, value: number): void {
    this.#rgb[word === 'red' ? 0 : word === 'green' ? 1 : 2] = value & 0xff;
    this.#isSet = true;
  }

  /** A semicolon ends an entry; one without components is the automatic colour. */
  end(): void {
    this.#colors.push(this.#isSet ? `#${this.#rgb.map((part) => part.toString(16).padStart(2, '0')).join('')}` : '');
    this.#rgb = [0, 0, 0];
    this.#isSet = false;
  }

  color(index: number): string {
    return this.#colors[index] ?? '';
  }
}

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
  ]);
  readonly wantsSigns = true;
  readonly parts: string[] = [];
  readonly #colors = new ColorTable();
  #paragraph = '';
  #align = '';
  #style = '';
  #instruction = '';
  #links = 0;
  #row: string[] = [];
  #inTable = false;
  #isTableOpen = false;
  /** A cell of a table in a table ended: what follows in its row stands apart. */
  #isBetweenCells = false;
  #picture: PictureReader | undefined;
  readonly #insertions: RtfInsertions;

  constructor(insertions: RtfInsertions) {
    this.#insertions = insertions;
  }

  text(text: string, state: RtfState): void {
    if (state.destination === 'pict') {
      this.#pictureOf().hex(text);
    } else if (state.destination === 'colortbl') {
      for (const char of text) if (char === ';') this.#colors.end();
    } else if (state.destination === 'fldinst') {
      this.#instruction += text;
    } else if (!state.hidden) {
      this.#openLink(state);
      this.#write(text, state);
    }
  }

  binary(octets: string, state: RtfState): void {
    if (state.destination === 'pict') this.#pictureOf().binary(octets);
  }

  control(word: string, param: number | undefined, state: RtfState): void {
    if (state.destination === 'pict') this.#pictureOf().control(word, param);
    else if (word === 'objattph') this.#insert(this.#insertions.attachment(), state);
    else this.#layout(word, param, state);
  }

  #layout(word: string, param: number | undefined, state: RtfState): void {
    if (word === 'red' || word === 'green' || word === 'blue') this.#colors.component(word, param ?? 0);
    else if (word === 'par' || word === 'sect' || word === 'page') this.#endParagraph();
    else if (word === 'line') this.#paragraph += '<br>\r\n';
    else if (word === 'pard') this.#resetParagraph();
    else if (word === 'intbl') this.#inTable = true;
    else if (word === 'cell') this.#endCell();
    else if (word === 'nestcell') this.#isBetweenCells = true;
    else if (word === 'row') this.#endRow();
    else if (state.destination !== 'fldinst') this.#align = ALIGNMENTS.get(word) ?? this.#align;
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
    this.#paragraph += html;
  }

  /** HYPERLINK "http://…" in \fldinst makes a link of what \fldrslt shows. */
  #openLink(state: RtfState): void {
    const url = state.destination === 'fldrslt' ? linkOf(this.#instruction) : undefined;
    if (url === undefined) return;
    this.#closeStyle();
    this.#paragraph += `<a href="${escapeHtml(url)}">`;
    this.#links += 1;
    this.#instruction = '';
  }

  #write(text: string, state: RtfState): void {
    const style = this.#styleOf(state);
    if (style !== this.#style) {
      this.#closeStyle();
      if (style !== '') this.#paragraph += `<span style="${style}">`;
      this.#style = style;
    }
    if (this.#isBetweenCells) this.#paragraph += '&emsp;';
    this.#isBetweenCells = false;
    this.#paragraph += escapeHtml(text).replace(/\t/g, '&emsp;').replace(/ {2}/g, ' &nbsp;');
  }

  #styleOf(state: RtfState): string {
    const lines = [state.underline ? 'underline' : '', state.strike ? 'line-through' : ''].filter((line) => line !== '').join(' ');
    const color = this.#colors.color(state.color);
    return [
      state.bold ? 'font-weight:bold' : '',
      state.italic ? 'font-style:italic' : '',
      lines === '' ? '' : `text-decoration:${lines}`,
      color === '' || color === '#000000' ? '' : `color:${color}`,
      state.size === BODY_SIZE || state.size <= 0 || state.size > 2000 ? '' : `font-size:${state.size / 2}pt`,
      state.script === '' ? '' : `vertical-align:${state.script === 'sup' ? 'super' : 'sub'}`,
    ]
      .filter((part) => part !== '')
      .join(';');
  }

  #closeStyle(): void {
    if (this.#style !== '') this.#paragraph += '</span>';
    this.#style = '';
  }

  #resetParagraph(): void {
    this.#align = '';
    this.#inTable = false;
  }

  #take(): string {
    this.#closeStyle();
    const text = `${this.#paragraph}${'</a>'.repeat(this.#links)}`;
    this.#links = 0;
    this.#paragraph = '';
    return text;
  }

  #endParagraph(): void {
    this.#isBetweenCells = false;
    if (this.#inTable) {
      this.#closeStyle();
      this.#paragraph += '<br>\r\n';
      return;
    }
    this.#closeTable();
    const text = this.#take();
    const align = this.#align === '' ? '' : ` style="text-align:${this.#align}"`;
    this.parts.push(`<p${align}>${text === '' ? '&nbsp;' : text}</p>\r\n`);
  }

  #endCell(): void {
    this.#isBetweenCells = false;
    this.#row.push(`<td>${this.#take()}</td>`);
  }

  #endRow(): void {
    if (this.#row.length === 0) return;
    this.parts.push(`${this.#isTableOpen ? '' : '<table border="1">\r\n'}<tr>${this.#row.join('')}</tr>\r\n`);
    this.#isTableOpen = true;
    this.#row = [];
    this.#inTable = false;
  }

  #closeTable(): void {
    if (this.#isTableOpen) this.parts.push('</table>\r\n');
    this.#isTableOpen = false;
  }

  /** What is left when the RTF ends. */
  end(): void {
    if (this.#row.length > 0) this.#endRow();
    this.#inTable = false;
    const isOpen = this.#paragraph !== '';
    if (isOpen) this.#endParagraph();
    this.#closeTable();
  }
}

/** An HTML document that shows what an RTF shows; pictures and attachments as `insertions` show them. */
export function rtfToHtml(rtf: Uint8Array, insertions: RtfInsertions = NOTHING): string {
  const writer = new HtmlWriter(insertions);
  new RtfReader(rtf, writer).read();
  writer.end();
  const head = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><style>p{margin:0}</style></head>';
  return `${head}\r\n<body>\r\n${writer.parts.join('')}</body></html>\r\n`;
}
