import iconv from 'iconv-lite';
import { deEncapsulateSync } from 'rtf-stream-parser';
import { describe, expect, it } from 'vitest';
import { deEncapsulateHtml, rtfKind, rtfText } from '../../src/formats/mapi/rtf/de-encapsulate.js';
import { decompressRtf } from '../../src/formats/mapi/rtf/decompress.js';
import { rtfToHtml } from '../../src/formats/mapi/rtf/to-html.js';

const octets = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** MELA: a header and the RTF as it is. */
function uncompressed(rtf: string): Uint8Array {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(rtf.length + 12, 0);
  header.writeUInt32LE(rtf.length, 4);
  header.writeUInt32LE(0x414c454d, 8);
  return Buffer.concat([header, octets(rtf)]);
}

describe('decompressRtf', () => {
  // The two examples of [MS-OXRTFCP] 3.1.
  it('decodes the examples of the specification', () => {
    const simple = Buffer.from('2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0', 'hex');
    expect(Buffer.from(decompressRtf(simple) ?? []).toString()).toBe('{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n');
    const overlapping = Buffer.from('1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0', 'hex');
    expect(Buffer.from(decompressRtf(overlapping) ?? []).toString()).toBe('{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}');
  });

  it('takes RTF that is not compressed, and refuses what is none', () => {
    expect(Buffer.from(decompressRtf(uncompressed('{\\rtf1 a}')) ?? []).toString()).toBe('{\\rtf1 a}');
    expect(decompressRtf(Buffer.alloc(40))).toBeUndefined();
    expect(decompressRtf(Buffer.alloc(3))).toBeUndefined();
  });
});

const HTML = octets(
  String.raw`{\rtf1\ansi\ansicpg1251\fromhtml1 \deff0{\fonttbl{\f0\fswiss\fcharset204 Arial;}{\f1\fmodern\fcharset128 MS Gothic;}}{\*\htmltag64 <p>}\htmlrtf{\f0\htmlrtf0 \'cf\'f0\'e8\'e2\'e5\'f2 \u8364? {\f1 \'82\'a0}{\*\htmltag84 &nbsp;}a < b\htmlrtf\par\htmlrtf0{\*\mhtmltag1 x}\line end{\pntext skip\tab}\htmlrtf }\htmlrtf0{\*\htmltag72 </p>}}`,
);

describe('de-encapsulation', () => {
  it('finds HTML in RTF as rtf-stream-parser does', () => {
    expect(rtfKind(HTML)).toBe('html');
    const second = deEncapsulateSync(Buffer.from(HTML), { decode: iconv.decode, warn: () => {} });
    expect(second.mode).toBe('html');
    expect(deEncapsulateHtml(HTML)).toBe(second.text);
    expect(deEncapsulateHtml(HTML)).toContain('Привет €');
  });

  it('finds text in RTF', () => {
    const rtf = octets(
      String.raw`{\rtf1\ansi\ansicpg1252\fromtext {\fonttbl{\f0 Arial;}}{\info{\title no}}Gr\'fc\'dfe\par\tab x \{y\}\par}`,
    );
    expect(rtfKind(rtf)).toBe('text');
    expect(rtfText(rtf)).toBe('Grüße\r\n\tx {y}\r\n');
    // rtf-stream-parser 3.8.1 takes the title in \info for text, and agrees without it.
    const bare = Buffer.from(rtf)
      .toString('latin1')
      .replace(/\{\\info.*?\}\}/, '');
    expect(deEncapsulateSync(Buffer.from(bare, 'latin1'), { decode: iconv.decode, warn: () => {} }).text).toBe('Grüße\r\n\tx {y}\r\n');
  });

  it('makes the charset that the HTML names the one it is written in', () => {
    const rtf = octets(
      String.raw`{\rtf1\ansi\fromhtml1{\*\htmltag0 <meta http-equiv=Content-Type content="text/html; charset=iso-8859-1">}}`,
    );
    expect(deEncapsulateHtml(rtf)).toContain('charset=utf-8"');
  });
});

