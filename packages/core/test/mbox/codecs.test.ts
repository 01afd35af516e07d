import { describe, expect, it } from 'vitest';
import { gmailPlacement, parseGmailLabels } from '../../src/formats/mbox/gmail-labels.js';
import { readHeaderBlock } from '../../src/formats/mbox/header-block.js';
import { findHeaderDate } from '../../src/formats/mbox/header-date.js';
import { parseImapBase, parseUid } from '../../src/formats/mbox/imap-base.js';
import { mozillaState } from '../../src/formats/mbox/mozilla.js';
import { pop3Uidls } from '../../src/formats/mbox/pop3-uidl.js';
import { QuotesSeen, quoteMarks } from '../../src/formats/mbox/quoting.js';
import { recogniseMbox } from '../../src/formats/mbox/recognise.js';
import { statusBits } from '../../src/formats/mbox/status-flags.js';
import { UID_LOOKAHEAD, UidSequence } from '../../src/formats/mbox/uid-sequence.js';
import { decodeRawWords } from '../../src/formats/mime/encoded-word.js';
import { FromLineSearch } from '../../src/sources/from-line-search.js';

describe('readHeaderBlock', () => {
  it('ends at the first blank line, LF or CRLF, and joins adjacent fields of the mailbox', () => {
    const text = 'A: b\nStatus: RO\nX-UID: 4\n\tfolded\nB: c\r\nx-KEYWORDS : k\r\n\r\nStatus: O\n\n';
    const block = readHeaderBlock(Buffer.from(text));
    expect(block.ended).toBe(true);
    expect(text.slice(block.bodyStart)).toBe('Status: O\n\n');
    expect(block.own.map((offset) => text.slice(offset, offset + 5))).toEqual(['Statu', 'B: c\r', 'x-KEY', '\r\nSta']);
    expect(block.fields.get('x-keywords')).toBe('k');
  });

  it('says when no blank line came', () => {
    expect(readHeaderBlock(Buffer.from('A: b\nStatus: R'))).toMatchObject({ ended: false, bodyStart: 14, own: [5, 14] });
    expect(readHeaderBlock(Buffer.alloc(0))).toMatchObject({ ended: false, bodyStart: 0, own: [] });
  });
});

describe('parseImapBase and parseUid', () => {
  it.each([
    ['1143956134 0000012345 a b a', { uidValidity: 1143956134, lastUid: 12345, keywords: ['a', 'b'] }],
    ['1 2', { uidValidity: 1, lastUid: 2, keywords: [] }],
    ['7 9\r\n work\r\n\tother', { uidValidity: 7, lastUid: 9, keywords: ['work', 'other'] }],
    ['0 2', undefined],
    ['9999999999 2', undefined],
    ['x 2', undefined],
    ['5', undefined],
  ])('%j', (value, base) => {
    expect(parseImapBase(value)).toEqual(base);
  });

  it.each([
    ['7', 7],
    [' 0000000007 ', 7],
    ['0', undefined],
    ['4294967296', undefined],
    ['7a', undefined],
    ['', undefined],
  ])('X-UID %j', (value, uid) => {
    expect(parseUid(value)).toBe(uid);
  });
});

describe('statusBits', () => {
  it.each([
    ['RO', '', 16],
    ['O', '', 0],
    ['RD', '', 16],
    ['', 'D', 2],
    ['', 'AFT', 13],
    ['RA', 'R', 17],
    ['read', 'draft', 0],
  ])('%s and %s', (status, xStatus, bits) => {
    expect(statusBits(status, xStatus)).toBe(bits);
  });
});

describe('mozillaState', () => {
  const state = (low: string, high = '', keys = '') =>
    mozillaState(
      new Map([
        ['x-mozilla-status', low],
        ['x-mozilla-status2', high],
        ['x-mozilla-keys', keys],
      ]),
    );

  it('reads flags, labels and keys', () => {
    expect(state('1007', '02800000', '  work $label1 ')).toEqual({
      bits: 25,
      keywords: ['$Forwarded', '$MDNSent', '$label1', 'work'],
      isExpunged: false,
    });
    expect(state('0008').isExpunged).toBe(true);
    expect(state('0001', '00200000').bits).toBe(18);
    expect(state('zzzz', 'x')).toEqual({ bits: 0, keywords: [], isExpunged: false });
  });
});

