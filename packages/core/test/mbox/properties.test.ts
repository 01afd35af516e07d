import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ReadMbox, readMbox, TINY } from './read-mbox.js';
import { tilesOf } from './tiles.js';

const FROM = 'From ann@example.com Sat Jan  3 10:00:00 2004\n';

/** Pieces that hit the grammar. */
const PIECES = [
  ...[
    '\n',
    '\r\n',
    '\r',
    'From ',
    FROM,
    FROM.replace('\n', '\r\n'),
    '>From x\n',
    '>>From ',
    'From -\n',
    'From 1844347792267117879@xxx\n',
    'From here on\n',
  ],
  ...[
    'Subject: x\n',
    'From: a@b\n',
    'Date: Sat, 3 Jan 2004 10:00:00 +0000\n',
    ' folded\n',
    'Status: RO\n',
    'X-Status: AFTD\n',
    'X-UID: 3\n',
    'X-UID: 4294967295\n',
  ],
  ...[
    'X-IMAPbase: 5 10 work\n',
    'X-IMAP: 5 10\n',
    'Subject: FOLDER INTERNAL DATA\n',
    'X-Keywords: work\n',
    'Content-Length: 0\n',
    'Content-Length: 7\n',
    'Content-Length: 60\n',
  ],
  ...[
    'Content-Type: multipart/mixed; boundary=b\n',
    '\n--b\n',
    '\n--b--\n',
    '\x01\x01\x01\x01\n',
    '\x01',
    '\0',
    'X-Mozilla-Status: 0009\n',
    'X-Gmail-Labels: =?utf-8?q?a=2C?=\n',
    'text ',
    '\xff',
  ],
];
const mbox = fc
  .array(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...PIECES) }, { weight: 1, arbitrary: fc.string({ maxLength: 8 }) }), {
    maxLength: 40,
  })
  .map((pieces) => Buffer.from(pieces.join(''), 'latin1'));

const shape = ({ messages, file }: ReadMbox) => [
  messages.map(({ sourceId, sha256, uid, flags, internalDate, issues, octets }) => [
    sourceId,
    sha256,
    uid,
    [...flags],
    internalDate,
    issues.map(({ code }) => code),
    octets.length,
  ]),
  file.regions,
];

describe('any octets', () => {
  it('are read, and their entries tile the file', () => {
    fc.assert(
      fc.property(mbox, (octets) => void expect(tilesOf(readMbox(octets))).toBe(octets.length)),
      { numRuns: 2000 },
    );
  });

  it('are read alike through tiny windows', () => {
    fc.assert(
      fc.property(mbox, (octets) => void expect(shape(readMbox(octets, TINY))).toEqual(shape(readMbox(octets)))),
      { numRuns: 500 },
    );
  });

  it('keep every octet of a content in the order of the file, whatever is undone', () => {
    fc.assert(
      fc.property(mbox, fc.constantFrom('mboxrd' as const, 'mboxo' as const, 'none' as const), (octets, rule) => {
        for (const { span, octets: content } of readMbox(octets, { unescape: rule }).messages) {
          const { ranges = [] } = span ?? {};
          const parts: Buffer[] = [];
          for (let i = 0; i < ranges.length; i += 2) parts.push(octets.subarray(ranges[i], (ranges[i] ?? 0) + (ranges[i + 1] ?? 0)));
          expect(Buffer.concat(parts).equals(content)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('have one identity with any rule of quoting and with the headers kept', () => {
    const identities = (read: ReadMbox) => read.messages.map(({ identity }) => identity);
    fc.assert(
      fc.property(mbox, (octets) => {
        const plain = identities(readMbox(octets, { unescape: 'none' }));
        expect(identities(readMbox(octets, { unescape: 'mboxrd' }))).toEqual(plain);
        expect(identities(readMbox(octets, { keepHeaders: true }))).toEqual(plain);
      }),
      { numRuns: 300 },
    );
  });
});

/** Messages that a delivery agent could have written. */
const word = fc.constantFrom('alpha', 'From', 'beta:', '>', 'x', '--b');
const line = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '));
const body = fc
  .array(
    line.map((text) => (/^>*From /.test(text) ? `>${text}` : text)),
    { maxLength: 12 },
  )
  .map((lines) => lines.map((text) => `${text}\n`).join(''));
const mail = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 31 - 1 }), body)
  .map(([n, text]) => ({ time: n * 1000, text: `From: a@b\nSubject: ${n}\nMessage-ID: <${n}@x>\n\n${text}` }));

const written = (mails: readonly { time: number; text: string }[]) =>
  mails
    .map(
      ({ time, text }) =>
        `From a@b ${new Date(time).toUTCString().replace(/^(...), (\d\d) (...) (\d{4}) (\S+) GMT$/, '$1 $3 $2 $5 $4')}\n${text}\n`,
    )
    .join('');

describe('a well-formed mbox', () => {
  it('gives back what was written', () => {
    fc.assert(
      fc.property(fc.array(mail, { maxLength: 8 }), (mails) => {
        const { messages } = readMbox(written(mails));
        expect(messages.map(({ octets, internalDate }) => ({ text: octets.toString('latin1'), time: internalDate }))).toEqual(
          mails.map(({ time, text }) => ({ text, time })),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('is the sum of its halves', () => {
    fc.assert(
      fc.property(fc.array(mail, { maxLength: 4 }), fc.array(mail, { maxLength: 4 }), (a, b) => {
        const hashes = (text: string) => readMbox(text).messages.map(({ sha256 }) => sha256);
        expect(hashes(written([...a, ...b]))).toEqual([...hashes(written(a)), ...hashes(written(b))]);
      }),
      { numRuns: 200 },
    );
  });
});
