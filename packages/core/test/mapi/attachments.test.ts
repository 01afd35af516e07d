import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { readMacBinary } from '../../src/formats/mapi/mac-binary.js';
import { messageToMime } from '../../src/formats/mapi/to-mime.js';
import { compoundStorage } from './compound-storage.js';
import { attachment, CONTEXT, message, PLAIN, type Properties } from './memory-message.js';
import { hasPython, pythonMessages } from './python-email.js';

const MAC_BINARY = Buffer.from('2a864886f714030b01', 'hex');

function macBinary(data: string, resource: string): Buffer {
  const fill = (text: string): Buffer => Buffer.concat([Buffer.from(text), Buffer.alloc((128 - (text.length % 128)) % 128)]);
  const head = Buffer.alloc(128);
  head.writeUInt8(9, 1);
  head.write('photo.txt', 2);
  head.write('TEXTttxt', 65);
  head.writeUInt32BE(data.length, 83);
  head.writeUInt32BE(resource.length, 87);
  return Buffer.concat([head, fill(data), fill(resource)]);
}

function converted(octets: Uint8Array, mimeTag = 'application/macbinary'): Uint8Array {
  const mac = { PidTagAttachLongFilename: 'photo.txt', PidTagAttachMimeTag: mimeTag, PidTagAttachEncoding: MAC_BINARY };
  return messageToMime(message(PLAIN, { attachments: [attachment(mac, octets)] }), CONTEXT).content.bytes();
}

describe('files of a Macintosh', () => {
  it('are their data, where they have no resource fork', async () => {
    const { attachments } = await new PostalMime().parse(converted(macBinary('Hello Mac', '')));
    expect(attachments.map(({ filename, mimeType }) => [filename, mimeType])).toEqual([['photo.txt', 'text/plain']]);
    expect(Buffer.from(attachments[0]?.content as ArrayBuffer).toString()).toBe('Hello Mac');
  });

  it('have their resource fork beside them', async () => {
    const octets = converted(macBinary('Hello Mac', 'icon'), 'text/plain');
    const { attachments } = await new PostalMime().parse(octets);
    const [header, file] = attachments.map(({ content }) => Buffer.from(content as ArrayBuffer));
    expect(attachments.map(({ filename }) => filename)).toEqual(['._photo.txt', 'photo.txt']);
    expect(file?.toString()).toBe('Hello Mac');
    expect(header?.toString('hex', 0, 8)).toBe('0005160700020000');
    expect(header?.toString('latin1', 50, 58)).toBe('TEXTttxt');
    expect(header?.subarray(82).toString()).toBe('icon');
    if (!hasPython()) return;
    expect(pythonMessages([octets])[0]).toMatchObject({
      defects: [],
      tree: ['0 multipart/mixed', '0.0 text/plain', '0.1 multipart/appledouble', '0.1.0 application/applefile', '0.1.1 text/plain'],
    });
  });

  it('stay as they are where they are none', async () => {
    expect(readMacBinary(Buffer.from('short'))).toBeUndefined();
    expect(readMacBinary(Buffer.alloc(128, 1))).toBeUndefined();
    const cut = macBinary('Hello Mac', 'icon').subarray(0, 200);
    const { attachments } = await new PostalMime().parse(converted(cut, 'text/plain'));
    expect(Buffer.from(attachments[0]?.content as ArrayBuffer).equals(cut)).toBe(true);
  });
});

describe('pictures that were pasted into native RTF', () => {
  const uncompressed = (rtf: string): Buffer => {
    const head = Buffer.alloc(16);
    head.writeUInt32LE(rtf.length + 12, 0);
    head.writeUInt32LE(rtf.length, 4);
    head.write('MELA', 8);
    return Buffer.concat([head, Buffer.from(rtf)]);
  };
  const bitmap = Buffer.concat([Buffer.from('BM'), Buffer.alloc(5000, 7)]);
  const pasted = (stream: string, octets: Uint8Array): Promise<Awaited<ReturnType<PostalMime['parse']>>> => {
    const object = { PidTagDisplayName: 'Picture (Device Independent Bitmap)', PidTagAttachMethod: 6, PidTagRenderingPosition: 7 };
    const source = message(
      { ...PLAIN, PidTagRtfCompressed: uncompressed(String.raw`{\rtf1 see \objattph\'20 here\par}`), PidTagNativeBody: 2 },
      { attachments: [attachment(object, { chunks: [compoundStorage(stream, octets)], isStorage: true })] },
    );
    return new PostalMime().parse(messageToMime(source, CONTEXT).content.bytes());
  };

  it('are shown where they were, though each is an OLE object', async () => {
    const { html, attachments } = await pasted('CONTENTS', bitmap);
    const [shown] = attachments;
    expect([shown?.mimeType, shown?.related, shown?.disposition]).toEqual(['image/bmp', true, 'inline']);
    expect(Buffer.from(shown?.content as ArrayBuffer).equals(bitmap)).toBe(true);
    expect(html).toContain(`see <img src="cid:${shown?.contentId?.slice(1, -1)}" alt="Picture (Device Independent Bitmap)">`);
  });

  it('are named there where no mail program shows them', async () => {
    const { html, attachments } = await pasted('CONTENTS', Buffer.concat([Buffer.from('d7cdc69a', 'hex'), Buffer.alloc(5000)]));
    expect(html).toContain('see [Picture (Device Independent Bitmap)]');
    expect(attachments.map(({ mimeType, disposition }) => [mimeType, disposition])).toEqual([
      ['image/wmf', 'attachment'],
      ['application/rtf', 'attachment'],
    ]);
    expect((await pasted('Equation Native', bitmap)).attachments[0]?.mimeType).toBe('application/x-ole-storage');
  });
});

