// Reads RTF 1.9 as a stream of runs of text and control words with the state of their group. It knows what every consumer needs: groups
// and their destinations, code pages of fonts, \'xx and \uN with what \uc says to skip, \bin. Everything else is up to the sink.
// Total: unbalanced braces, endless nesting and unknown words cost nothing but themselves.
import { codePageCharset, decodeByGuess } from '../../mime/charset.js';
import { type CharacterFormat, FORMATS, PLAIN } from './character-format.js';
import { FontTable } from './font-table.js';
import { privateSign, type SymbolFont, signs } from './symbol-font.js';

/** The state of a group; a new group starts as a copy. */
export interface RtfState extends CharacterFormat {
  /** The destination that the group writes to: `rtf`, `htmltag`, `fonttbl`, `pict` … */
  destination: string;
  /** True when the destination is marked `\*` and not one that the sink knows. */
  isIgnored: boolean;
  /** True between \htmlrtf and \htmlrtf0. */
  isHtmlRtf: boolean;
  /** Characters to skip after \u. */
  unicodeSkip: number;
}

/** Where text goes. */
export interface RtfSink {
  /** Destinations whose text the sink wants beside that of the body. */
  readonly destinations: ReadonlySet<string>;
  /** Control symbols that stand for other characters here than in RTF. */
  readonly characters?: ReadonlyMap<string, string>;
  /** True where text in a font of signs shall be the signs; what has its font beside it needs that not. */
  readonly wantsSigns?: boolean;
  text(text: string, state: RtfState): void;
  /** A control word or symbol that the reader does not handle itself. */
  control(word: string, param: number | undefined, state: RtfState): void;
  /** The octets of a \bin, as latin1. */
  binary?(octets: string, state: RtfState): void;
  /** The table of fonts, before anything is read. */
  fonts?(fonts: FontTable): void;
  /** A group ended; the state is that of the group. */
  groupEnd(state: RtfState): void;
}

/** Groups inside groups that keep a state of their own. */
const MAX_GROUPS = 512;
/** Charsets of documents that name no code page. */
const DOCUMENT_CHARSETS: ReadonlyMap<string, string> = new Map([
  ['mac', 'macintosh'],
  ['pc', 'ibm437'],
  ['pca', 'ibm850'],
]);
/** Destinations that are never text. */
const SILENT: ReadonlySet<string> = new Set(
  'fonttbl colortbl stylesheet info pict nonshppict object objdata header headerl headerr headerf footer footerl footerr footerf ftnsep ftnsepc aftnsep listtable listoverridetable revtbl rsidtbl generator themedata colorschememapping latentstyles datastore xmlnstbl fldinst upr bkmkstart bkmkend private filetbl template'.split(
    ' ',
  ),
);
/** Words that stand for one character. */
const CHARACTERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    tab: '\t',
    lquote: '\u2018',
    rquote: '\u2019',
    ldblquote: '\u201c',
    rdblquote: '\u201d',
    bullet: '\u2022',
    endash: '\u2013',
    emdash: '\u2014',
    emspace: '\u2003',
    enspace: '\u2002',
    qmspace: '\u2005',
    zwj: '\u200d',
    zwnj: '\u200c',
    '~': '\u00a0',
    _: '\u2011',
    '-': '',
    '|': '',
    ':': '',
  }),
);

// Groups: { and }; \'hh; control words with a parameter and one space; control symbols; text; line ends, which mean nothing.
const TOKEN = /\{|\}|\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,40})(-?\d{1,10})? ?|\\([^a-zA-Z])|[^\\{}\r\n]+|[\r\n]+|\\/g;

function rootState(): RtfState {
  return {
    destination: 'rtf',
    isIgnored: false,
    isHtmlRtf: false,
    unicodeSkip: 1,
    ...PLAIN,
  };
}

/** Reads one RTF text into a sink. */
export class RtfReader {
  readonly #sink: RtfSink;
  readonly #rtf: string;
  readonly #stack: RtfState[] = [];
  readonly #fonts = new FontTable();
  #state: RtfState = rootState();
  #depth = 0;
  /** Octets of text that wait for their code page. */
  #octets = '';
  #charset = 'windows-1252';
  #defaultCharset = 'windows-1252';
  #skip = 0;
  #isStarred = false;
  #isGroupStart = false;