describe('UidSequence', () => {
  const decide = (claims: readonly (number | undefined)[], last = 1000) => {
    const uids: (number | undefined)[] = [];
    const sequence = new UidSequence(last, (_, uid) => uids.push(uid));
    for (const claimedUid of claims) sequence.push({ claimedUid });
    while (sequence.shift() !== undefined);
    return uids;
  };

  it('believes what rises up to the last UID', () => {
    expect(decide([1, 5, undefined, 9, 1000])).toEqual([1, 5, undefined, 9, 1000]);
  });

  it('believes none above the last UID, even where nothing speaks against it', () => {
    expect(decide([1, 2, 1001])).toEqual([1, 2, undefined]);
  });

  it('drops what stands out and nothing else', () => {
    expect(decide([1, 4294967290, 2, 3])).toEqual([1, undefined, 2, 3]);
    expect(decide([1, 900, 2, 3])).toEqual([1, undefined, 2, 3]);
    expect(decide([1, 900, 901, 902, 2, 3, 4, 5])).toEqual([1, undefined, undefined, undefined, 2, 3, 4, 5]);
    expect(decide([10, 11, 3, 12])).toEqual([10, 11, undefined, 12]);
    expect(decide([7, 7, 8])).toEqual([7, undefined, 8]);
    expect(decide([1, 900, 2])).toEqual([1, undefined, 2]);
  });

  it('decides the same over many more messages than it looks ahead', () => {
    const claims = Array.from({ length: 20 * UID_LOOKAHEAD }, (_, i) => (i % 50 === 7 ? 9999 - i : i + 1));
    const expected = claims.map((claim, i) => (i % 50 === 7 ? undefined : claim));
    expect(decide(claims, 10_000)).toEqual(expected);
  });
});

describe('decodeRawWords', () => {
  it.each([
    ['plain', 'plain'],
    ['=?UTF-8?Q?Bo=C3=AEte_de?=', 'Boîte de'],
    ['=?utf-8?b?w6k=?= =?UTF-8?B?w6k=?=', 'éé'],
    ['=?UTF-8?Q?=C3?=\r\n =?UTF-8?Q?=A9?=', 'é'],
    ['a =?iso-8859-1?q?=E9?= b', 'a é b'],
    ['=?koi8-r?B?98jPxNHdyck=?=', 'Входящии'],
    ['=?x-none?Q?=E9?=', 'é'],
    ['=?UTF-8?Q?open', '=?UTF-8?Q?open'],
    ['Gr\xc3\xbc\xc3\x9fe', 'Grüße'],
  ])('%j', (value, text) => {
    expect(decodeRawWords(value)).toBe(text);
  });
});

describe('Gmail labels', () => {
  it('reads quotes, commas and encoded words', () => {
    expect(parseGmailLabels('Inbox,"a, ""b""",=?UTF-8?Q?caf=C3=A9?=, work/x ')).toEqual(['Inbox', 'a, "b"', 'café', 'work/x']);
    expect(parseGmailLabels('"3. Culture, Hledání",Archived')).toEqual(['3. Culture, Hledání', 'Archived']);
  });

  it.each([
    ['Inbox,Opened,work', ['INBOX'], 16, ['work']],
    ['Trash,Inbox,Unread', ['Trash'], 0, []],
    ['Spam,Unread', ['Spam'], 0, []],
    ['Archived,Starred,Opened', ['Archive'], 24, []],
    ['work,home/roof,Opened', ['work'], 16, ['home/roof']],
    ['Gesendet,Geöffnet,Wichtig', ['Sent'], 16, ['$Important']],
    ['Черновики,Непрочитанные', ['Drafts'], 4, []],
    ['受信トレイ,未読', ['INBOX'], 0, []],
    ['Kategorie: Werbung,Posteingang', ['INBOX'], 16, []],
    ['IMAP_$NotJunk,IMAP_Forwarded,Opened,work', ['work'], 16, ['$NotJunk', 'Forwarded']],
    ['IMAP_NonJunk,Read Receipt Sent,Archived', ['Archive'], 16, ['NonJunk', '$MDNSent']],
  ])('%s', (value, folder, bits, keywords) => {
    expect(gmailPlacement(Buffer.from(value).toString('latin1'))).toMatchObject({ folder, bits, keywords });
  });

  it('names every folder', () => {
    expect(gmailPlacement('Inbox,work,home/roof').folders).toEqual([['INBOX'], ['work'], ['home', 'roof']]);
    expect(gmailPlacement('Opened').folders).toEqual([['Archive']]);
  });
});

