import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { messageToMime } from '../../src/formats/mapi/to-mime.js';
import { CONTEXT, message, PLAIN, type Properties } from './memory-message.js';

const SENTENCE = 'Grüße – für 5 €';

async function bodies(properties: Properties): Promise<{ text: string | undefined; html: string | undefined; issues: string[] }> {
  const { content, issues } = messageToMime(message({ ...PLAIN, PidTagBody: '', ...properties }), CONTEXT);
  const { text, html } = await new PostalMime().parse(content.bytes());
  return { text: text?.trim(), html: html?.trim(), issues: issues.map(({ code }) => code) };
}

function htmlOf(sentence: string, head = ''): string {
  return `<html>${head}<body>${sentence}</body></html>`;
}

describe('a body that shows nothing', () => {
  const text = 'What was written';
  const rtf = (inner: string): Buffer => {
    const octets = Buffer.from(`{\\rtf1\\ansi ${inner}}`);
    const head = Buffer.alloc(16);
    head.writeUInt32LE(octets.length + 12, 0);
    head.writeUInt32LE(octets.length, 4);
    head.write('MELA', 8);
    return Buffer.concat([head, octets]);
  };

  it.each([
    '<html><body></body></html>',
    '  ',
    '<HTML><head><style>p{margin:0}</style></head><BODY bgcolor="white"><p>&nbsp;</p><!-- x -->\u00a0<br></BODY></HTML>',
  ])('gives way to the text: %s', async (html) => {
    expect(await bodies({ PidTagBody: text, PidTagHtml: Buffer.from(html), PidTagInternetCodepage: 65001 })).toMatchObject({
      text,
      html: undefined,
    });
  });

  it.each(['<p>.</p>', '<img src="https://example.org/i.png">', '<body style="background:url(cid:a)"></body>', '<p>&amp;</p>'])(
    'is not one with this in it: %s',
    async (html) => {
      expect((await bodies({ PidTagBody: text, PidTagHtml: Buffer.from(html) })).html).toContain(html.slice(0, 5));
    },
  );

  it('is not one that is long', async () => {
    const [behind, styles] = ['<p></p>'.repeat(1000), 'p{margin:0}'.repeat(7000)];
    for (const html of [`<html><body>${behind}</body></html>`, `<html><style>${styles}</style><body></body></html>`]) {
      expect((await bodies({ PidTagBody: text, PidTagHtml: Buffer.from(html) })).html).toContain('<html>');
    }
  });

  it('stays where there is no text either', async () => {
    expect((await bodies({ PidTagHtml: Buffer.from('<html><body></body></html>') })).html).toBe('<html><body></body></html>');
  });

  it('is RTF without a letter', async () => {
    const encapsulated = String.raw`\fromhtml1{\*\htmltag <body></body>}`;
    for (const inner of [String.raw`\par`, encapsulated]) {
      expect(await bodies({ PidTagBody: text, PidTagRtfCompressed: rtf(inner) })).toMatchObject({ text, html: undefined });
    }
  });

  it('is kept as RTF where a metafile is all that it shows', () => {
    const made = (inner: string): string => {
      const { content } = messageToMime(message({ ...PLAIN, PidTagBody: ' ', PidTagRtfCompressed: rtf(inner) }), CONTEXT);
      return Buffer.from(content.bytes()).toString();
    };
    expect(made(String.raw`{\pict\wmetafile8 0100}\par`)).toContain('filename=body.rtf');
    expect(made(String.raw`\par`)).not.toContain('body.rtf');
  });
});

describe('code pages that a message names wrongly', () => {
  it.each([
    ['windows-1252, its meta tag UTF-8', 1252, '<head><meta charset="utf-8"></head>'],
    ['windows-1252, no meta tag', 1252, ''],
    [
      'windows-1251, its meta tag the same',
      1251,
      '<head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251"></head>',
    ],
    ['none', 0, ''],
  ])('HTML in UTF-8 although its code page is %s', async (_, page, head) => {
    const html = htmlOf(SENTENCE, head);
    const found = await bodies({ PidTagHtml: Buffer.from(html), PidTagInternetCodepage: page });
    expect(found.html).toContain(SENTENCE);
    expect(found).toMatchObject({ text: SENTENCE, issues: [] });
  });

  it('takes what is in windows-1252 for that, whatever its meta tag says', async () => {
    const html = Buffer.from(htmlOf('Gr\u00fc\u00dfe', '<head><meta charset="utf-8"></head>'), 'latin1');
    expect(await bodies({ PidTagHtml: html, PidTagInternetCodepage: 1252 })).toMatchObject({ text: 'Grüße', issues: [] });
  });

  it('leaves two letters of a code page of two octets alone, which are UTF-8 by chance', async () => {
    const html = Buffer.from('3c703ec1aacda83c2f703e', 'hex');
    expect((await bodies({ PidTagHtml: html, PidTagInternetCodepage: 936 })).text).toBe('联通');
  });

  it.each([
    ['by its mark, code page 1252', Buffer.concat([Buffer.from('fffe', 'hex'), Buffer.from(htmlOf(SENTENCE), 'utf16le')]), 1252],
    ['by its octets, code page 65001', Buffer.from(htmlOf(SENTENCE), 'utf16le'), 65001],
    ['by its code page', Buffer.from(htmlOf(SENTENCE), 'utf16le'), 1200],
    ['with octets of 0 at its end', Buffer.from(`${htmlOf(SENTENCE)}\0`, 'utf16le'), 1200],
    ['with its octets in the other order', Buffer.from(htmlOf(SENTENCE), 'utf16le').swap16(), 1252],
  ])('HTML in UTF-16, known %s', async (_, html, page) => {
    const found = await bodies({ PidTagHtml: html, PidTagInternetCodepage: page });
    expect(found).toEqual({ text: SENTENCE, html: htmlOf(SENTENCE), issues: [] });
  });

  it('HTML in ISO-2022-JP, whose octets are ASCII, although ASCII is said', async () => {
    const html = Buffer.from(htmlOf('\x1b$B2q5D\x1b(B', '<head><meta charset="iso-2022-jp"></head>'), 'latin1');
    for (const page of [20127, 1252, 65001, 0]) {
      expect(await bodies({ PidTagHtml: html, PidTagInternetCodepage: page })).toMatchObject({ text: '会議', issues: [] });
    }
  });

  it('text whose letters became question marks, where the HTML has them', async () => {
    const html = Buffer.from(htmlOf('Привет? Ann'));
    expect((await bodies({ PidTagBody: '??????? Ann', PidTagHtml: html, PidTagInternetCodepage: 65001 })).text).toBe('Привет? Ann');
    const asked = Buffer.from(htmlOf('Warum??? Größe?'));
    expect((await bodies({ PidTagBody: 'Warum??? Groesse?', PidTagHtml: asked, PidTagInternetCodepage: 65001 })).text).toBe(
      'Warum??? Groesse?',
    );
  });

  it('8-bit text in UTF-8 where windows-1252 is said', async () => {
    const found = await bodies({ PidTagBody: { raw: Buffer.from(SENTENCE) }, PidTagMessageCodepage: 1252 });
    expect(found).toMatchObject({ text: SENTENCE, issues: [] });
  });
});
