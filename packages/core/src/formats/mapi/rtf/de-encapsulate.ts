// HTML and plain text wrapped in RTF ([MS-OXRTFEX]): what is in \*\htmltag groups is HTML as it was, what is outside is its text, and
// what is between \htmlrtf and \htmlrtf0 is there for RTF readers only. Own code over the reader that native RTF needs anyway;
// rtf-stream-parser is its second opinion in the tests.
import { RtfReader, type RtfSink, type RtfState } from './reader.js';

/** What an RTF text is. */
export type RtfKind = 'html' | 'text' | 'native';

/** Octets at the start of an RTF that tell what it is. */
export const RTF_HEAD = 1024;

/** Says what an RTF holds by its first control words ([MS-OXRTFEX] 2.1.2). */
export function rtfKind(rtf: Uint8Array): RtfKind {
  const head = Buffer.from(rtf.buffer, rtf.byteOffset, Math.min(rtf.length, RTF_HEAD)).toString('latin1');
  const word = /\\from(html|text)/.exec(head)?.[1];
  return word === 'html' || word === 'text' ? word : 'native';
}

/** Named entities of what RTF has words for, as the encapsulator wrote them. */
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['\u2018', '&lsquo;'],
  ['\u2019', '&rsquo;'],
  ['\u201c', '&ldquo;'],
  ['\u201d', '&rdquo;'],
  ['\u2022', '&bull;'],
  ['\u2013', '&ndash;'],
  ['\u2014', '&mdash;'],
  ['\u00a0', '&nbsp;'],
  ['\u00ad', '&shy;'],
  ['\u2003', '&emsp;'],
  ['\u2002', '&ensp;'],
]);

class HtmlSink implements RtfSink {
  readonly destinations: ReadonlySet<string> = new Set(['htmltag', 'pntext', 'listtext']);
  /** `\\_` is a soft hyphen in encapsulated HTML; a hyphen that does not break is written as `\\u8209`. */
  readonly characters: ReadonlyMap<string, string> = new Map([['_', '\u00ad']]);
  readonly parts: string[] = [];

  text(text: string, state: RtfState): void {
    // The mark of a list item is in the HTML already.
    if (state.isHtmlRtf || state.destination === 'pntext' || state.destination === 'listtext') return;
    if (state.destination === 'htmltag') this.parts.push(text);
    else
      this.parts.push(
        (text.length === 1 ? ENTITIES.get(text) : undefined) ?? text.replace(/[<>]/g, (char) => (char === '<' ? '&lt;' : '&gt;')),
      );
  }

  control(word: string, _param: number | undefined, state: RtfState): void {
    if (!state.isHtmlRtf && (word === 'par' || word === 'line')) this.parts.push('\r\n');
  }

  groupEnd(): void {
    // Groups have no meaning in HTML.
  }
}

/** What ends a line or a cell in text. */
const ENDS: ReadonlySet<string> = new Set(['par', 'line', 'sect', 'row', 'cell']);

class TextSink implements RtfSink {
  /** A cell of a table in a table ended: what follows in its row stands apart. */
  #isBetweenCells = false;
  readonly destinations: ReadonlySet<string> = new Set();
  readonly wantsSigns = true;
  readonly parts: string[] = [];

  text(text: string, state: RtfState): void {
    if (state.hidden || state.isHtmlRtf) return;
    if (this.#isBetweenCells) this.parts.push('\t');
    this.#isBetweenCells = false;
    this.parts.push(text);
  }

  control(word: string): void {
    this.#isBetweenCells = word === 'nestcell' || (this.#isBetweenCells && !ENDS.has(word));
    if (word === 'par' || word === 'line' || word === 'sect' || word === 'row') this.parts.push('\r\n');
    else if (word === 'cell') this.parts.push('\t');
  }

  groupEnd(): void {
    // Groups have no meaning in text.
  }
}

/** The HTML that an RTF carries; the charset that its meta tag names is made UTF-8, which is what the text will be written in. */
export function deEncapsulateHtml(rtf: Uint8Array): string {
  const sink = new HtmlSink();
  new RtfReader(rtf, sink).read();
  return sink.parts.join('').replace(/(<meta\b[^>]{0,1000}\bcharset\s*=\s*["']?)[\w.:-]+/gi, '$1utf-8');
}

/** The plain text of an RTF: what it carries, or what it shows. */
export function rtfText(rtf: Uint8Array): string {
  const sink = new TextSink();
  new RtfReader(rtf, sink).read();
  return sink.parts.join('');
}
