import { describe, expect, it } from 'vitest';
import type { MapiMessage } from '../../src/formats/mapi/object.js';
import { messageToMime } from '../../src/formats/mapi/to-mime.js';
import { ISSUES } from '../../src/model/issue.js';
import { attachment, CONTEXT, message, PLAIN } from './memory-message.js';

function convert(m: MapiMessage): { text: string; codes: string[] } {
  const { content, issues } = messageToMime(m, CONTEXT);
  return { text: Buffer.from(content.bytes()).toString(), codes: issues.map((issue) => issue.code) };
}

/** A TNEF attribute: level, id, type, length, data, checksum. */
function attribute(level: number, id: number, data: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUInt8(level, 0);
  head.writeUInt16LE(id, 1);
  head.writeUInt32LE(data.length, 5);
  return Buffer.concat([head, data, Buffer.alloc(2)]);
}

/** A PtypBinary or PtypString8 property in a TNEF property list of one. */
function properties(id: number, type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32LE(1, 0);
  head.writeUInt16LE(type, 4);
  head.writeUInt16LE(id, 6);
  head.writeUInt32LE(1, 8);
  head.writeUInt32LE(value.length, 12);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

const TNEF = Buffer.concat([
  Buffer.from('789f3e220100', 'hex'),
  attribute(1, 0x9003, properties(0x1013, 0x102, Buffer.from('<p>From TNEF</p>'))),
  attribute(2, 0x9002, Buffer.alloc(14)),
  attribute(2, 0x8010, Buffer.from('plan.txt\0')),
  attribute(2, 0x800f, Buffer.from('the plan')),
  attribute(2, 0x9002, Buffer.alloc(14)),
  attribute(2, 0x800f, Buffer.from('second')),
  attribute(2, 0x9005, properties(0x3707, 0x1e, Buffer.from('two.bin\0'))),
]);
const winmail = (data: Buffer) =>
  message(PLAIN, { attachments: [attachment({ PidTagAttachLongFilename: 'winmail.dat', PidTagAttachMethod: 1 }, data)] });

describe('what is guessed or lost is said', () => {
  it('MAPI_HEADERS_REPAIRED', () => {
    const lost = convert(
      message({ ...PLAIN, PidTagTransportMessageHeaders: 'Received: from a\r\nby b; c\r\nFrom: a@example.org\r\nDate: x\r\n' }),
    );
    expect(lost.codes).toEqual(['MAPI_HEADERS_REPAIRED']);
    expect(lost.text).toContain('Received: from a\r\n\tby b; c\r\n');
    const foreign = convert(
      message({ ...PLAIN, PidTagTransportMessageHeaders: 'From: Jörg <a@example.org>\r\nDate: x\r\nSubject: Grüße an alle\r\n' }),
    );
    expect(foreign.codes).toEqual(['MAPI_HEADERS_REPAIRED']);
    expect(foreign.text).toContain('From: =?utf-8?B?SsO2cmc=?= <a@example.org>\r\n');
    expect(foreign.text).toContain('Subject: =?utf-8?B?R3LDvMOfZQ==?= an alle\r\n');
  });

  it('MAPI_CODE_PAGE_GUESSED', () => {
    const html = convert(
      message({ ...PLAIN, PidTagHtml: Buffer.from([0x3c, 0x70, 0x3e, 0xe4, 0x81, 0x8d, 0x8f]), PidTagInternetCodepage: 65001 }),
    );
    expect(html.codes).toEqual(['MAPI_CODE_PAGE_GUESSED']);
    const kanji = convert(message({ ...PLAIN, PidTagSubject: { raw: Buffer.from([0x82, 0xa0]) }, PidTagMessageCodepage: 932 }));
    expect(kanji.codes).toEqual([]);
    expect(kanji.text).toContain(`Subject: =?utf-8?B?${Buffer.from('あ').toString('base64')}?=`);
    const sure = convert(
      message({ ...PLAIN, PidTagHtml: Buffer.from('<meta charset="windows-1251">\xcf', 'latin1'), PidTagInternetCodepage: 65001 }),
    );
    expect(sure.codes).toEqual([]);
    expect(sure.text).toContain('text/html; charset=windows-1251');
  });

  it('MAPI_RTF_UNREADABLE', () => {
    expect(convert(message({ ...PLAIN, PidTagRtfCompressed: Buffer.alloc(64, 'x') })).codes).toEqual(['MAPI_RTF_UNREADABLE']);
  });

  it('MAPI_ATTACHMENT_ELSEWHERE', () => {
    const cloud = {
      PidTagAttachLongFilename: 'Budget.xlsx',
      PidTagAttachMethod: 7,
      PidTagAttachLongPathname: 'https://cloud.example.org/budget',
    };
    const { text, codes } = convert(message(PLAIN, { attachments: [attachment(cloud, {})] }));
    expect(codes).toEqual(['MAPI_ATTACHMENT_ELSEWHERE']);
    expect(text).toContain('The attachment "Budget.xlsx" is a link to a file in the cloud:\r\nhttps://cloud.example.org/budget\r\n');
    const named = [
      ['PSETID_Attachment', 'AttachmentOriginalUrl', 'https://cloud.example.org/original'],
      ['PSETID_Attachment', 'AttachmentProviderType', 'OneDrivePro'],
    ] as const;
    const provided = convert(message(PLAIN, { attachments: [attachment({ ...cloud, PidTagAttachLongPathname: '' }, {}, named)] }));
    expect(provided.text).toContain('in the cloud:\r\nhttps://cloud.example.org/original\r\nProvider: OneDrivePro\r\n');
  });

  it('MAPI_ATTACHMENT_UNREADABLE', () => {
    const lost = { PidTagAttachLongFilename: 'lost.doc', PidTagAttachMethod: 1, PidTagAttachDataBinary: 7 };
    const { text, codes } = convert(message(PLAIN, { attachments: [attachment(lost, {})] }));
    expect(codes).toEqual(['MAPI_ATTACHMENT_UNREADABLE']);
    expect(text).toContain('The attachment "lost.doc" has no data that could be read.');
  });

  it('MAPI_ATTACHMENT_EMPTY', () => {
    const { text, codes } = convert(
      message(PLAIN, { attachments: [attachment({ PidTagAttachLongFilename: 'taken.doc', PidTagAttachMethod: 1 }, {})] }),
    );
    expect(codes).toEqual(['MAPI_ATTACHMENT_EMPTY']);
    expect(ISSUES.MAPI_ATTACHMENT_EMPTY).not.toHaveProperty('isDamage');
    expect(text).toContain('The attachment "taken.doc" has no data.');
  });

  it('does not follow messages inside messages for ever', () => {
    const deep = (depth: number): MapiMessage =>
      message(PLAIN, {
        attachments:
          depth === 0 ? [] : [attachment({ PidTagAttachMethod: 5, PidTagDisplayName: `level ${depth}` }, { message: deep(depth - 1) })],
      });
    const { text, codes } = convert(deep(40));
    expect(codes).toEqual(['MAPI_ATTACHMENT_UNREADABLE']);
    expect(text.match(/message\/rfc822/g)?.length).toBe(32);
  });

  it('MAPI_TNEF_DAMAGED', () => {
    const { text, codes } = convert(winmail(Buffer.from('no tnef')));
    expect(codes).toEqual(['MAPI_TNEF_DAMAGED']);
    expect(text).toContain('filename=winmail.dat');
  });
});

describe('files that say that they are messages', () => {
  it.each(['message/rfc822', 'message/partial', 'message/delivery-status', 'message/external-body'])('%s', (type) => {
    const typed = (octets: string): string =>
      Buffer.from(
        messageToMime(
          message(PLAIN, { attachments: [attachment({ PidTagAttachLongFilename: 'a.bin', PidTagAttachMimeTag: type }, octets)] }),
          CONTEXT,
        ).content.bytes(),
      ).toString();
    expect(typed('no field at all')).toContain('Content-Type: application/octet-stream; name=a.bin');
    expect(typed('Status: 5.1.1\r\n')).toContain(`Content-Type: ${type}; name=a.bin\r\nContent-Transfer-Encoding: 7bit`);
  });
});

describe('winmail.dat', () => {
  it('is replaced by what is in it', () => {
    const { text, codes } = convert(winmail(TNEF));
    expect(codes).toEqual([]);
    expect(text).not.toContain('winmail.dat');
    expect(text).toContain('<p>From TNEF</p>');
    expect(text).toContain('filename=plan.txt');
    expect(text).toContain(Buffer.from('the plan').toString('base64'));
    expect(text).toContain('filename=two.bin');
  });

  it('has OLE objects as their storage, without the id of the interface', () => {
    const storage = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from('no more of it')]);
    const object = (iid: string) =>
      Buffer.concat([
        Buffer.from('789f3e220100', 'hex'),
        attribute(2, 0x9002, Buffer.alloc(14)),
        attribute(2, 0x9005, properties(0x3701, 0xd, Buffer.concat([Buffer.from(iid, 'hex'), storage]))),
      ]);
    const ole = convert(winmail(object('0b00000000000000c000000000000046'))).text;
    expect(ole).toContain('application/x-ole-storage');
    expect(ole).toContain(`\r\n${storage.toString('base64')}`);
    const stream = convert(winmail(object('0c00000000000000c000000000000046'))).text;
    expect(stream).toContain(`\r\n${storage.toString('base64')}`);
    expect(stream).not.toContain('x-ole-storage');
  });

  it('stays when asked to, and never breaks a conversion', () => {
    const kept = messageToMime(winmail(TNEF), { ...CONTEXT, unpacksTnef: false });
    expect(Buffer.from(kept.content.bytes()).toString()).toContain('winmail.dat');
    for (let size = 0; size < TNEF.length; size++) expect(() => convert(winmail(TNEF.subarray(0, size)))).not.toThrow();
    for (let at = 6; at < TNEF.length; at += 3) {
      const forged = Buffer.from(TNEF);
      forged.writeUInt8(0xff, at);
      expect(() => convert(winmail(forged))).not.toThrow();
    }
  });
});
