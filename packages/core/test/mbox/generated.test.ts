import { Readable } from 'node:stream';
import { mboxReader } from 'mbox-reader';
import { describe, expect, it } from 'vitest';
import { generateMbox } from '../../../../scripts/generate-mbox.mjs';
import { type ReadMbox, readMbox, TINY } from './read-mbox.js';

const truthOf = ({ messages }: ReadMbox) =>
  messages.map(({ uid, flags, internalDate, content, sha256 }) => ({
    ...{ uid, flags: [...flags].filter((flag) => flag.startsWith('\\')).sort() },
    ...{ keywords: [...flags].filter((flag) => !flag.startsWith('\\')).sort() },
    ...{ date: new Date(internalDate).toISOString(), size: content.size, sha256 },
  }));

describe('6,000 generated messages', () => {
  const { octets, truth, uidValidity, uidNext, keywords } = generateMbox();
  const read = readMbox(octets);

  it('are all there, with flags, keywords, UIDs, dates and octets, and none is invented', () => {
    expect(read.messages.length).toBe(6000);
    expect(truthOf(read)).toEqual(truth);
    expect(read.file).toMatchObject({ uidValidity, uidNext, keywords, issues: [], regions: [] });
  });

  it('name each of the 62 lines that look like a From_ line', () => {
    const doubtful = read.messages.filter(({ issues }) => issues.some(({ code }) => code === 'MBOX_FROM_LINE_AMBIGUOUS'));
    expect(doubtful.length).toBe(62);
    const codes = new Set(read.messages.flatMap(({ issues }) => issues.map(({ code }) => code)));
    expect([...codes]).toEqual(['MBOX_FROM_LINE_AMBIGUOUS']);
  });

  it('are more in the eyes of mbox-reader, which also changes the quoted ones', async () => {
    const chunks = Array.from({ length: Math.ceil(octets.length / 65_536) }, (_, i) => octets.subarray(i * 65_536, (i + 1) * 65_536));
    const quoted = octets.toString('latin1').split('\n>From the desk').length - 1;
    let [count, unquoted] = [0, 0];
    for await (const { content } of mboxReader(Readable.from(chunks))) {
      count += 1;
      if (content.includes('\nFrom the desk')) unquoted += 1;
    }
    expect({ invented: count - 6000, unquoted }).toEqual({ invented: 62, unquoted: quoted });
  });
});

describe('other seeds', () => {
  it.each([2, 3, 4])('seed %i, as CRLF and through tiny windows', (seed) => {
    const lf = generateMbox({ count: 300, seed });
    const crlf = generateMbox({ count: 300, seed, crlf: true });
    expect(truthOf(readMbox(crlf.octets))).toEqual(crlf.truth);
    expect(truthOf(readMbox(lf.octets, { ...TINY, window: { windowSize: 65_536, readSize: 997 } }))).toEqual(lf.truth);
  });
});
