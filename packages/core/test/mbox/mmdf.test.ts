import { describe, expect, it } from 'vitest';
import { recogniseMbox } from '../../src/formats/mbox/recognise.js';
import { readMbox, TINY } from './read-mbox.js';
import { tilesOf } from './tiles.js';

const SEPARATOR = '\x01\x01\x01\x01\n';
const text = (n: number) =>
  `Subject: ${n}\nFrom: ann@example.org\n\ntext ${n}\nFrom bob Sat Jan  3 10:00:00 2004\nSubject: quoted\n\nmore\n`;
const mail = (n: number) => `${SEPARATOR}${n % 2 === 0 ? `From ann@example.org Sat Jan  3 10:00:0${n} 2004\n` : ''}${text(n)}${SEPARATOR}`;
const WHOLE = [1, 2, 3, 4].map(mail).join('');

const withCrlf = (octets: string) => octets.replaceAll('\n', '\r\n');

describe.each([
  ['LF', (octets: string) => octets],
  ['CR LF', withCrlf],
])('MMDF with %s', (_, ended) => {
  const read = (octets: string, tiny = false) => {
    const file = Buffer.from(ended(octets), 'latin1');
    expect(recogniseMbox(file)?.dialect).toBe('mmdf');
    const mbox = readMbox(file, tiny ? TINY : {});
    expect(tilesOf(mbox)).toBe(file.length);
    return mbox;
  };
  const contents = (octets: string, tiny: boolean) => read(octets, tiny).messages.map((message) => message.octets.toString('latin1'));

  it.each([false, true])('has messages with a From_ line and without, and text that looks like one (tiny windows: %s)', (tiny) => {
    expect(contents(WHOLE, tiny)).toEqual([1, 2, 3, 4].map((n) => ended(text(n))));
  });

  it.each([
    ['is lost', WHOLE.slice(SEPARATOR.length), [1, 2, 3, 4]],
    ['is damaged', `\x01\x01\x01\x02${WHOLE.slice(4)}`, [2, 3, 4]],
    ['and a part of the first message are lost', WHOLE.slice(60), [2, 3, 4]],
    [
      'and all before a text that looks like a From_ line are lost',
      `From bob Sat Jan  3 10:00:00 2004\nand so on\n${WHOLE.slice(WHOLE.indexOf(SEPARATOR, 1))}`,
      [2, 3, 4],
    ],
    ['of a message inside is lost', mail(1) + text(2) + SEPARATOR + mail(3), [1, 2, 3]],
  ])('keeps all that is whole where the separator %s', (_what, octets, whole) => {
    for (const tiny of [false, true]) expect(contents(octets, tiny)).toEqual(expect.arrayContaining(whole.map((n) => ended(text(n)))));
  });

  it('says what became of a head without its separator', () => {
    const codes = (octets: string) => {
      const { file, messages } = read(octets);
      return [...messages.flatMap(({ issues }) => issues), ...file.issues].map(({ code }) => code);
    };
    expect(codes(WHOLE.slice(SEPARATOR.length))).toContain('MBOX_FROM_LINE_MISSING');
    expect(codes(WHOLE.slice(60))).toContain('MBOX_GARBAGE');
  });
});

it('is no MMDF what a sender wrote into a message of an mbox', () => {
  const message = (body: string) => `From ann@example.org Sat Jan  3 10:00:00 2004\nSubject: x\nFrom: ann@example.org\n\n${body}\n`;
  const octets = message(`${mail(1)}${mail(2)}`) + message('b\n') + message('c\n');
  expect(recogniseMbox(Buffer.from(octets, 'latin1'))?.dialect).toBe('mbox');
  expect(readMbox(octets).messages.length).toBeGreaterThanOrEqual(3);
});