  constructor(rtf: Uint8Array, sink: RtfSink) {
    this.#rtf = Buffer.from(rtf.buffer, rtf.byteOffset, rtf.length).toString('latin1');
    this.#sink = sink;
    sink.fonts?.(this.#fonts);
  }

  /** Reads it all. */
  read(): void {
    TOKEN.lastIndex = 0;
    for (let match = TOKEN.exec(this.#rtf); match !== null; match = TOKEN.exec(this.#rtf)) {
      const [token, hex, word, param, symbol] = match;
      if (hex !== undefined) this.#octet(String.fromCharCode(Number.parseInt(hex, 16)));
      else if (word !== undefined) TOKEN.lastIndex += this.#word(word, param === undefined ? undefined : Number(param));
      else if (symbol !== undefined) this.#symbol(symbol);
      else this.#plain(token);
    }
    this.#flush();
  }

  #plain(token: string): void {
    const first = token.charCodeAt(0);
    if (token === '{') this.#open();
    else if (token === '}') this.#close();
    else if (first !== 0x0d && first !== 0x0a && token !== '\\') this.#octet(token);
  }

  #open(): void {
    this.#flush();
    this.#skip = 0;
    this.#depth += 1;
    if (this.#depth <= MAX_GROUPS) {
      this.#stack.push(this.#state);
      this.#state = { ...this.#state };
    }
    this.#isGroupStart = true;
    this.#isStarred = false;
  }

  #close(): void {
    this.#flush();
    this.#skip = 0;
    this.#isGroupStart = false;
    if (this.#depth === 0) return;
    if (this.#depth <= MAX_GROUPS) {
      this.#sink.groupEnd(this.#state);
      this.#state = this.#stack.pop() ?? rootState();
    }
    this.#depth -= 1;
  }