describe('rtfToHtml', () => {
  const shown = (inner: string): string => {
    const fonts = String.raw`{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fmodern{\*\panose 0207}Courier New;}{\f2\froman\fcharset238 Times New Roman CE;}{\f3\fnil A"b;}}`;
    const colors = String.raw`{\colortbl;\red255\green0\blue0;\red255\green255\blue0;}`;
    const html = rtfToHtml(octets(String.raw`{\rtf1\ansi\deff0${fonts}${colors}${inner}}`));
    return html.slice(html.indexOf('<body')).replace(/\r\n/g, '');
  };

  it('has the fonts of the text, and that of the document once', () => {
    expect(shown(String.raw`a{\f1 b}{\f2 c}{\f3 d}{\f0 e}{\f9 f}\par`)).toBe(
      `<body style="font-family:'Arial',sans-serif"><p>a<span style="font-family:'Courier New',monospace">b</span>` +
        `<span style="font-family:'Times New Roman',serif">c</span>def</p></body></html>`,
    );
    const flat = rtfToHtml(octets(String.raw`{\rtf1{\fonttbl\f0\fswiss Arial;\f1\fmodern Courier;}a{\f1 b}\par}`));
    expect(flat).toContain(`<p>a<span style="font-family:'Courier',monospace">b</span></p>`);
  });

  it.each([
    [String.raw`{\highlight2 a}{\chcbpat1 b}{\cb0 c}`, ['background-color:#ffff00', 'background-color:#ff0000']],
    [String.raw`{\caps a}{\scaps b}{\caps0 c}`, ['text-transform:uppercase', 'font-variant:small-caps']],
    [String.raw`{\uldb a}{\deleted b}`, ['text-decoration:underline', 'text-decoration:line-through']],
    [String.raw`{\super a}{\fs30\sub b}`, ['font-size:8pt;vertical-align:super', 'font-size:10pt;vertical-align:sub']],
  ])('shows characters as they are meant: %s', (inner, styles) => {
    expect([...shown(String.raw`${inner}\par`).matchAll(/<span style="([^"]*)"/g)].map(([, style]) => style)).toEqual(styles);
  });

  it.each([
    [String.raw`\li720\fi-360`, ' style="margin-left:36pt;text-indent:-18pt"'],
    [String.raw`\sb100\sa200\ri40`, ' style="margin-top:5pt;margin-bottom:10pt;margin-right:2pt"'],
    [String.raw`\li-720\fi-360\sb-5`, ''],
    [String.raw`\li99999999`, ''],
    [String.raw`\rtlpar\qr`, ' dir="rtl" style="text-align:right"'],
    [String.raw`\cbpat2`, ' style="background-color:#ffff00"'],
    [String.raw`\li720\qc\pard`, ''],
  ])('sets paragraphs as they are meant: %s', (words, attributes) => {
    expect(shown(String.raw`\pard${words} a\par`)).toContain(`<p${attributes}>a</p>`);
  });

  it('draws the lines of a table that has some, and makes one cell of those that are merged', () => {
    const rows = String.raw`\trowd\clmgf\clcbpat2\cellx1\clmrg\cellx2\cellx3\pard\intbl\qc a\cell b\cell\pard\intbl c\cell\row`;
    expect(shown(String.raw`${rows}\pard\brdrt\brdrs end\par`)).toContain(
      '<table><tr><td colspan="2" style="background-color:#ffff00;text-align:center">ab</td><td>c</td></tr></table><p>end</p>',
    );
    expect(shown(String.raw`\trowd\clbrdrb\brdrtbl\cellx1\intbl a\cell\row`)).toContain('<table><tr>');
    expect(shown(String.raw`\trowd\trbrdrt\brdrdb\cellx1\intbl a\cell\row`)).toContain('<table border="1"');
  });

  it.each([
    [String.raw`HYPERLINK "file:///\\\\server\\share\\my plan.doc"`, 'file:///\\\\server\\share\\my%20plan.doc'],
    [String.raw`HYPERLINK "\\\\server\\my share\\x.doc"`, 'file://server/my%20share/x.doc'],
    [String.raw`HYPERLINK "https://example.org/a" \\l "part two"`, 'https://example.org/a#part%20two'],
    [String.raw`HYPERLINK https://example.org/a`, 'https://example.org/a'],
    [String.raw`HYPERLINK \\l "mark"`, undefined],
    [String.raw`HYPERLINK "javascript:alert(1)"`, undefined],
  ])('links where %s leads', (instruction, url) => {
    const html = rtfToHtml(octets(`{\\rtf1{\\field{\\*\\fldinst ${instruction}}{\\fldrslt here}}\\par}`));
    expect(/href="([^"]*)"/.exec(html)?.[1]).toBe(url);
  });

  it.each([
    ['pc', '\u00e4'],
    ['pca', '\u00e4'],
    ['mac', '\u00d1'],
    ['constructor', '\u201e'],
    ['valueOf', '\u201e'],
  ])('reads the letters of a document that says \\%s', (word, letter) => {
    expect(rtfToHtml(octets(`{\\rtf1\\ansi\\${word} <\\'84>\\par}`))).toContain(`<p>&lt;${letter}&gt;</p>`);
  });

  it('knows no word that JavaScript has', () => {
    for (const word of ['constructor', 'toString', 'valueOf', 'hasOwnProperty']) {
      expect(deEncapsulateHtml(octets(`{\\rtf1\\fromhtml1 a\\${word} b}`))).toBe('ab');
      expect(rtfText(octets(`{\\rtf1 a\\${word} b}`))).toBe('ab');
    }
  });

  it('shows native RTF', () => {
    const rtf = octets(
      String.raw`{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\colortbl;\red255\green0\blue0;}\pard\qc{\b Bold} {\i\cf1 red}\par\pard See {\field{\*\fldinst{HYPERLINK "https://example.org/a?b&c"}}{\fldrslt{\ul here}}}.\par\trowd\clbrdrt\brdrs\brdrw10\cellx100\intbl A\cell B\cell\row\pard <end>\par}`,
    );
    const html = rtfToHtml(rtf);
    expect(html).toContain(
      '<p style="text-align:center"><span style="font-weight:bold">Bold</span> <span style="font-style:italic;color:#ff0000">red</span></p>',
    );
    expect(html).toContain('<a href="https://example.org/a?b&amp;c"><span style="text-decoration:underline">here</span></a>.');
    expect(html).toContain('<table border="1" style="border-collapse:collapse">\r\n<tr><td>A</td><td>B</td></tr>\r\n</table>');
    expect(html).toContain('&lt;end&gt;');
  });

  it('survives what is no RTF', () => {
    for (const text of [
      '',
      '{',
      '}}}}',
      '{{{{'.repeat(5000),
      String.raw`{\rtf1\bin999999999 x`,
      String.raw`\u99999999999999`,
      '\\',
      String.raw`{\rtf1\'zz\'}`,
    ]) {
      expect(typeof rtfToHtml(octets(text))).toBe('string');
      expect(typeof deEncapsulateHtml(octets(text))).toBe('string');
    }
  });
});

