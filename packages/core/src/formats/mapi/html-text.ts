// Plain text of an HTML body, for the part beside it: paragraphs and line breaks, list marks, the addresses of links, entities. One
// pass over the tags; nothing is executed, fetched or trusted.

const BLOCKS: ReadonlySet<string> = new Set(
  'p div h1 h2 h3 h4 h5 h6 table tr ul ol dl blockquote pre address section article header footer form hr'.split(' '),
);
const PARAGRAPHS: ReadonlySet<string> = new Set('p h1 h2 h3 h4 h5 h6 ul ol dl blockquote pre table'.split(' '));
const SKIPPED: ReadonlySet<string> = new Set(['style', 'script', 'head', 'title', 'xml']);
const ENTITIES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    nbsp: ' ',
    copy: '\u00a9',
    reg: '\u00ae',
    trade: '\u2122',
    euro: '\u20ac',
    hellip: '\u2026',
    ndash: '\u2013',
    mdash: '\u2014',
    lsquo: '\u2018',
    rsquo: '\u2019',
    ldquo: '\u201c',
    rdquo: '\u201d',
    laquo: '\u00ab',
    raquo: '\u00bb',
    bull: '\u2022',
    middot: '\u00b7',
    auml: '\u00e4',
    ouml: '\u00f6',
    uuml: '\u00fc',
    Auml: '\u00c4',
    Ouml: '\u00d6',
    Uuml: '\u00dc',
    szlig: '\u00df',
    eacute: '\u00e9',
    egrave: '\u00e8',
    agrave: '\u00e0',
    ccedil: '\u00e7',
    emsp: '\u2003',
    ensp: '\u2002',
    shy: '',
    zwnj: '',
  }),
);

/** Text as HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&${{ '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' }[char] ?? ''};`);
}

/** Elements that show something without any text. */
const SHOWN = '(?:img|hr|input|button|object|embed|video|audio|svg|iframe)\\b|[^>]*(?:url\\(|cid:)';
/** Characters after `<body` below which a body may be blank; its styles stand before it. */
const BLANK_LENGTH = 4096;
/** Octets of the largest HTML with nothing in it: Word's styles take most of them. */
const MOST_BLANK = 65_536;
const UNSEEN = new RegExp(
  `<(style|script|title|head|xml)\\b[\\s\\S]*?</\\1>|<!--[\\s\\S]*?-->|<(?!${SHOWN})[^>]*>|&(?:nbsp|#160|#xa0|shy|zwnj);|\\xc2?\\xa0|[\\s\\0]`,
  'gi',
);
const LETTER = /<(?:p|div|span|font|body|br|a|td)\b[^>]*>\s*[A-Za-z0-9]/i;

/** True for HTML, in octets of a charset that has ASCII, in which a reader sees neither a letter nor a picture. */
export function isBlankHtml(html: Uint8Array): boolean {
  const octets = Buffer.from(html.buffer, html.byteOffset, html.length);
  if (octets.length > MOST_BLANK) return false;
  const small = octets.indexOf('<body');
  const body = small >= 0 ? small : Math.max(0, octets.indexOf('<BODY'));
  if (octets.length - body > BLANK_LENGTH) return false;
  const text = octets.toString('latin1', body);
  // Nearly all HTML has a letter behind one of its first tags.
  return !LETTER.test(text) && text.replace(UNSEEN, '') === '';
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([A-Za-z]{2,10}));?/gi, (all, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES.get(name) ?? all;
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    if (point === 0xa0) return ' ';
    return point > 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) ? String.fromCodePoint(point) : all;
  });
}

// The name of a tag and the rest of it.
const TAG = /^<(\/?)([A-Za-z][A-Za-z0-9:]*)([\s\S]*)>$/;
/** Places of `>` that are tried for the end of a tag with one inside quotes. */
const MAX_QUOTED = 4;

class TextWriter {
  readonly #parts: string[] = [];
  /** The last two characters written. */
  #tail = '\n\n';
  #skipping = '';
  #link = '';
  #linkText = '';

  #push(text: string): void {
    if (text === '') return;
    this.#parts.push(text);
    this.#tail = (this.#tail + text.slice(-2)).slice(-2);
    if (this.#link !== '' && this.#linkText.length < 2000) this.#linkText += text;
  }

