import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base64Chunks, base64Size } from '../../src/formats/mime/base64.js';
import { chooseTransferEncoding, encodeBase64, encodeQuotedPrintable, normalizeLineEnds } from '../../src/formats/mime/body.js';
import { dataEntity, entityContent, textEntity } from '../../src/formats/mime/builder.js';
import { codePageCharset, decodeByCodePages, decodeByGuess, decodeStrict } from '../../src/formats/mime/charset.js';
import { formatDateTime } from '../../src/formats/mime/date-time.js';
import { decodeWords, encodeWords } from '../../src/formats/mime/encoded-word.js';
import { splitHeader, structuredField, unstructuredField } from '../../src/formats/mime/header.js';
import { formatMailboxList, parseMailboxList } from '../../src/formats/mime/mailbox.js';
import { formatParameters } from '../../src/formats/mime/parameter.js';

/** Quoted-printable as RFC 2045 §6.7 reads it. */
function decodeQuotedPrintable(text: string): Buffer {
  const joined = text.replace(/[\t ]+(?=\r\n|$)/g, '').replace(/=\r\n/g, '');
  return Buffer.from(
    joined.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}

const latin1 = (octets: Uint8Array): string => Buffer.from(octets).toString('latin1');

describe('base64', () => {
  it.each([0, 1, 2, 3, 56, 57, 58, 113, 114, 115, 57 * 4096, 57 * 4096 + 1, 500_001])('encodes %i octets in lines of 76', (size) => {
    const data = Buffer.alloc(size, 'abcdefg');
    const text = latin1(encodeBase64(data));
    expect(text.length).toBe(base64Size(size));
    expect(text.replace(/\r\n/g, '')).toBe(data.toString('base64'));
    expect(text.split('\r\n').every((line) => line.length <= 76)).toBe(true);
    expect(text === '' || text.endsWith('\r\n')).toBe(true);
  });

  it('is the same in chunks of any size', () => {
    const data = Buffer.alloc(9000, 'mailferry ');
    for (const step of [1, 2, 3, 7, 56, 57, 58, 65_536]) {
      const chunks = Array.from({ length: Math.ceil(data.length / step) }, (_, i) => data.subarray(i * step, (i + 1) * step));
      expect(latin1(Buffer.concat(Array.from(base64Chunks(chunks), (chunk) => Buffer.from(chunk))))).toBe(latin1(encodeBase64(data)));
    }
  });
});

describe('quoted-printable', () => {
  it('comes back as it was, in lines of 76', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('a', ' ', '\t', '=', 'é', '.', '\r\n', '\r', '😀', '\0', '\x7f', 'x'.repeat(70)),
          maxLength: 60,
        }),
        (text) => {
          const octets = Buffer.from(text);
          const encoded = latin1(encodeQuotedPrintable(octets));
          expect(encoded.split('\r\n').every((line) => line.length <= 76 && !/[\t ]$/.test(line))).toBe(true);
          expect(decodeQuotedPrintable(encoded).toString()).toBe(text);
        },
      ),
    );
  });

  it('is the same for a text of megabytes as for its lines', () => {
    const lines = Array.from({ length: 30_000 }, (_, i) => `${i} é ${'word '.repeat(i % 40)}\r\n`);
    lines.splice(20_000, 0, `${'long = '.repeat(200_000)}\r\n`);
    const whole = latin1(encodeQuotedPrintable(Buffer.from(lines.join(''))));
    expect(whole === lines.map((line) => latin1(encodeQuotedPrintable(Buffer.from(line)))).join('')).toBe(true);
    expect(chooseTransferEncoding(Buffer.from(lines.join('')))).toBe('quoted-printable');
    expect(chooseTransferEncoding(Buffer.from('plain\r\n'.repeat(300_000)))).toBe('7bit');
  });

  it('is chosen for text with few letters beyond ASCII or long lines', () => {
    expect(chooseTransferEncoding(Buffer.from('plain\r\n'))).toBe('7bit');
    // A CR alone is no line end (RFC 2045 §2.7), wherever it stands.
    for (let before = 0; before < 40; before++) {
      const plain = 'x'.repeat(before);
      expect(chooseTransferEncoding(Buffer.from(`${plain}\r\nx`))).toBe('7bit');
      expect(chooseTransferEncoding(Buffer.from(`${plain}\rx\r\n`))).toBe('quoted-printable');
      expect(chooseTransferEncoding(Buffer.from(`${plain}\r`))).toBe('quoted-printable');
      expect(Buffer.from(encodeQuotedPrintable(Buffer.from(`${plain}\rx\r\n`))).toString()).toBe(`${plain}=0Dx\r\n`);
    }
    expect(chooseTransferEncoding(Buffer.from('x'.repeat(999)))).toBe('quoted-printable');
    expect(chooseTransferEncoding(Buffer.from('ein schöner Tag'))).toBe('quoted-printable');
    expect(chooseTransferEncoding(Buffer.from('Привет'))).toBe('base64');
  });
});