describe('hyphens in encapsulated HTML', () => {
  it('keeps one that does not break, and the soft one that is written as `\\_`', () => {
    const rtf = octets(
      String.raw`{\rtf1\ansi\ansicpg1252\fromhtml1 {\fonttbl{\f0 Arial;}}{\*\htmltag64 <p>}e\u8209 ?mail co\_operate{\*\htmltag72 </p>}}`,
    );
    expect(deEncapsulateHtml(rtf)).toBe('<p>e\u2011mail co&shy;operate</p>');
  });
});

describe('fonts of signs', () => {
  const rtf = (body: string) =>
    octets(
      String.raw`{\rtf1\ansi\ansicpg932\deff0{\fonttbl{\f0\fnil\fcharset128 MS Gothic;}{\f1\froman\fcharset2 Symbol;}{\f2\fnil\fcharset2 Wingdings{\*\falt Arial};}{\f3\fnil\fcharset2 Wingdings 2;}}` +
        `${body}}`,
    );

  it.each([
    ['a bullet of Symbol, whatever the code page', String.raw`{\pntext\f1\'b7\tab}one\par`, '\u2022\tone'],
    ['Greek letters', String.raw`{\f1 abp} x`, '\u03b1\u03b2\u03c0 x'],
    ['the smiley and the arrow of Outlook', String.raw`fine {\f2 J} a {\f2\'e0} b`, 'fine \u263a a \u2192 b'],
    ['private characters of Word', String.raw`\uc1{\f1\u-3913 ?}{\f2\u-3844 ?}{\u-3913 ?}`, '\u2022\u2713\u2022'],
    ['letters of a font that nobody knows the signs of', String.raw`{\f3 J}`, 'J'],
  ])('%s', (_, body, shown) => {
    expect(rtfText(rtf(body)).trim()).toBe(shown);
    const html = rtfToHtml(rtf(body)).replace(/<[^>]+>/g, '');
    expect(html.replaceAll('&emsp;', '\t').trim()).toContain(shown.trim());
  });

  it('stay letters in HTML, which names its font', () => {
    const html = octets(
      String.raw`{\rtf1\ansi\fromhtml1{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset2 Wingdings;}}{\*\htmltag84 <font face=Wingdings>}\htmlrtf{\f1\htmlrtf0 J\htmlrtf}\htmlrtf0}`,
    );
    expect(deEncapsulateHtml(html)).toBe('<font face=Wingdings>J');
  });
});