  text(raw: string): void {
    if (this.#skipping !== '') return;
    const text = decodeEntities(raw.replace(/[ \t\r\n]+/g, ' '));
    this.#push(/[ \n]$/.test(this.#tail) && text.startsWith(' ') ? text.slice(1) : text);
  }

  tag(isEnd: boolean, name: string, attributes: string): void {
    if (this.#skipping !== '') {
      if (isEnd && name === this.#skipping) this.#skipping = '';
    } else if (SKIPPED.has(name)) {
      if (!isEnd && !attributes.endsWith('/')) this.#skipping = name;
    } else if (name === 'a') {
      this.#anchor(isEnd, attributes);
    } else {
      this.#layout(isEnd, name);
    }
  }

  #layout(isEnd: boolean, name: string): void {
    if (name === 'br') this.#push('\n');
    else if (name === 'li' && !isEnd) this.#newLine('* ');
    else if (name === 'td' || name === 'th') this.#push(isEnd ? '\t' : '');
    else if (BLOCKS.has(name))
      this.#newLine(isEnd && PARAGRAPHS.has(name) ? '\n' : name === 'hr' ? '------------------------------\n' : '');
  }

  #newLine(after: string): void {
    if (!this.#tail.endsWith('\n')) this.#push('\n');
    if (after !== '\n' || this.#tail !== '\n\n') this.#push(after);
  }

  #anchor(isEnd: boolean, attributes: string): void {
    if (!isEnd) {
      this.#link = decodeEntities(/\bhref\s*=\s*["']?([^"'\s>]+)/i.exec(attributes)?.[1] ?? '');
      this.#linkText = '';
      return;
    }
    const link = this.#link;
    this.#link = '';
    if (/^(?:https?:|mailto:)/i.test(link) && !this.#linkText.includes(link.replace(/^mailto:/i, ''))) this.#push(` <${link}>`);
  }

  /** The text with CRLF line ends and no more than one blank line at a time. */
  end(): string {
    const lines: string[] = [];
    for (const line of this.#parts.join('').split('\n')) {
      const text = line.trimEnd();
      if (text !== '' || (lines.length > 0 && lines.at(-1) !== '')) lines.push(text);
    }
    if (lines.at(-1) === '') lines.pop();
    return lines.length === 0 ? '' : `${lines.join('\r\n')}\r\n`;
  }
}

/** Characters of HTML that are turned into text; more is a page and not a letter. */
const MAX_HTML: number = 4 * 1024 * 1024;

/** Where the tag that starts at `start` ends: at a `>` that is not inside quotes, if one of the next few is. */
function tagEnd(html: string, start: number): number {
  let end = html.indexOf('>', start);
  for (let i = 0; i < MAX_QUOTED && end >= 0; i++) {
    const quotes = html.slice(start, Math.min(end, start + 10_000)).match(/"/g)?.length ?? 0;
    if (quotes % 2 === 0) return end;
    const next = html.indexOf('>', end + 1);
    if (next < 0) return end;
    end = next;
  }
  return end;
}

/** Hands one tag to the writer; what only looks like one is text. */
function writeTag(writer: TextWriter, tag: string): void {
  const [, slash, name, attributes = ''] = TAG.exec(tag) ?? [];
  if (name !== undefined) writer.tag(slash === '/', name.toLowerCase(), attributes);
  else if (/^<[^!?/A-Za-z]/.test(tag)) writer.text(tag);
}

/** Reads the tag or comment at `start`; gives the place after it. */
function readTag(writer: TextWriter, html: string, start: number): number {
  if (html.startsWith('<!--', start)) {
    const end = html.indexOf('-->', start + 4);
    return end < 0 ? html.length : end + 3;
  }
  const end = tagEnd(html, start);
  if (end < 0) {
    writer.text(html.slice(start));
    return html.length;
  }
  writeTag(writer, html.slice(start, end + 1));
  return end + 1;
}

/** The text that an HTML document shows, with CRLF line ends. */
export function htmlToText(source: string): string {
  const html = source.slice(0, MAX_HTML);
  const writer = new TextWriter();
  for (let at = 0; at < html.length; ) {
    const start = html.indexOf('<', at);
    const end = start < 0 ? html.length : start;
    if (end > at) writer.text(html.slice(at, end));
    at = start < 0 ? html.length : readTag(writer, html, start);
  }
  return writer.end();
}
