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
});