describe('encoded words', () => {
  it('come back as they were, in lines of 76', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), fc.nat(40), (text, used) => {
        const words = encodeWords(text, used);
        expect(words.split('\r\n ').every((word, i) => word.length + (i === 0 ? used : 1) <= 79)).toBe(true);
        expect(decodeWords(words)).toBe(text);
      }),
    );
  });

  it('stay what they are when they are none', () => {
    expect(decodeWords('=?utf-8?X?abc?= =? a')).toBe('=?utf-8?X?abc?= =? a');
    expect(unstructuredField('Subject', 'a =?b')).toBe('Subject: =?utf-8?B?YSA9P2I=?=');
  });
});

describe('header fields', () => {
  it('are split without a change', () => {
    const section = 'A: 1\r\n\tfolded\r\nB:2\r\nnonsense\r\nC : 3\r\n';
    expect(splitHeader(section)).toEqual([
      { name: 'A', raw: 'A: 1\r\n\tfolded' },
      { name: 'B', raw: 'B:2' },
      { name: 'C', raw: 'C : 3' },
    ]);
  });

  it('are folded at spaces', () => {
    const field = structuredField('References', Array.from({ length: 9 }, (_, i) => `<${i}.aaaaaaaaaaaaaaa@example.org>`).join(' '));
    expect(field.split('\r\n').every((line) => line.length <= 78)).toBe(true);
    expect(field.replace(/\r\n/g, '')).toContain('<8.aaaaaaaaaaaaaaa@example.org>');
  });
});

describe('mailboxes', () => {
  it('are written strictly and read leniently', () => {
    const list = [
      { name: 'Smith, Ann', address: 'ann@example.org' },
      { name: 'Jörg "J" Groß', address: 'joerg@bücher.example' },
      { name: '', address: 'bare@example.org' },
    ];
    const text = formatMailboxList(list, 4);
    expect(text).toContain('"Smith, Ann" <ann@example.org>,');
    expect(text).toContain('@xn--bcher-kva.example>');
    expect(parseMailboxList(text).map(({ name }) => name)).toEqual(['Smith, Ann', 'Jörg "J" Groß', '']);
    expect(parseMailboxList('Team: a@b.c, "D, E" <d@e.f>; g@h.i (Gee), <<<<, "')).toEqual([
      { name: '', address: 'a@b.c' },
      { name: 'D, E', address: 'd@e.f' },
      { name: 'Gee', address: 'g@h.i' },
      { name: '', address: '<<<<' },
      { name: '', address: '"' },
    ]);
  });
});

describe('parameters', () => {
  it('are tokens, quoted strings or RFC 2231', () => {
    const value = (name: string) => formatParameters('attachment', [['filename', name]]);
    expect(value('a.txt')).toBe('attachment; filename=a.txt');
    expect(value('a b".txt')).toBe('attachment; filename="a b\\".txt"');
    expect(value('ä.txt')).toBe("attachment; filename*=utf-8''%C3%A4.txt");
    const long = value(`${'日本語'.repeat(12)}.txt`);
    const parts = [...long.matchAll(/filename\*(\d+)\*=(?:utf-8'')?([^;\r]*)/g)];
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.map(([, , part]) => decodeURIComponent(part ?? '')).join('')).toBe(`${'日本語'.repeat(12)}.txt`);
  });
});

