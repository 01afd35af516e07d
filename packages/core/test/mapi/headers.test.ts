import { describe, expect, it } from 'vitest';
import { internalDate } from '../../src/formats/mapi/internal-date.js';
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

describe('recipients without a row', () => {
  const names = { PidTagDisplayTo: "Carl; 'dora@example.org'", PidTagDisplayCc: 'Müller, Eva', PidTagDisplayBcc: 'gil@example.org\0' };

  it('are those that Outlook shows', () => {
    const { text } = header(names);
    expect(text).toContain('To: dora@example.org, Carl:;\r\n');
    expect(text).toMatch(/\r\nCc: =\?utf-8\?.*\?=:;\r\nBcc: gil@example\.org\r\n/i);
    expect(text).not.toContain('Unresolved');
  });

  it('give way to rows, and to what the transport headers say', () => {
    const bob = recipient({ PidTagRecipientType: 1, PidTagDisplayName: 'Bob', PidTagSmtpAddress: 'bob@example.org' });
    const { content } = messageToMime(message({ ...PLAIN, ...names }, { recipients: [bob] }), CONTEXT);
    expect(Buffer.from(content.bytes()).toString()).not.toMatch(/dora|Carl|Eva|gil/);
    const sent = 'From: a@example.org\r\nTo: h@example.org\r\nDate: Mon, 1 Jan 2024 10:00:00 +0100\r\n\r\n';
    const { text } = header({ ...names, PidTagTransportMessageHeaders: sent });
    expect(text).not.toMatch(/dora|Carl|Eva/);
    expect(text).toContain('Bcc: gil@example.org');
  });
});

describe('times that stand for none', () => {
  it.each([Date.UTC(1601, 0, 1, 0, 0, 1), Date.UTC(4501, 0, 1), 910_692_730_085_477])('are passed over: %i', (none) => {
    expect(header({ PidTagClientSubmitTime: none }).text).toContain('Date: Tue, 03 Mar 2020 09:06:00 +0000');
    expect(internalDate(message({ ...PLAIN, PidTagMessageDeliveryTime: none })).ms).toBe(Date.UTC(2020, 2, 3, 9, 5));
  });
});

describe('a time before 1970', () => {
  it('is one', () => {
    expect(internalDate(message({ ...PLAIN, PidTagMessageDeliveryTime: Date.UTC(1965, 5, 1) })).ms).toBe(Date.UTC(1965, 5, 1));
  });
});

describe('transport headers that were damaged', () => {
  const WHOLE = 'From: Zoe <zoe@example.org>\r\nTo: bob@example.org\r\nDate: Mon, 1 Jan 2024 10:00:00 +0100\r\nSubject: As it came\r\n';

  it('have their lines where CR alone ends them', () => {
    const { text } = header({ PidTagTransportMessageHeaders: WHOLE.replaceAll('\r\n', '\r') });
    for (const line of WHOLE.trimEnd().split('\r\n')) expect(text.split('\r\n')).toContain(line);
  });

  it('do not lend the beginning of a field that was cut off', () => {
    const { text } = header({ PidTagTransportMessageHeaders: 'Received: from a by b\r\nX-Mailer: c\r\nSubject: Min' });
    expect(text).toContain('Received: from a by b\r\nX-Mailer: c\r\n');
    expect(text).toContain('Subject: Minutes\r\n');
    expect(text).not.toContain('Subject: Min\r\n');
  });

  it('keep a last field without a line end where they are whole without it', () => {
    expect(header({ PidTagTransportMessageHeaders: WHOLE.trimEnd() }).text).toContain('Subject: As it came');
  });
});

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

function headerOf(properties: Properties, parts: Parameters<typeof message>[1]): string {
  const bytes = messageToMime(message({ ...PLAIN, ...properties }, parts), CONTEXT).content.bytes();
  return (Buffer.from(bytes).toString().split('\r\n\r\n')[0] ?? '').replace(/\r\n[ \t]/g, ' ');
}

const TRANSPORT = 'From: Ann <ann@example.org>\r\nTo: bob@example.org\r\nDate: Tue, 3 Mar 2020 09:05:00 +0000\r\nSubject: Minutes\r\n';

