// The table of fonts of an RTF (RTF 1.9, font table): which code page the text in a font is in, which fonts have signs for letters, and what
// HTML calls a font.
import { codePageCharset } from '../../mime/charset.js';
import { type SymbolFont, symbolFont } from './symbol-font.js';

/** Code pages of \fcharsetN. */
const FONT_CODE_PAGES: Readonly<Record<number, number>> = {
  77: 10000,
  128: 932,
  129: 949,
  130: 949,
  134: 936,
  136: 950,
  161: 1253,
  162: 1254,
  163: 1258,
  177: 1255,
  178: 1256,
  186: 1257,
  204: 1251,
  222: 874,
  238: 1250,
  254: 437,
  255: 850,
};
/** \fcharset of fonts of signs, whose octets are in no code page. */
const SYMBOL_CHARSET = 2;
/** What CSS falls back to, by the family that the RTF names. */
const GENERIC: ReadonlyMap<string, string> = new Map(
  Object.entries({ froman: 'serif', fswiss: 'sans-serif', fmodern: 'monospace', fscript: 'cursive', fdecor: 'fantasy' }),
);
/** What Windows adds to the name of a font for a code page. */
const SCRIPT = /\s+(?:CE|Cyr|Greek|Tur|Baltic|\((?:Hebrew|Arabic|Vietnamese|Thai)\))$/;

/** `{\\f0\\fswiss\\fcharset0 Arial;}` … */
export class FontTable {
  readonly #charsets = new Map<number, string>();
  readonly #signs = new Map<number, SymbolFont>();
  readonly #generic = new Map<number, string>();
  readonly #names = new Map<number, string>();
  #entry = 0;
  #default = 0;

  /** The font of text that names none. */
  setDefault(font: number): void {
    this.#default = font;
  }

  /** A control word inside the table. */
  word(word: string, param: number): void {
    const generic = GENERIC.get(word);
    if (word === 'f') this.#entry = param;
    else if (word === 'fcharset' && param > SYMBOL_CHARSET) this.#setCharset(FONT_CODE_PAGES[param]);
    else if (word === 'fcharset' && (param === 0 || param === SYMBOL_CHARSET)) this.#setCharset(1252);
    else if (word === 'cpg') this.#setCharset(param);
    else if (generic !== undefined) this.#generic.set(this.#entry, generic);
  }

  #setCharset(codePage: number | undefined): void {
    const charset = codePage === undefined ? undefined : codePageCharset(codePage);
    if (charset) this.#charsets.set(this.#entry, charset);
  }

  /** The name of an entry, `Wingdings;`. */
  name(text: string): void {
    const signs = symbolFont(text);
    if (signs !== undefined) this.#signs.set(this.#entry, signs);
    const name = text
      .replace(/;[\s\S]*$/, '')
      .trim()
      .replace(SCRIPT, '');
    if (/^[\w .&+-]{1,60}$/.test(name)) this.#names.set(this.#entry, name);
  }

  #known(font: number): number {
    return font < 0 ? this.#default : font;
  }

  /** The charset of octets in a font; undefined where that of the document counts. */
  charset(font: number): string | undefined {
    return this.#charsets.get(this.#known(font));
  }

  /** Which signs the letters of a font are. */
  signs(font: number): SymbolFont | undefined {
    return this.#signs.get(this.#known(font));
  }

  /** A font as CSS has it (`Arial,sans-serif`); empty where the table does not say, and for fonts of signs, which are written as the signs. */
  family(font: number): string {
    const known = this.#known(font);
    const name = this.#names.get(known);
    if (name === undefined || this.#signs.has(known)) return '';
    const generic = this.#generic.get(known);
    return `'${name}'${generic === undefined ? '' : `,${generic}`}`;
  }
}
