import { describe, expect, it } from 'vitest';
import { messageToMime } from '../../src/formats/mapi/to-mime.js';
import { CONTEXT, message, PLAIN, type Properties, recipient } from './memory-message.js';

const CARL = '/O=ORG/OU=SITE/CN=RECIPIENTS/CN=CARL';

function header(properties: Properties, directory?: ReadonlyMap<string, string>): { text: string; issues: string[] } {
  const context = { ...CONTEXT, ...(directory && { addressDirectory: directory }) };
  const { content, issues } = messageToMime(message({ ...PLAIN, ...properties }), context);
  const [text = ''] = Buffer.from(content.bytes()).toString().split('\r\n\r\n');
  return { text: text.replace(/\r\n[ \t]/g, ' '), issues: issues.map(({ code }) => code) };
}

function oneOff(name: string, address: string): Buffer {
  const head = Buffer.from('00000000812b1fa4bea310199d6e00dd010f540200000080', 'hex');
  return Buffer.concat([head, Buffer.from(`${name}\0SMTP\0${address}\0`, 'utf16le')]);
}

function exchange(name: string): Buffer {
  return Buffer.concat([Buffer.from('00000000dca740c8c042101ab4b908002b2fe1820100000000000000', 'hex'), Buffer.from(`${name}\0`)]);
}

/** FlatEntryList ([MS-OXCDATA] 2.3.3). */
function flatList(entries: readonly Buffer[]): Buffer {
  const parts = entries.map((entry) => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(entry.length);
    return Buffer.concat([size, entry, Buffer.alloc((4 - (entry.length % 4)) % 4)]);
  });
  const all = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(entries.length, 0);
  head.writeUInt32LE(all.length, 4);
  return Buffer.concat([head, all]);
}

describe('Reply-To', () => {
  const list = {
    PidTagReplyRecipientEntries: flatList([oneOff('Rita', 'rita@example.org'), exchange(CARL), oneOff('', 'zoe@example.org')]),
    PidTagReplyRecipientNames: 'Rita;Carl;Zoe',
  };

  it('resolves Exchange names with what the store knows', () => {
    const { text, issues } = header(list, new Map([[CARL, 'carl@example.org']]));
    expect(text).toContain('Reply-To: Rita <rita@example.org>, Carl <carl@example.org>, Zoe <zoe@example.org>');
    expect(issues).toEqual([]);
  });

  it('shows those that nobody knows', () => {
    const { text, issues } = header(list);
    expect(text).toMatch(
      /Reply-To: Rita <rita@example\.org>, Carl <IMCEAEX-_O=ORG_OU=SITE_CN=RECIPIENTS_CN=CARL@unresolved\.invalid>, Zoe/,
    );
    expect(text).toContain(`X-Mailferry-Unresolved-Address: Reply-To EX:${CARL}`);
    expect(issues).toEqual(['MAPI_ADDRESS_UNRESOLVED']);
  });
});

describe('a subject that is not there', () => {
  it('is put together from its prefix and the rest', () => {
    const { PidTagSubject: _, ...plain } = PLAIN;
    const m = message({ ...plain, PidTagSubjectPrefix: 'RE: ', PidTagNormalizedSubject: 'Minutes' });
    expect(Buffer.from(messageToMime(m, CONTEXT).content.bytes()).toString()).toContain('\r\nSubject: RE: Minutes\r\n');
  });
});

describe('From', () => {
  const sender = { PidTagSenderName: 'Ann Smith', PidTagSenderAddressType: 'SMTP', PidTagSenderEmailAddress: 'mailto:ann@example.org' };

  it.each([
    ['the sender, where whom she represents has her name and no address', 'Ann Smith', 'From: Ann Smith <ann@example.org>\r\nSubject'],
    [
      'somebody else, whose address nobody knows',
      'The Boss',
      'From: The Boss <unknown@unresolved.invalid>\r\nSender: Ann Smith <ann@example.org>',
    ],
  ])('is %s', (_, name, lines) => {
    const { PidTagSentRepresentingEmailAddress: _address, PidTagSentRepresentingAddressType: _type, ...plain } = PLAIN;
    const m = message({ ...plain, ...sender, PidTagSentRepresentingName: name });
    expect(Buffer.from(messageToMime(m, CONTEXT).content.bytes()).toString()).toContain(lines);
  });
});

describe('0x1046', () => {
  it('is the return path of a mail, and the message that a report is about', () => {
    expect(header({ PidTagOriginalMessageId: '<bounce@example.org>' }).text).toContain('Return-Path: <bounce@example.org>');
    const report = message(
      { ...PLAIN, PidTagMessageClass: 'REPORT.IPM.Note.IPNRN', PidTagOriginalMessageId: '<7@example.org>' },
      { recipients: [recipient({ PidTagDisplayName: 'Bob', PidTagSmtpAddress: 'bob@example.org' })] },
    );
    const text = Buffer.from(messageToMime(report, CONTEXT).content.bytes()).toString();
    expect(text).not.toContain('Return-Path');
    expect(text).toContain('\r\nOriginal-Message-ID: <7@example.org>\r\n');
  });
});