  #octet(octets: string): void {
    this.#isGroupStart = false;
    let text = octets;
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, text.length);
      this.#skip -= skipped;
      text = text.slice(skipped);
    }
    if (text === '') return;
    const charset = this.#currentCharset();
    if (charset !== this.#charset) this.#flush();
    this.#charset = charset;
    this.#octets += text;
  }

  #currentCharset(): string {
    if (this.#state.destination === 'htmltag') return this.#defaultCharset;
    return this.#fonts.charset(this.#state.font) ?? this.#defaultCharset;
  }

  /** The font of signs that the text is in, for a sink that wants the signs. */
  #signFont(): SymbolFont | undefined {
    return this.#sink.wantsSigns === true ? this.#fonts.signs(this.#state.font) : undefined;
  }

  #flush(): void {
    if (this.#octets === '') return;
    if (this.#state.destination === 'fonttbl') {
      this.#fonts.name(this.#octets);
      this.#octets = '';
    }
    const font = this.#signFont();
    if (font !== undefined) this.#octets = this.#emitSigns(this.#octets, font);
    const text = /[\x80-\xff]/.test(this.#octets) ? decodeByGuess(Buffer.from(this.#octets, 'latin1'), [this.#charset]).text : this.#octets;
    this.#octets = '';
    // NUL fills up after the last brace, and is no text anywhere.
    this.#emit(text.includes('\0') ? text.replaceAll('\0', '') : text);
  }

  /** Signs are no octets of a code page: all of the text is given, and nothing is left. */
  #emitSigns(octets: string, font: SymbolFont): string {
    this.#emit(signs(octets, font).replaceAll('\0', ''));
    return '';
  }

  #emit(text: string): void {
    const { destination, isIgnored } = this.#state;
    if (text === '' || isIgnored || (SILENT.has(destination) && !this.#sink.destinations.has(destination))) return;
    this.#sink.text(text, this.#state);
  }

  #symbol(symbol: string): void {
    if (symbol === '*') {
      this.#isStarred = this.#isGroupStart;
    } else if (symbol === '{' || symbol === '}' || symbol === '\\') {
      this.#octet(symbol);
    } else if (symbol === '\r' || symbol === '\n') {
      this.#other('par', undefined);
    } else {
      this.#other(symbol, undefined);
    }
  }

  /** Handles a control word; gives octets of \bin to pass over. */
  #word(word: string, param: number | undefined): number {
    if (this.#isGroupStart && (this.#startUnicode(word) || this.#startDestination(word))) return 0;
    this.#isGroupStart = false;
    if (word === 'u') {
      this.#unicode(param ?? 0);
    } else if (word === 'bin') {
      return this.#binary(Math.max(0, param ?? 0));
    } else if (!this.#documentWord(word, param) && !this.#stateWord(word, param)) {
      this.#other(word, param);
    }
    return 0;
  }

  #binary(size: number): number {
    this.#flush();
    const at = TOKEN.lastIndex;
    if (!this.#state.isIgnored) this.#sink.binary?.(this.#rtf.slice(at, at + size), this.#state);
    return size;
  }

  /** `{\upr{ANSI}{\*\ud{Unicode}}}`: the same text twice, of which the second is whole. */
  #startUnicode(word: string): boolean {
    if (word !== 'ud' || !this.#isStarred || this.#state.destination !== 'upr') return false;
    this.#isGroupStart = false;
    this.#isStarred = false;
    this.#state.destination = this.#stack.at(-2)?.destination ?? 'rtf';
    return true;
  }

  /** The first word of a group says where it writes; true when the word is nothing but that. */
  #startDestination(word: string): boolean {
    const isStarred = this.#isStarred;
    const isKnown = SILENT.has(word) || this.#sink.destinations.has(word);
    if (!isStarred && !isKnown) return false;
    this.#isGroupStart = false;
    this.#isStarred = false;
    this.#state.destination = word;
    // What is in \nonshppict stands in \*\shppict, too.
    if ((isStarred && !this.#sink.destinations.has(word)) || word === 'nonshppict') this.#state.isIgnored = true;
    return true;
  }

  #unicode(unit: number): void {
    this.#flush();
    if (this.#skip > 0) this.#skip -= 1;
    else this.#emit(this.#character(unit & 0xffff));
    this.#skip = this.#state.unicodeSkip;
  }

  #character(unit: number): string {
    return this.#sink.wantsSigns === true ? privateSign(unit, this.#signFont()) : String.fromCharCode(unit);
  }

  #documentWord(word: string, param: number | undefined): boolean {
    if (word === 'ansicpg') this.#defaultCharset = codePageCharset(param ?? 0) ?? this.#defaultCharset;
    else if (DOCUMENT_CHARSETS.has(word)) this.#defaultCharset = DOCUMENT_CHARSETS.get(word) ?? this.#defaultCharset;
    else if (word === 'deff') this.#fonts.setDefault(param ?? 0);
    else if (this.#state.destination === 'fonttbl') this.#fontWord(word, param ?? 0);
    else return false;
    return true;
  }

  #fontWord(word: string, param: number): void {
    this.#flush();
    this.#fonts.word(word, param);
  }

  #stateWord(word: string, param: number | undefined): boolean {
    const isOn = param !== 0;
    const state = this.#state;
    if (word === 'f' || word === 'htmlrtf' || word === 'uc') this.#flush();
    switch (word) {
      case 'f':
        state.font = param ?? 0;
        return true;
      case 'uc':
        state.unicodeSkip = Math.min(Math.max(param ?? 1, 0), 16);
        return true;
      case 'htmlrtf':
        state.isHtmlRtf = isOn;
        return true;
      case 'plain':
        this.#flush();
        Object.assign(state, PLAIN);
        return true;
      default:
        return this.#formatWord(word, isOn, param);
    }
  }

  #formatWord(word: string, isOn: boolean, param: number | undefined): boolean {
    const change = FORMATS.get(word)?.(isOn, param ?? 0);
    if (change === undefined) return false;
    this.#flush();
    Object.assign(this.#state, change);
    return true;
  }

  #other(word: string, param: number | undefined): void {
    const char = this.#sink.characters?.get(word) ?? CHARACTERS.get(word);
    if (this.#skip > 0 && (char !== undefined || word === 'par')) {
      this.#skip -= 1;
      return;
    }
    this.#flush();
    if (char !== undefined) this.#emit(char);
    else if (!this.#state.isIgnored) this.#sink.control(word, param, this.#state);
  }
}