describe('pop3Uidl', () => {
  const facts = { uidValidity: 0x4432abcd, uid: 26, name: 'cur/1.2', xUidl: ' old-id ' };

  it.each([
    ['uw', '4432abcd0000001a'],
    ['cyrus', '1144171469.26'],
    ['keep', 'old-id'],
    ['%u', '26'],
    ['%f', 'cur/1.2'],
    ['%08Xu%08Xv', '0000001a4432abcd'],
    ['%05u%%', '00026%'],
    ['%xv', '4432abcd'],
    ['%3v.%-3.2u', '114.26'],
    ['%Uu%{ uidvalidity | hex(10) | upper }', '26004432ABCD'],
    ['%{filename | md5}', '5be080c286384b81761509571e012f8e'],
  ])('%s', (format, uidl) => {
    expect(pop3Uidls(format)(facts)).toEqual({ uidl });
  });

  it('gives none where a part is not known or a client could not take it', () => {
    expect(pop3Uidls('uw')({ ...facts, uid: undefined })).toEqual({ lacks: 'uid' });
    expect(pop3Uidls('keep')({ ...facts, xUidl: undefined })).toEqual({ lacks: 'X-UIDL' });
    expect(pop3Uidls('keep')({ ...facts, xUidl: 'a b' })).toEqual({ lacks: 'printable X-UIDL of 1 to 70 octets' });
    expect(pop3Uidls('%f')({ ...facts, name: 'x'.repeat(71) })).toEqual({ lacks: 'printable UIDL of 1 to 70 octets' });
    expect(pop3Uidls('%m')(facts)).toEqual({ lacks: 'md5' });
  });

  it('refuses a format without a variable', () => {
    for (const format of ['constant', '%q', '%u%z', '%Nu', '%{user}', '%{uid | sha9}', '%u%', 'toString'])
      expect(() => pop3Uidls(format), format).toThrow(expect.objectContaining({ code: 'POP3_UIDL_FORMAT' }));
    for (const format of ['uw', 'cyrus', 'keep', '%08Xv%08Xu', '%v.%u', '%g', '%{uid}']) pop3Uidls(format);
  });
});

describe('quoting', () => {
  const view = Buffer.from('\n>From a\n>>From b\nx >From c\n> From d\n>>>From e');

  it('marks the first `>` of a quoted line', () => {
    expect(quoteMarks(view, 'mboxrd')).toEqual([1, 9, 37]);
    expect(quoteMarks(view, 'mboxo')).toEqual([1]);
    expect(quoteMarks(view, 'none')).toEqual([]);
  });

  it('counts, in views of any size', () => {
    for (const size of [1, 2, 3, 7, 100]) {
      const seen = new QuotesSeen();
      const search = new FromLineSearch(seen);
      for (let at = 0; at < view.length; at += size) search.see(view.subarray(0, at + size), at, 0);
      expect([size, seen.once, seen.more]).toEqual([size, 1, 2]);
    }
  });

  it('knows where there is no quoted line', () => {
    const seen = new QuotesSeen();
    const search = new FromLineSearch(seen);
    search.see(Buffer.from('plain\ntext\n'), 0, 0);
    search.see(Buffer.from('\n>From a\n\n>From b\n'), 0, 1000);
    search.see(view, 0, 2000);
    const asked = [
      [0, 1000],
      [1000, 1001],
      [1000, 1002],
      [1009, 1030],
      [1020, 2000],
      [2000, 2100],
      [2100, 9000],
    ] as const;
    expect(asked.map(([start, end]) => seen.mayBeIn(start, end))).toEqual([false, false, true, true, false, true, false]);
  });
});

describe('findHeaderDate', () => {
  it.each([
    ['Received: by x; Sat, 3 Jan 2004 10:00:00 +0100\nDate: Sun, 4 Jan 2004 10:00:00 +0000\n', 'received', '2004-01-03T09:00:00.000Z'],
    ['Received: by x\nDate: Sun, 4 Jan 2004 10:00 EST\n', 'date', '2004-01-04T15:00:00.000Z'],
    ['DATE: 4 Jan 04 10:00:00\r\n', 'date', '2004-01-04T10:00:00.000Z'],
  ])('%j', (header, source, date) => {
    const found = findHeaderDate(header);
    expect([found?.source, new Date(found?.time ?? 0).toISOString()]).toEqual([source, date]);
  });

  it('finds none in nonsense', () => {
    expect(findHeaderDate('Date: yesterday\nReceived: x; soon\n')).toBeUndefined();
  });
});