describe('the charset of a text', () => {
  it.each([
    [{ PidTagAttachMimeTag: 'text/plain', PidTagTextAttachmentCharset: 'iso-8859-2' }, 'text/plain; charset=iso-8859-2; name=a.txt'],
    [{ PidTagAttachMimeTag: 'text/plain; charset="utf-8"' }, 'text/plain; charset=utf-8; name=a.txt'],
    [{ PidTagAttachMimeTag: 'text/plain', PidTagTextAttachmentCharset: 'two words' }, 'text/plain; name=a.txt'],
    [{ PidTagAttachMimeTag: 'image/png; charset=utf-8' }, 'image/png; name=a.txt'],
  ])('is what is stored: %o', (properties, type) => {
    const file = attachment({ PidTagAttachLongFilename: 'a.txt', ...properties }, 'a');
    const text = Buffer.from(messageToMime(message(PLAIN, { attachments: [file] }), CONTEXT).content.bytes()).toString();
    expect(text).toContain(`Content-Type: ${type}\r\n`);
  });
});

describe('pictures by their place', () => {
  it('are found where HTML writes the ampersand of an address as an entity', () => {
    const html = Buffer.from('<html><body><img src="http://example.org/i?a=1&amp;b=2"></body></html>');
    const picture = { PidTagAttachLongFilename: 'i.png', PidTagAttachContentLocation: 'http://example.org/i?a=1&b=2' };
    const m = message({ ...PLAIN, PidTagHtml: html }, { attachments: [attachment(picture, 'picture')] });
    expect(Buffer.from(messageToMime(m, CONTEXT).content.bytes()).toString()).toContain('Content-Type: multipart/related');
  });
});

describe('pictures by their id', () => {
  const parsed = async (html: string, ...files: Properties[]): Promise<[string | undefined, string | undefined, boolean | undefined][]> => {
    const attachments = files.map((properties, i) => attachment({ PidTagAttachLongFilename: 'image001.png', ...properties }, `p${i}`));
    const source = message({ ...PLAIN, PidTagHtml: Buffer.from(html) }, { attachments });
    const found = await new PostalMime().parse(messageToMime(source, CONTEXT).content.bytes());
    return found.attachments.map(({ contentId, disposition, related }) => [contentId, disposition ?? undefined, related]);
  };

  it('have it in the letters of the HTML, in which other programs than Outlook look for them', async () => {
    const html = '<p>a<img src="cid:image001.png@01D0.ABC"></p>';
    const shown = [['<image001.png@01D0.ABC>', 'inline', true]];
    expect(await parsed(html, { PidTagAttachContentId: 'IMAGE001.PNG@01d0.abc' })).toEqual(shown);
    expect(await parsed(html, {})).toEqual(shown);
  });

  it('are attached where another one is shown under it', async () => {
    const one = { PidTagAttachContentId: 'a@x' };
    expect((await parsed('<p><img src="cid:a@x"></p>', one, one)).map(([, disposition]) => disposition)).toEqual(['inline', 'attachment']);
  });

  it('write no line of the header by it', async () => {
    const html = '<p>a<img src="cid:image001.png@a%0D%0AX-Evil:1"></p>';
    expect(await parsed(html, {})).toEqual([[undefined, 'attachment', undefined]]);
  });
});

describe('pictures whose id has a space', () => {
  it.each(['image 1.png', 'image%201.png'])('are inline for cid:%s', (reference) => {
    const html = Buffer.from(`<p><img src="cid:${reference}"></p>`);
    const picture = attachment(
      { PidTagAttachLongFilename: 'x.png', PidTagAttachMimeTag: 'image/png', PidTagAttachContentId: 'image 1.png' },
      'octets',
    );
    const m = message({ ...PLAIN, PidTagHtml: html, PidTagInternetCodepage: 65001 }, { attachments: [picture] });
    const text = Buffer.from(messageToMime(m, CONTEXT).content.bytes()).toString();
    expect(text).toContain('Content-Type: multipart/related');
    expect(text).toContain('Content-ID: <image 1.png>\r\n');
  });
});
