import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelMemory } from '../../src/formats/content/kernel-memory.js';
import { judge } from '../../src/formats/mbox/boundaries.js';
import { parseFromLine } from '../../src/formats/mbox/from-line.js';
import { readHeaderBlock } from '../../src/formats/mbox/header-block.js';
import { following } from '../../src/formats/mbox/header-shape.js';
import { placesOfFrom } from '../../src/formats/mbox/kernel.js';
import { readUsualStart } from '../../src/formats/mbox/usual-start.js';

/** The text in memory that the kernel sees, between octets that it must not look at. */
function placed(text: string): Buffer {
  const memory = kernelMemory.slot(0) ?? expect.fail('no slot');
  const octets = Buffer.from(text, 'latin1');
  memory.fill('\nFrom Status: X-UID: ', 0, octets.length + 400);
  memory.set(octets, 100);
  return memory.subarray(100, 100 + octets.length);
}

const piece = (...pieces: readonly string[]) => fc.constantFrom(...pieces);

/** Asks until there is no more, in memory that the kernel sees and in memory that it does not. */
function expectPlaces(text: string, from: number): void {
  const expected = [...text.matchAll(/[\n>](?=From )/g)].map(({ index }) => index).filter((index) => index >= from);
  for (const octets of [placed(text), Buffer.from(text, 'latin1')]) {
    const places: number[] = [];
    for (let found = [...placesOfFrom(octets, from)]; found.length > 0; found = [...placesOfFrom(octets, (found.at(-1) ?? 0) + 1)]) {
      places.push(...found);
    }
    expect(places).toEqual(expected);
  }
}

describe('placesOfFrom', () => {
  it('finds what a regular expression finds, also when there are many', () => {
    const text = fc.array(piece('\nFrom ', '>From ', '>', '\nFro', '\n', 'From ', '\r\n', '\nF', 'x'.repeat(61), 'y'), { maxLength: 30 });
    fc.assert(
      fc.property(text, fc.nat(40), (pieces, from) => {
        expectPlaces(pieces.join(''), from);
      }),
      { numRuns: 1000 },
    );
    expectPlaces('\nFrom >From '.repeat(700), 1);
  });
});

describe('readUsualStart', () => {
  const line = fc
    .tuple(
      piece('From ', 'From  ', 'From a@b ', 'From a b c'),
      piece(
        ' Sat Jan  3 10:00:00 2004',
        ' Sat jAN 03 24:59:61 1999',
        ' Sat Jan 32 10:00:00 2004',
        ' Sat Jan  0 10:00:00 2004',
        ' sometime',
        ' Sat Jan 3 10:00 2004',
      ),
      piece('\n', '\r\n', ' \n', ''),
    )
    .map((parts) => parts.join(''));
  const field = piece(
    'Received: x\n',
    'Date : y\n',
    ' folded\n',
    'X-UID: 4\r\n',
    'from://x\n',
    'Subject\n',
    '\n',
    'unknown: z\n',
    'TO:\n',
    'x'.repeat(90),
  );

  it('says what the rules say, or nothing', () => {
    let usual = 0;
    fc.assert(
      fc.property(line, fc.array(field, { maxLength: 6 }), (from, fields) => {
        const text = from + fields.join('');
        const octets = placed(text);
        const found = readUsualStart(octets, 0, octets.length);
        expect(readUsualStart(Buffer.from(octets), 0, octets.length)).toBeUndefined();
        if (found === undefined) return;
        usual += 1;
        const end = text.indexOf('\n');
        const parsed = parseFromLine(text.slice(0, end).replace(/\r$/, ''));
        const shape = following(text.slice(end + 1), true);
        expect(found).toEqual({ length: end + 1, date: parsed.date });
        const evidence = { grade: parsed.grade, following: shape, headerless: false, bareDialect: false };
        for (const blankBefore of [true, false]) expect(judge({ ...evidence, blankBefore })).toEqual({ starts: true });
      }),
      { numRuns: 3000, seed: 7 },
    );
    expect(usual).toBeGreaterThan(50);
  });
});

describe('readHeaderBlock', () => {
  const FIELD =
    /(?<![^\n])(content-(?:length|type)|status|x-(?:imap(?:base)?|keywords|status|uidl?|mozilla-(?:status2?|keys)|gmail-labels))[ \t]*:[ \t]*([^\n]*(?:\n[ \t][^\n]*)*\n?)/gi;
  const OTHER = /^(?:content-type|x-uidl|x-mozilla.*|x-gmail-labels)$/i;

  /** The rules said again, by one expression. */
  function slow(text: string): { bodyStart: number; ended: boolean; fields: [string, string][]; own: number[] } {
    const blank = /(?<![^\n])\r?\n/.exec(text);
    const found = [...text.slice(0, blank?.index).matchAll(FIELD)];
    const own: number[] = [];
    for (const { index, 0: whole } of found.filter(([, name = '']) => !OTHER.test(name))) {
      if (own.at(-1) === index) own.pop();
      else own.push(index);
      own.push(index + whole.length);
    }
    const fields = found.map(([, name = '', value = '']): [string, string] => [name.toLowerCase(), value.trimEnd()]);
    return { bodyStart: blank === null ? text.length : blank.index + blank[0].length, ended: blank !== null, fields, own };
  }

  it('finds what the rules find, wherever the octets lie', () => {
    const name = piece(
      'Status',
      'x-status ',
      'X-UID\t',
      'X-UIDL',
      'x-IMAPbase',
      'X-IMAPbases',
      'Content-Type',
      'Subject',
      'X-Mozilla-Status2',
      'Statu',
      'X-Gmail-Labels',
      'S',
    );
    const field = fc
      .tuple(name, piece(':', ': ', ' ', ''), piece('RO', '7', 'a\n\tb', ''), piece('\n', '\r\n', ' \n', '\r'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(fc.oneof(field, piece('\n', '\r\n', 'plain: x\n')), { maxLength: 12 }), (fields) => {
        const text = fields.join('');
        const wanted = slow(text);
        for (const octets of [placed(text), Buffer.from(text, 'latin1')]) {
          const block = readHeaderBlock(octets);
          expect({ bodyStart: block.bodyStart, ended: block.ended, own: block.own }).toEqual({
            bodyStart: wanted.bodyStart,
            ended: wanted.ended,
            own: wanted.own,
          });
          for (const [key] of wanted.fields) {
            const values = wanted.fields.filter(([other]) => other === key).map(([, value]) => value);
            expect(block.fields.get(key)).toBe(/^(?:x-)?status$/.test(key) ? values.join('') : values[0]);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('with more fields than one look finds is read to its end', () => {
    const text = `${'Status: R\nSubject: s\n'.repeat(500)}\nbody`;
    const { own, bodyStart, ended } = readHeaderBlock(Buffer.from(text));
    expect([own.length, bodyStart, ended]).toEqual([1000, text.length - 4, true]);
  });
});
