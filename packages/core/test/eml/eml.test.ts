import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { looksLikeEmlx, parseEmlx } from '../../src/formats/eml/emlx.js';
import { looksLikeMessage } from '../../src/formats/eml/recognise-message.js';

describe('a message is recognised by its header section', () => {
  test.each([
    ['From: a@example.org\nTo: b@example.org\n\nText.\n', true],
    ['From: a@example.org\r\nSubject: folded\r\n again\r\n\r\n', true],
    ['\ufeffReceived: by x\n\tfor y\nDate: today\n\n', true],
    ['\nFrom: a@example.org\nTo: b@example.org\n\n', true],
    ['Subject: alone\n\ntext\n', true],
    ['From: a@example.org\nDate: today', true],
    ['Subject: alone\nand no header\n', false],
    ['Host: example\nPort: 25\n\n', false],
    ['Subject: x\nnot a field\nTo: y\n\n', false],
    [' From: folded from nothing\nTo: x\n\n', false],
    ['From ben Mon Mar  1 10:00:00 2010\nSubject: x\nTo: y\n\n', false],
    ['\n\n\n', false],
    ['', false],
  ])('%j: %s', (text, isMessage) => {
    expect(looksLikeMessage(Buffer.from(text))).toBe(isMessage);
  });

  test('octets of any kind neither crash nor hang it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), (octets) => {
        looksLikeMessage(octets);
        looksLikeEmlx(octets);
        const emlx = parseEmlx(octets);
        expect((emlx?.offset ?? 0) + (emlx?.length ?? 0)).toBeLessThanOrEqual(octets.length);
      }),
      { seed: 31 },
    );
  });
});

describe('.emlx', () => {
  const emlx = (count: string, text: string, list: string) => parseEmlx(Buffer.from(`${count}\n${text}${list}`));
  const list = (flags: string, received = '1267437600') =>
    `<?xml version="1.0"?>\n<plist><dict><key>date-received</key><integer>${received}</integer><key>flags</key>\n\t<integer>${flags}</integer></dict></plist>\n`;

  test('count, message and flags beyond 32 bits', () => {
    expect(emlx('16   ', 'From: a\n\nHello\n\n', list('8623750272'))).toEqual({
      offset: 6,
      length: 16,
      flags: ['$NotJunk'],
      dateReceived: 1267437600000,
      isDamaged: false,
      missing: 0,
    });
    expect(emlx('8', 'From: a\n', list('16777557'))?.flags).toEqual([
      '\\Seen',
      '\\Answered',
      '\\Flagged',
      '\\Draft',
      '$Forwarded',
      '$Junk',
    ]);
  });

  test('a count beyond the end, and no list', () => {
    expect(emlx('900', 'From: a\n', '')).toMatchObject({ length: 8, flags: [], dateReceived: undefined, isDamaged: true, missing: 892 });
    expect(emlx('8', 'From: a\n', '')).toMatchObject({ length: 8, isDamaged: true, missing: 0 });
    expect(parseEmlx(Buffer.from('no count\nFrom: a\n'))).toBeUndefined();
  });

  test('a count that takes in the list', () => {
    expect(emlx('90', 'From: a\n\n', list('1'))).toMatchObject({ length: 9, flags: ['\\Seen'], isDamaged: true });
    expect(emlx('9000', 'From: a\n\n', list('1'))).toMatchObject({ length: 9, flags: ['\\Seen'], isDamaged: true, missing: 0 });
  });

  test('a date that is none', () => {
    expect(emlx('8', 'From: a\n', list('1', '999999999999999'))?.dateReceived).toBeUndefined();
  });
});