describe('text that RTF has twice, and tables in tables', () => {
  it('is taken in Unicode', () => {
    const rtf = octets(String.raw`{\rtf1\ansi a {\b{\upr{\'c4?}{\*\ud{\'c4\u321?}}}} z}`);
    expect(rtfText(rtf)).toBe('a \u00c4\u0141 z');
    expect(rtfToHtml(rtf)).toContain('>\u00c4\u0141<');
  });

  it('is not run together', () => {
    expect(rtfText(octets(String.raw`{\rtf1\intbl\itap2 a\nestcell b\nestcell\cell\row}`))).toBe('a\tb\t\r\n');
    const twoRows = String.raw`{\rtf1\intbl\itap2 a\nestcell b\nestcell{\*\nesttableprops\trowd\cellx1\cellx2\nestrow}{\nonesttables\par}c\nestcell\cell\row}`;
    expect(rtfText(octets(twoRows))).toBe('a\tb\r\nc\t\r\n');
  });

  it('is a table in its cell, as deep as it lies, with what stands before and behind it', () => {
    const bodyOf = (rtf: string) => /<body[^>]*>\r\n(.*)<\/body>/s.exec(rtfToHtml(octets(rtf)))?.[1]?.replaceAll('\r\n', '');
    expect(bodyOf(String.raw`{\rtf1\intbl\itap2 a\nestcell b\nestcell\cell\row}`)).toBe(
      '<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>',
    );
    const props = String.raw`{\*\nesttableprops\trowd\clbrdrt\brdrs\clcbpat1\cellx1\cellx2\nestrow}{\nonesttables\par}`;
    const whole = String.raw`{\rtf1{\colortbl;\red255\green0\blue0;}\trowd\clcbpat1\cellx9\cellx10\pard\intbl before\par
\pard\intbl\itap2\qr {\b a}\nestcell\pard\intbl\itap2 b\par
\pard\intbl\itap3 deep\nestcell{\*\nesttableprops\trowd\cellx1\nestrow}\pard\intbl\itap2 \nestcell ${props}
\pard\intbl\itap2 c\nestcell d\nestcell ${props}\pard\intbl\itap1 behind\cell\pard\intbl right\cell\row\pard end\par}`;
    expect(bodyOf(whole)).toBe(
      [
        '<table><tr><td style="background-color:#ff0000">before<br>',
        '<table border="1" style="border-collapse:collapse"><tr><td style="background-color:#ff0000;text-align:right"><span style="font-weight:bold">a</span></td>',
        '<td>b<br><table><tr><td>deep</td></tr></table></td></tr>',
        '<tr><td style="background-color:#ff0000">c</td><td>d</td></tr></table>behind</td><td>right</td></tr></table><p>end</p>',
      ].join(''),
    );
  });

  it('is shown whole where its rows and depths make no sense', () => {
    const wild = String.raw`{\rtf1 x\nestcell y\itap900 z\nestcell\nestrow\itap-5 u\cell{\*\nesttableprops\trowd v\nestrow} w}`;
    const html = rtfToHtml(octets(wild));
    for (const letter of 'xyzuw') expect(html).toMatch(new RegExp(`[>\\n ]${letter}<`));
    expect(html.split('<table').length).toBe(html.split('</table>').length);
    expect(html.split('<td').length).toBe(html.split('</td>').length);
    const deep = rtfToHtml(octets(`{\\rtf1${String.raw`\intbl\itap2 a\nestcell\itap1 x`.repeat(20_000)}\\cell\\row}`));
    expect(deep.split('<table').length).toBe(20_002);
  });
});
