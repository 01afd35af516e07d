import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { readMacBinary } from '../../src/formats/mapi/mac-binary.js';
import { messageToMime } from '../../src/formats/mapi/to-mime.js';
import { attachment, CONTEXT, message, PLAIN } from './memory-message.js';
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

describe('pictures by their place', () => {
  it('are found where HTML writes the ampersand of an address as an entity', () => {
    const html = Buffer.from('<html><body><img src="http://example.org/i?a=1&amp;b=2"></body></html>');
    const picture = { PidTagAttachLongFilename: 'i.png', PidTagAttachContentLocation: 'http://example.org/i?a=1&b=2' };
    const m = message({ ...PLAIN, PidTagHtml: html }, { attachments: [attachment(picture, 'picture')] });
    expect(Buffer.from(messageToMime(m, CONTEXT).content.bytes()).toString()).toContain('Content-Type: multipart/related');
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
