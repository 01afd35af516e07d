import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clampDate, encodeDateTime, parseDateTime } from '../../src/codec/date-time.js';
import { encodeString } from '../../src/codec/encode.js';
import { parseResponse } from '../../src/codec/parse-response.js';
import { ResponseReader } from '../../src/codec/response-reader.js';
import { formatUidSet, parseUidSet, splitUidSet } from '../../src/codec/uid-set.js';

const LIMITS = { line: 1 << 16, literal: 1 << 16 };

function parseAll(text: string | Buffer, size = Number.POSITIVE_INFINITY) {
  const reader = new ResponseReader({ ...LIMITS });
  const octets = Buffer.from(text as string, 'latin1');
  const found = [];
  for (let at = 0; at < octets.length; at += size) {
    // The chunk is filled again after each call, as a socket may do.
    const chunk = Buffer.from(octets.subarray(at, at + Math.min(size, octets.length)));
    for (const raw of reader.feed(chunk))
      found.push(parseResponse({ ...raw, literals: raw.literals.map((octets) => Uint8Array.from(octets)) }));
    chunk.fill(120);
    if (size === Number.POSITIVE_INFINITY) break;
  }
  return found;
}

const SAMPLE = [
  '* OK [CAPABILITY IMAP4rev1 LITERAL+] ready\r\n',
  '+ go on\r\n',
  '* 3 FETCH (UID 7 RFC822.SIZE 12 BODY[HEADER.FIELDS (DATE FROM)] {5}\r\nab\r\nc FLAGS (\\Seen work))\r\n',
  '* LIST (\\HasNoChildren) "/" {4}\r\nAr&x\r\n',
  '* LIST () NIL "a \\"quoted\\" \\\\ name"\r\n',
  'm1 OK [APPENDUID 38505 3955:3957] done\r\n',
  'm2 NO [OVERQUOTA] full\n',
  '* 5 FETCH (BODY[] {0}\r\n UID 9)\r\n',
].join('');

describe('responses', () => {
  it('are read as RFC 9051 section 7 has them', () => {
    expect(parseAll(SAMPLE)).toMatchObject([
      { type: 'status', tag: undefined, status: 'OK', code: { name: 'CAPABILITY', args: 'IMAP4rev1 LITERAL+' }, text: 'ready' },
      { type: 'continuation', text: 'go on' },
      {
        name: 'FETCH',
        number: 3,
        values: [
          [
            'UID',
            '7',
            'RFC822.SIZE',
            '12',
            'BODY[HEADER.FIELDS (DATE FROM)]',
            Uint8Array.from(Buffer.from('ab\r\nc')),
            'FLAGS',
            ['\\Seen', 'work'],
          ],
        ],
      },
      { name: 'LIST', values: [['\\HasNoChildren'], '/', Uint8Array.from(Buffer.from('Ar&x'))] },
      { name: 'LIST', values: [[], null, 'a "quoted" \\ name'] },
      { tag: 'm1', status: 'OK', code: { name: 'APPENDUID', args: '38505 3955:3957' } },
      { tag: 'm2', status: 'NO', code: { name: 'OVERQUOTA', args: '' }, text: 'full' },
      { name: 'FETCH', number: 5, values: [['BODY[]', new Uint8Array(0), 'UID', '9']] },
    ]);
  });

  it('come out the same however they are cut', () => {
    const whole = JSON.stringify(parseAll(SAMPLE));
    for (const size of [1, 2, 3, 7, 65_536]) expect(JSON.stringify(parseAll(SAMPLE, size)), `chunks of ${size}`).toBe(whole);
  });

  it('are a response or a clear error, whatever the octets', () => {
    const alphabet = fc.constantFrom(
      '*',
      ' ',
      '(',
      ')',
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      '3',
      '\r\n',
      'OK',
      'FETCH',
      'a1',
      '+',
      'NIL',
      '\0',
      '\xff',
      'BODY[',
    );
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 60 }), fc.nat(20), (words, size) => {
        try {
          parseAll(words.join(''), size + 1);
        } catch (error) {
          expect(error).toMatchObject({ code: 'IMAP_PROTOCOL' });
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('are bounded', () => {
    expect(() => parseAll(`* OK ${'x'.repeat(70_000)}`, 1000)).toThrow(/more than 65536 octets/);
    expect(() => parseAll('* 1 FETCH (BODY[] {70000}\r\n')).toThrow(/literal of 70000/);
    expect(() => parseAll(`* LIST ${'('.repeat(40)}${')'.repeat(40)}\r\n`)).toThrow(/not IMAP/);
  });
});

describe('what is sent', () => {
  it('is quoted, or a literal, never raw', () => {
    expect(encodeString('INBOX')).toBe('INBOX');
    expect(encodeString('a "b" \\')).toBe('"a \\"b\\" \\\\"');
    expect(encodeString('nil')).toBe('"nil"');
    expect(encodeString('')).toBe('""');
    expect(encodeString('a\r\nb')).toMatchObject({ size: 4, kind: 'synchronising' });
  });

  it('has dates that every server takes', () => {
    expect(encodeDateTime(Date.UTC(1996, 6, 7, 2, 44, 25))).toBe('"07-Jul-1996 02:44:25 +0000"');
    expect(encodeDateTime(-1)).toBe('"01-Jan-1970 00:00:01 +0000"');
    expect(encodeDateTime(Date.UTC(2140, 0, 1))).toBe('"19-Jan-2038 03:14:07 +0000"');
    expect(encodeDateTime(Number.NaN)).toBe('"01-Jan-1970 00:00:01 +0000"');
    expect(parseDateTime('17-Jul-1996 02:44:25 -0700')).toBe(Date.UTC(1996, 6, 17, 9, 44, 25));
    expect(parseDateTime(' 7-Jul-1996 02:44:25 +0000')).toBe(Date.UTC(1996, 6, 7, 2, 44, 25));
    expect(parseDateTime('yesterday')).toBeUndefined();
    fc.assert(fc.property(fc.double(), (ms) => parseDateTime(encodeDateTime(ms).slice(1, -1)) === clampDate(ms)));
  });

  it('has sets of UIDs that are short and come back', () => {
    expect(formatUidSet([9, 4, 5, 6])).toBe('4:6,9');
    expect(parseUidSet('6:4,9')).toEqual([4, 5, 6, 9]);
    expect(() => parseUidSet('1:4294967295')).toThrow();
    expect(() => parseUidSet('0')).toThrow();
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 500 }), (uids) => {
        const sets = [...splitUidSet(uids, 60)];
        expect(sets.every((set) => set.length < 80)).toBe(true);
        expect(sets.flatMap((set) => parseUidSet(set))).toEqual([...uids].sort((a, b) => a - b));
      }),
    );
  });
});