describe('charsets', () => {
  it('are decoded strictly', () => {
    expect(decodeStrict(Buffer.from([0xe4]), 'utf-8')).toBeUndefined();
    expect(decodeStrict(Buffer.from([0xe4]), 'us-ascii')).toBeUndefined();
    expect(decodeStrict(Buffer.from([0xe4]), 'windows-1252')).toBe('ä');
    expect(decodeStrict(Buffer.from('\x1b$B$"\x1b(B', 'latin1'), 'iso-2022-jp')).toBe('あ');
    expect(decodeStrict(Buffer.from([0x82, 0xa0]), codePageCharset(932) ?? '')).toBe('あ');
    expect(decodeStrict(Buffer.from('a'), 'no-such-charset')).toBeUndefined();
  });

  it('are guessed in order, and never give U+FFFD', () => {
    expect(decodeByGuess(Buffer.from('ä'), ['us-ascii'])).toEqual({ text: 'ä', charset: 'utf-8', isExact: true });
    expect(decodeByGuess(Buffer.from([0xe4, 0x81]), ['utf-8']).isExact).toBe(false);
    expect(decodeByGuess(Buffer.from([0xe4, 0x81]), ['utf-8']).text).not.toContain('\ufffd');
    expect(decodeByCodePages(Buffer.from([0xcf]), [0, 99_999, 1251])).toBe('П');
  });
});

describe('dates', () => {
  it('are written with their zone', () => {
    expect(formatDateTime(Date.UTC(2020, 2, 3, 9, 5))).toBe('Tue, 03 Mar 2020 09:05:00 +0000');
    expect(formatDateTime(Date.UTC(2020, 2, 3, 9, 5), -570)).toBe('Mon, 02 Mar 2020 23:35:00 -0930');
  });
});

describe('builder', () => {
  it('makes large contents anew each time, of the size it said', () => {
    const data = Buffer.alloc(5 * 1024 * 1024 + 11, 'large ');
    let reads = 0;
    const source = {
      size: data.length,
      data: function* () {
        reads += 1;
        for (let at = 0; at < data.length; at += 8176) yield data.subarray(at, at + 8176);
      },
    };
    const content = entityContent(dataEntity('application/octet-stream', source));
    expect(reads).toBe(0);
    const size = [...content.chunks()].reduce((sum, chunk) => sum + chunk.length, 0);
    expect(size).toBe(content.size);
    expect(content.crlfSize).toBe(content.size);
    expect(content.bytes().length).toBe(content.size);
    expect(reads).toBe(2);
    const body = latin1(content.bytes()).split('\r\n\r\n')[1] ?? '';
    expect(Buffer.from(body, 'base64').equals(data)).toBe(true);
  });

  it('fills up what a damaged source does not give', () => {
    const content = entityContent(dataEntity('a/b', { size: 2_000_000, data: () => [Buffer.from('short')] }));
    expect(content.bytes().length).toBe(content.size);
  });

  it('writes text with CRLF only', () => {
    expect(normalizeLineEnds('a\nb\rc\r\nd')).toBe('a\r\nb\r\nc\r\nd');
    for (const text of ['', 'a', 'a\r\n', '\r\n\r\nb']) expect(normalizeLineEnds(text)).toBe(text);
    for (const end of ['\n', '\r', '\n\r', '\r\n\n', '\r\r\n', '\r\n\r']) {
      expect(normalizeLineEnds(`${end}a`)).toBe(`${end.replace(/\r\n|\r|\n/g, '\r\n')}a`);
    }
    const content = entityContent(textEntity('text/plain', Buffer.from('a\r\n')));
    expect(content.crlfSize).toBe(content.size);
  });
});