describe('flags for follow-up', () => {
  const flag = { PidTagFlagStatus: 2 } as const;
  const named = [
    ['PSETID_Common', 0x8530, 'Call back'],
    ['PSETID_Common', 0x8517, Date.UTC(2020, 2, 6, 17)],
  ] as const;

  it.each([
    ['made', {}],
    ['kept', { PidTagTransportMessageHeaders: `${TRANSPORT}\r\n` }],
  ])('say what is to be done and until when in a header that is %s', (_, properties) => {
    const text = headerOf({ ...flag, ...properties }, { named });
    expect(text).toContain('X-Message-Flag: Call back\r\n');
    expect(text).toContain('Reply-By: Fri, 06 Mar 2020 17:00:00 +0000');
    expect(headerOf(properties, { named })).not.toMatch(/X-Message-Flag|Reply-By/);
  });

  it('have the time that an answer is wanted by before the day that they are due', () => {
    const text = headerOf({ ...flag, PidTagReplyTime: Date.UTC(2020, 2, 4), PidTagExpiryTime: Date.UTC(2020, 2, 5) }, { named });
    expect(text.match(/(?:Reply-By|Expires): [^\r]*/g)).toEqual([
      'Reply-By: Wed, 04 Mar 2020 00:00:00 +0000',
      'Expires: Thu, 05 Mar 2020 00:00:00 +0000',
    ]);
  });
});

describe('what is said of the content', () => {
  it('stays where it is about the message, not about a body that is no longer there', () => {
    const more = 'Content-Class: rpmsg.message\r\nContent-Language: de-DE\r\nContent-Type: text/plain; charset=x\r\nContent-Length: 9\r\n';
    const kept = headerOf({ PidTagTransportMessageHeaders: `${TRANSPORT}${more}\r\n` }, {});
    expect(kept.match(/^Content-[\w-]+: [^\r;]*/gm)).toEqual([
      'Content-Class: rpmsg.message',
      'Content-Language: de-DE',
      'Content-Type: text/plain',
      'Content-Transfer-Encoding: 7bit',
    ]);
    const made = headerOf({}, { named: [['PS_INTERNET_HEADERS', 'content-class', 'rpmsg.message']] });
    expect(made).toContain('content-class: rpmsg.message\r\n');
  });

  it('is the page that a post of a feed is about', () => {
    const named = [['PSETID_PostRss', 0x8901, 'https://example.org/news/1']] as const;
    expect(headerOf({ PidTagMessageClass: 'IPM.Post.Rss' }, { named })).toContain('Content-Base: https://example.org/news/1\r\n');
    expect(headerOf({}, { named })).not.toContain('Content-Base');
  });
});

describe('recipients as people typed them', () => {
  const to = (address: string) => {
    const row = recipient({ PidTagDisplayName: address, PidTagAddressType: 'SMTP', PidTagEmailAddress: address, PidTagRecipientType: 1 });
    return headerOf({}, { recipients: [row] }).match(/To: ([^\r]*)/)?.[1];
  };

  it.each([
    ['a@example.org;b@example.org', 'a@example.org, b@example.org'],
    ['a@example.org, b@example.org,', 'a@example.org, b@example.org'],
    ['"john doe"@example.org', '<"john doe"@example.org>'],
  ])('%s', (typed, written) => {
    expect(to(typed)).toBe(written);
  });

  it('shows what is no list of addresses as it is', () => {
    expect(to('a@example.org;nobody@;b@example.org')).toContain('@unresolved.invalid');
  });
});

describe('Sender', () => {
  const CARLS = { PidTagSenderName: 'Ann Smith', PidTagSenderAddressType: 'EX', PidTagSenderEmailAddress: CARL } as const;

  it('is not there where it is the author under an Exchange name that nobody knows', () => {
    const { text, issues } = header(CARLS);
    expect(text).not.toContain('Sender:');
    expect(issues).toEqual([]);
    const same = { PidTagSentRepresentingEmailAddress: CARL, PidTagSentRepresentingSmtpAddress: 'ann@example.org' } as const;
    expect(header({ ...CARLS, ...same, PidTagSenderName: 'Smith, Ann' }).text).not.toContain('Sender:');
  });

  it('is there where another one sent it', () => {
    expect(header({ ...CARLS, PidTagSenderName: 'Carl' }).text).toContain('Sender: Carl <IMCEAEX-');
  });
});
