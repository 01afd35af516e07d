import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { messageToMime } from '../../src/formats/mapi/to-mime.js';
import { attachment, CONTEXT, message, PLAIN, recipient } from './memory-message.js';
import { hasPython, pythonMessages } from './python-email.js';

const bob = recipient({
  PidTagDisplayName: 'Bob',
  PidTagSmtpAddress: 'bob@example.org',
  PidTagNonDeliveryReportStatusCode: 511,
  PidTagSupplementaryInfo: '550 5.1.1 no such user',
});
/** [MS-OXRTFCP] 2.1.3.1.1: MELA. */
function uncompressedRtf(rtf: string): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32LE(rtf.length + 12, 0);
  head.writeUInt32LE(rtf.length, 4);
  head.write('MELA', 8, 'latin1');
  return Buffer.concat([head, Buffer.from(rtf, 'latin1')]);
}

const original = message({ ...PLAIN, PidTagSubject: 'The original' });

describe('reports', () => {
  it('makes multipart/report of a report on delivery', () => {
    const m = message(
      { ...PLAIN, PidTagMessageClass: 'REPORT.IPM.Note.NDR' },
      { recipients: [bob], attachments: [attachment({ PidTagAttachMethod: 5 }, { message: original })] },
    );
    const octets = messageToMime(m, CONTEXT).content.bytes();
    const text = Buffer.from(octets).toString();
    expect(text).toContain('Content-Type: multipart/report; report-type=delivery-status;');
    expect(text).toContain(
      'Final-Recipient: rfc822; bob@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user',
    );
    expect(text).toContain('Subject: The original');
    if (!hasPython()) return;
    const [python] = pythonMessages([octets]);
    expect(python?.defects).toEqual([]);
    expect(python?.tree.slice(0, 3)).toEqual(['0 multipart/report', '0.0 text/plain', '0.1 message/delivery-status']);
  });

  it('prefers the status that came with it', () => {
    const status = 'Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; x@example.org\nAction: failed\nStatus: 5.0.0\n';
    const m = message(
      { ...PLAIN, PidTagMessageClass: 'REPORT.IPM.Note.DR' },
      { attachments: [attachment({ PidTagAttachMimeTag: 'message/delivery-status\0', PidTagAttachMethod: 1 }, status)] },
    );
    expect(Buffer.from(messageToMime(m, CONTEXT).content.bytes()).toString()).toContain(status.replace(/\n/g, '\r\n'));
  });

  it('tells that a message was read', async () => {
    const m = message({ ...PLAIN, PidTagMessageClass: 'REPORT.IPM.Note.IPNRN', PidTagInReplyToId: '<0@example.org>' });
    const text = Buffer.from(messageToMime(m, CONTEXT).content.bytes()).toString();
    expect(text).toContain('report-type=disposition-notification');
    expect(text).toContain('Original-Message-ID: <0@example.org>\r\nDisposition: manual-action/MDN-sent-manually; displayed');
    expect((await new PostalMime().parse(text)).text).toContain('Hello');
  });

  it('brings pictures of its text, files and the original as a file', async () => {
    const html = Buffer.from('<html><body>It failed: <img src="cid:logo@x"></body></html>');
    const file = Buffer.from('Subject: The original\r\n\r\nHello\r\n');
    const m = message(
      { ...PLAIN, PidTagMessageClass: 'REPORT.IPM.Note.NDR', PidTagHtml: html },
      {
        recipients: [bob],
        attachments: [
          attachment({ PidTagAttachLongFilename: 'logo.png', PidTagAttachContentId: 'logo@x' }, 'picture'),
          attachment({ PidTagAttachLongFilename: 'details.csv' }, 'a;b'),
          attachment({ PidTagAttachLongFilename: 'original.eml', PidTagAttachMimeTag: 'message/rfc822' }, file),
        ],
      },
    );
    const octets = messageToMime(m, CONTEXT).content.bytes();
    const parsed = await new PostalMime().parse(octets);
    expect(parsed.html).toContain('It failed');
    expect(parsed.attachments.map(({ filename }) => filename)).toEqual(expect.arrayContaining(['logo.png', 'details.csv']));
    if (!hasPython()) return;
    const [python] = pythonMessages([octets]);
    expect(python?.defects).toEqual([]);
    expect(python?.tree).toEqual([
      '0 multipart/report',
      '0.0 multipart/mixed',
      '0.0.0 multipart/related',
      '0.0.0.0 multipart/alternative',
      '0.0.0.0.0 text/plain',
      '0.0.0.0.1 text/html',
      '0.0.0.1 image/png',
      '0.0.1 text/csv',
      '0.1 message/delivery-status',
      '0.1.0 text/plain',
      '0.1.1 text/plain',
      '0.2 message/rfc822',
      '0.2.0 text/plain',
    ]);
  });

  it('shows the pictures of a text in RTF', () => {
    const rtf = `{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}\\f0 It failed {\\pict\\pngblip 89504e470d0a1a0a}\\par}`;
    const m = message({
      ...PLAIN,
      PidTagMessageClass: 'REPORT.IPM.Note.NDR',
      PidTagRtfCompressed: uncompressedRtf(rtf),
      PidTagNativeBody: 2,
    });
    const text = Buffer.from(messageToMime(m, CONTEXT).content.bytes()).toString();
    const [, id = 'none'] = /<img src="cid:([^"]+)"/.exec(text) ?? [];
    expect(text).toContain(`Content-ID: <${id}>`);
    expect(text).toContain('filename=body.rtf');
  });

  it('about signed mail is no damaged signature', () => {
    const m = message({ ...PLAIN, PidTagMessageClass: 'REPORT.IPM.Note.SMIME.NDR' }, { recipients: [bob] });
    const { content, issues } = messageToMime(m, CONTEXT);
    expect(issues).toEqual([]);
    expect(Buffer.from(content.bytes()).toString()).toContain('multipart/report');
  });
});