describe('recogniseMbox', () => {
  const FROM = 'From ann@example.com Sat Jan  3 10:00:00 2004\n';
  const TWO = `${FROM}From: a@b\nTo: c@d\n\nx\n\n${FROM}From: a@b\nTo: c@d\n\ny\n`;
  const seen = (text: string) => recogniseMbox(Buffer.from(text, 'latin1'));

  it.each([
    [`${FROM}From: a@b\nTo: c@d\n\nx\n`, { confidence: 1, dialect: 'mbox' }],
    [`\r\n\r\n${FROM}Subject: x\n\nx\n`, { confidence: 1, dialect: 'mbox' }],
    ['From - Sat Jan  3 10:00:00 2004\nX-Mozilla-Status: 0001\nFrom: a@b\n\n', { confidence: 1, dialect: 'thunderbird' }],
    ['From 1844347792267117879@xxx\nX-GM-THRID: 1\nX-Gmail-Labels: Inbox\n\n', { confidence: 0.8, dialect: 'takeout' }],
    [
      'From ann at example.com  Sat Jan  3 10:00:00 2004\nFrom: ann at example.com (Ann)\nDate: x\n\n',
      { confidence: 1, dialect: 'pipermail' },
    ],
    ['\x01\x01\x01\x01\nFrom: a@b\nTo: c@d\n\nx\n\x01\x01\x01\x01\n', { confidence: 1, dialect: 'mmdf' }],
    [`${FROM}X-IMAPbase: 1 2\nFrom: a@b\n\n`, { confidence: 1, dialect: 'dovecot' }],
    // its first From_ line is lost, or the first half of its first message
    [`From: a@b\nSubject: x\n\nx\n\n${FROM}From: a@b\nTo: c@d\n\nx\n`, { confidence: 0.4, dialect: 'mbox' }],
    [`the end of a text\r\n\r\n${FROM}From: a@b\nTo: c@d\n\nx\n\n${FROM}From: a@b\nTo: c@d\n\n`, { confidence: 0.4, dialect: 'mbox' }],
    // its first From_ line is doubled, or nobody can read the header behind it
    [`From -\n${TWO}`, { confidence: 0.4, dialect: 'mbox' }],
    [`${FROM}Fr\x00\xe9om: a@b\n\nx\n\n${TWO}`, { confidence: 0.4, dialect: 'mbox' }],
    // what follows the damage has no blank lines, one field each, or From_ lines without a date
    [`rest\n${FROM}From: a@b\nTo: c@d\n\nx\n${FROM}From: a@b\nTo: c@d\n\n`, { confidence: 0.4, dialect: 'mbox' }],
    [`rest\n\n${FROM}Date: x\n\n1\n\n${FROM}Date: x\n\n2\n`, { confidence: 0.4, dialect: 'mbox' }],
    ['rest\n\nFrom - \nFrom: a@b\nTo: c@d\n\nx\n\nFrom - \nFrom: a@b\nTo: c@d\n\n', { confidence: 0.4, dialect: 'mbox' }],
    // the parts of a multipart end before the From_ line, or there are none
    [`From: a@b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\n--x--\n\n${TWO}`, { confidence: 0.4, dialect: 'mbox' }],
    [`From: a@b\nContent-Type: multipart/mixed;\n boundary="x"\n\nno part\n\n${TWO}`, { confidence: 0.4, dialect: 'mbox' }],
    [
      `From: a@b\nTo: c@d\nContent-Type: multipart/mixed;${' a=b'.repeat(200)}\n${'X: y; z\n'.repeat(50)}\n${TWO}`,
      { confidence: 0.4, dialect: 'mbox' },
    ],
  ])('%j', (text, recognition) => {
    expect(seen(text)).toEqual(recognition);
  });

  it.each([
    '',
    'From ',
    'From 10.0.0.1 GET / 200\nFrom 10.0.0.2 GET / 404\n',
    'From now on this file is a diary.\nDear: diary\n',
    'From tomorrow:\n\n1. wake up\n',
    'From golang.org/x/crypto, with Manager added.\n',
    'From joe Fri Jan  2 03:04:05 1998 connect from 10.0.0.1\nFrom joe Fri Jan  2 03:04:06 1998 disconnect\n',
    'From joe Fri Jan  2 03:04:05 1998\nFrom joe Fri Jan  2 03:04:06 1998\n',
    `${FROM}Dear all, this is a letter.\n`,
    'Return-Path: <a@b>\nFrom: a@b\n\nan .eml\n',
    `From ${'x'.repeat(5000)}`,
    `Notes.\n\n${FROM}From: a@b\nTo: c@d\n\npasted once\n`,
    `From: a@b\nSubject: x\n\nsee:\n${FROM}From: a@b\nTo: c@d\n\nno blank line before\n`,
    `From: a@b\nSubject: x\n\nx\n\n${FROM}Dear all, a letter.\n`,
    `From: a@b\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: application/mbox\n\n${FROM}From: a@b\nTo: c@d\n\nx\n--x--\n`,
    'From: a@b\nSubject: a patch\n\nx\n\nFrom 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\nFrom: a@b\nDate: x\nSubject: y\n\n',
    `From now on\nthis is a diary.\n\n${FROM}From: a@b\nTo: c@d\n\npasted once\n`,
    '\x7fELF\x02\x01\x01',
  ])('refuses %j', (text) => {
    expect(seen(text)).toBeUndefined();
  });
});
