import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import type { ConversionContext } from '../../src/formats/mapi/context.js';
import type { MapiMessage } from '../../src/formats/mapi/object.js';
import { messageToMime } from '../../src/formats/mapi/to-mime.js';
import { attachment, CONTEXT, message, PLAIN, recipient, smtpRecipient } from './memory-message.js';
import { hasPython, pythonMessages } from './python-email.js';

function mime(m: MapiMessage, context: ConversionContext = CONTEXT): string {
  return Buffer.from(messageToMime(m, context).content.bytes()).toString('latin1');
}

/** RTF as PidTagRtfCompressed holds it without compression ([MS-OXRTFCP] 2.1.3.1). */
function uncompressedRtf(rtf: string): Uint8Array {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(rtf.length, 4);
  header.writeUInt32LE(0x414c454d, 8);
  return Buffer.concat([header, Buffer.from(rtf, 'latin1')]);
}

const HTML = { PidTagHtml: Buffer.from('<p>Hello <b>you</b></p>\r\n'), PidTagInternetCodepage: 65001 };

describe('messageToMime', () => {
  it('makes a header and a text from properties', () => {
    const text = mime(message(PLAIN, { recipients: [smtpRecipient('Bob', 'bob@example.org'), smtpRecipient('', 'c@example.org', 3)] }));
    expect(text).toBe(
      [
        'From: Ann Smith <ann@example.org>',
        'To: Bob <bob@example.org>',
        'Bcc: c@example.org',
        'Subject: Minutes',
        'Date: Tue, 03 Mar 2020 09:05:00 +0000',
        'Message-ID: <1@example.org>',
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: 7bit',
        '',
        'Hello',
        '',
      ].join('\r\n'),
    );
  });

  it('nests mixed, related and alternative', async () => {
    const m = message(
      { ...PLAIN, PidTagHtml: Buffer.from('<img src="cid:a@b">'), PidTagInternetCodepage: 1252 },
      {
        attachments: [
          attachment({ PidTagAttachLongFilename: 'a.png', PidTagAttachContentId: 'a@b', PidTagAttachMethod: 1 }, 'image'),
          attachment({ PidTagAttachLongFilename: 'Größe.pdf', PidTagAttachMethod: 1 }, 'paper'),
        ],
      },
    );
    const parsed = await new PostalMime().parse(mime(m));
    expect(parsed.html).toContain('cid:a@b');
    expect(parsed.attachments.map((a) => [a.filename, a.mimeType, a.disposition, a.contentId])).toEqual([
      ['a.png', 'image/png', 'inline', '<a@b>'],
      ['Größe.pdf', 'application/pdf', 'attachment', undefined],
    ]);
    if (!hasPython()) return;
    const [python] = pythonMessages([messageToMime(m, CONTEXT).content.bytes()]);
    expect(python?.defects).toEqual([]);
    expect(python?.tree).toEqual([
      '0 multipart/mixed',
      '0.0 multipart/related',
      '0.0.0 multipart/alternative',
      '0.0.0.0 text/plain',
      '0.0.0.1 text/html',
      '0.0.1 image/png',
      '0.1 application/pdf',
    ]);
    expect(python?.leaves.map((leaf) => leaf.name)).toEqual([null, null, 'a.png', 'Größe.pdf']);
  });

  it('derives a text from HTML', async () => {
    const { PidTagBody: _, ...rest } = PLAIN;
    const parsed = await new PostalMime().parse(mime(message({ ...rest, ...HTML })));
    expect(parsed.text?.trimEnd()).toBe('Hello you');
    expect(parsed.html?.trimEnd()).toBe('<p>Hello <b>you</b></p>');
  });

  it('keeps whole transport headers byte for byte and drops what describes the old body', () => {
    const transport =
      'Microsoft Mail Internet Headers Version 2.0\r\nReceived: from a\r\n\tby b;  Tue, 3 Mar 2020 10:05:00 +0100\r\nDKIM-Signature: v=1;  a=b;\r\n   c=d\r\nMIME-Version: 1.0\r\nFrom: "Ann"  <ann@example.org>\r\nContent-Type: multipart/mixed;\r\n boundary=x\r\nTo: bob@example.org\r\nSubject:  odd   spaces\r\nDate: Tue, 3 Mar 2020 10:05:00 +0100\r\n\r\n--x\r\nContent-Type: text/plain\r\n';
    const text = mime(message({ ...PLAIN, PidTagTransportMessageHeaders: transport }));
    expect(text.slice(0, text.indexOf('MIME-Version'))).toBe(
      'Received: from a\r\n\tby b;  Tue, 3 Mar 2020 10:05:00 +0100\r\nDKIM-Signature: v=1;  a=b;\r\n   c=d\r\nFrom: "Ann"  <ann@example.org>\r\nTo: bob@example.org\r\nSubject:  odd   spaces\r\nDate: Tue, 3 Mar 2020 10:05:00 +0100\r\nMessage-ID: <1@example.org>\r\n',
    );
  });

  it('resolves Exchange addresses in their order and shows what it cannot resolve', () => {
    const dn = '/O=ORG/OU=SITE/CN=RECIPIENTS/CN=BOB';
    const ex = { PidTagDisplayName: 'Bob', PidTagAddressType: 'EX', PidTagEmailAddress: dn, PidTagRecipientType: 1 };
    const to = (m: MapiMessage, context: ConversionContext = CONTEXT) => /^To: (.*)\r$/m.exec(mime(m, context))?.[1];
    expect(to(message(PLAIN, { recipients: [recipient({ ...ex, PidTagSmtpAddress: 'bob@example.org' })] }))).toBe('Bob <bob@example.org>');
    expect(to(message(PLAIN, { recipients: [recipient({ ...ex, PidTagSearchKey: Buffer.from('SMTP:BOB@EXAMPLE.ORG\0') })] }))).toBe(
      'Bob <bob@example.org>',
    );
    const directory = new Map([[dn, 'learned@example.org']]);
    expect(to(message(PLAIN, { recipients: [recipient(ex)] }), { ...CONTEXT, addressDirectory: directory })).toBe(
      'Bob <learned@example.org>',
    );
    const lost = messageToMime(message(PLAIN, { recipients: [recipient(ex)] }), CONTEXT);
    const text = Buffer.from(lost.content.bytes()).toString('latin1');
    expect(text).toContain('<IMCEAEX-_O=ORG_OU=SITE_CN=RECIPIENTS_CN=BOB@unresolved.invalid>');
    expect(text).toContain(`X-Mailferry-Unresolved-Address: To EX:${dn}`);
    expect(lost.issues.map((issue) => issue.code)).toEqual(['MAPI_ADDRESS_UNRESOLVED']);
  });

  it('takes no junk for transport headers', () => {
    const junk = 'AAAA: A\tA\0\0\0d\0,K\u0017\r\nX-A: b\r\n';
    expect(mime(message({ ...PLAIN, PidTagTransportMessageHeaders: junk }))).toMatch(/^From: Ann Smith/);
    expect(mime(message({ ...PLAIN, PidTagTransportMessageHeaders: 'just some words\r\nand more' }))).toMatch(/^From: Ann Smith/);
  });

  it('is the same in every run, and different for another message', () => {
    const { PidTagInternetMessageId: _, ...rest } = PLAIN;
    const id = (sourceId: string) => /Message-ID: (.*)\r/.exec(mime(message(rest, { sourceId })))?.[1];
    expect(id('nid:0x1')).toBe(id('nid:0x1'));
    expect(id('nid:0x1')).not.toBe(id('nid:0x2'));
  });

  it('strips the mark of the subject prefix and writes any language', () => {
    const text = mime(message({ ...PLAIN, PidTagSubject: '\u0001\u0005RE: Grüße' }));
    expect(text).toContain('Subject: =?utf-8?B?UkU6IEdyw7zDn2U=?=\r\n');
  });

  it('writes what a message asks for', () => {
    const m = message({
      ...PLAIN,
      PidTagSenderName: 'Sec',
      PidTagSenderAddressType: 'SMTP',
      PidTagSenderEmailAddress: 'sec@example.org',
      PidTagImportance: 2,
      PidTagSensitivity: 2,
      PidTagReadReceiptRequested: true,
      PidTagInReplyToId: '<0@example.org>',
      PidTagInternetReferences: '<a@example.org> <0@example.org>',
      PidTagConversationTopic: 'Minutes',
      PidTagConversationIndex: Buffer.from('01020304', 'hex'),
      PidTagMessageFlags: 8,
    });
    const text = mime(m);
    for (const line of [
      'Sender: Sec <sec@example.org>',
      'Importance: high',
      'X-Priority: 1',
      'Sensitivity: Private',
      'Disposition-Notification-To: Ann Smith <ann@example.org>',
      'In-Reply-To: <0@example.org>',
      'References: <a@example.org> <0@example.org>',
      'Thread-Topic: Minutes',
      'Thread-Index: AQIDBA==',
      'X-Unsent: 1',
    ]) {
      expect(text).toContain(`${line}\r\n`);
    }
  });

  it('keeps native RTF beside the HTML made of it', () => {
    const rtf = String.raw`{\rtf1\ansi\b Bold\par}`;
    const m = message({
      ...PLAIN,
      PidTagBody: 'Bold\r\n',
      PidTagRtfCompressed: uncompressedRtf(rtf),
      PidTagNativeBody: 2,
    });
    const text = mime(m);
    expect(text).toContain('font-weight:bold');
    expect(text).toContain('application/rtf; name=body.rtf');
    expect(text).toContain(Buffer.from(rtf).toString('base64'));
    expect(mime(m, { ...CONTEXT, keepsRtf: false })).not.toContain('body.rtf');
  });

  it('shows the pictures of native RTF, and attachments, where they were', async () => {
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex');
    const rtf = [
      String.raw`{\rtf1\ansi first {\*\shppict{\pict\pngblip\picwgoal3000\pichgoal1500 `,
      png.toString('hex').replace(/(.{8})/g, '$1\r\n'),
      String.raw`}}{\nonshppict{\pict\pngblip `,
      png.toString('hex'),
      String.raw`}}\par{\pict\wmetafile8 010009000003}`,
      String.raw`second {\pict\jpegblip\bin${jpeg.length} ${jpeg.toString('latin1')}}\par`,
      String.raw` two: \objattph\'20one: \objattph\'20none: \objattph\'20\par}`,
    ].join('');
    const source = (inner: string): MapiMessage =>
      message(
        { ...PLAIN, PidTagBody: 'first', PidTagRtfCompressed: uncompressedRtf(inner), PidTagNativeBody: 2 },
        {
          attachments: [
            attachment({ PidTagAttachLongFilename: 'one.pdf', PidTagAttachMethod: 1, PidTagRenderingPosition: 90 }, 'paper'),
            attachment({ PidTagAttachLongFilename: 'two.gif', PidTagAttachMethod: 1, PidTagRenderingPosition: 40 }, 'GIF89a'),
            attachment({ PidTagAttachLongFilename: 'beside.png', PidTagAttachMethod: 1, PidTagRenderingPosition: -1 }, 'beside'),
          ],
        },
      );
    const text = mime(source(rtf));
    const parsed = await new PostalMime().parse(Buffer.from(text, 'latin1'));
    const cid = (i: number): string => parsed.attachments[i]?.contentId?.slice(1, -1) ?? 'absent';
    expect(parsed.attachments.map((a) => [a.filename, a.mimeType, a.disposition, a.related ?? false])).toEqual([
      ['image001.png', 'image/png', 'inline', true],
      ['image002.jpg', 'image/jpeg', 'inline', true],
      ['two.gif', 'image/gif', 'inline', true],
      ['one.pdf', 'application/pdf', 'attachment', false],
      ['beside.png', 'image/png', 'attachment', false],
      ['body.rtf', 'application/rtf', 'attachment', false],
    ]);
    expect(parsed.html).toContain(`first <img src="cid:${cid(0)}" width="200" height="100" alt=""></p>`);
    expect(parsed.html).toContain(`second <img src="cid:${cid(1)}" alt=""></p>`);
    expect(parsed.html).toContain(`two: <img src="cid:${cid(2)}" alt="two.gif"> one: [one.pdf] none:  </p>`);
    expect([0, 1].map((i) => Buffer.from(parsed.attachments[i]?.content as ArrayBuffer))).toEqual([png, jpeg]);
    expect(mime(source(rtf))).toBe(text);
    // A body of one picture is a body.
    const alone = await new PostalMime().parse(mime(source(String.raw`{\rtf1{\pict\pngblip ${png.toString('hex')}}\par}`)));
    expect(alone.html).toContain('<img src="cid:image001.png.');
    if (!hasPython()) return;
    const [python] = pythonMessages([messageToMime(source(rtf), CONTEXT).content.bytes()]);
    expect(python?.defects).toEqual([]);
  });

  it('follows messages inside messages', async () => {
    const inner = message(
      { ...PLAIN, PidTagSubject: 'Inner: one' },
      { attachments: [attachment({ PidTagAttachLongFilename: 'deep.txt', PidTagAttachMethod: 1 }, 'deep')] },
    );
    const text = mime(message(PLAIN, { attachments: [attachment({ PidTagAttachMethod: 5 }, { message: inner })] }));
    const parsed = await new PostalMime({ rfc822Attachments: true }).parse(text);
    expect(parsed.attachments.map((a) => [a.mimeType, a.filename])).toEqual([['message/rfc822', 'Inner one.eml']]);
    expect(text).toContain(Buffer.from('deep').toString('base64'));
  });
});
