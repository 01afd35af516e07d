import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestCrlf } from '../../src/formats/content/digest.js';
import { kernelMemory, SCRATCH as SLICE } from '../../src/formats/content/kernel-memory.js';
import { crlfSize, toCrlf } from '../../src/formats/content/line-ends.js';

/** The rule said again, slowly. */
const slow = (text: string) => text.replaceAll(/(?<!\r)\n/gu, '\r\n');
const textOf = fc.string({ unit: fc.constantFrom('\r', '\n', 'a', 'ü', ' ', '\0'), maxLength: 200 });

function chop(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const parts: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    parts.push(bytes.subarray(at, at + size));
    at += size;
  }
  return [...parts, bytes.subarray(at)];
}

describe('line ends', () => {
  it('become CRLF whatever the parts are', () => {
    fc.assert(
      fc.property(textOf, fc.array(fc.nat(40), { maxLength: 12 }), (text, sizes) => {
        const parts = chop(Buffer.from(text), sizes);
        const wanted = Buffer.from(slow(text));
        expect(Buffer.from(toCrlf(parts))).toEqual(wanted);
        expect(crlfSize(parts)).toBe(wanted.length);
        expect(digestCrlf(parts)).toEqual({ sha256: createHash('sha256').update(wanted).digest('hex'), crlfSize: wanted.length });
      }),
      { numRuns: 500 },
    );
  });

  it('become CRLF where they lie, if the kernel sees the octets, whatever lies before them', () => {
    const buffer = kernelMemory.slot(0) ?? expect.fail('no slot');
    fc.assert(
      fc.property(textOf, fc.array(fc.nat(40), { maxLength: 12 }), fc.constantFrom('\r', '\n', 'a'), (text, sizes, junk) => {
        let at = 1;
        const parts = chop(Buffer.from(text), sizes).map((part) => {
          buffer[at - 1] = junk.charCodeAt(0);
          buffer.set(part, at);
          at += part.length + 1;
          return buffer.subarray(at - part.length - 1, at - 1);
        });
        const wanted = Buffer.from(slow(text));
        expect(Buffer.from(toCrlf(parts))).toEqual(wanted);
        expect(crlfSize(parts)).toBe(wanted.length);
        expect(digestCrlf(parts).sha256).toBe(createHash('sha256').update(wanted).digest('hex'));
      }),
      { numRuns: 500 },
    );
  });

  it.each([SLICE - 1, SLICE, SLICE + 1, 2 * SLICE, 3 * SLICE + 17])('survive the slices of %i octets', (length) => {
    for (const fill of ['\n', 'x', 'line\n', '\r\n']) {
      const text = fill.repeat(Math.ceil(length / fill.length)).slice(0, length);
      const wanted = Buffer.from(slow(text));
      expect(Buffer.from(toCrlf([Buffer.from(text)])).equals(wanted)).toBe(true);
      expect(digestCrlf([Buffer.from(text)]).sha256).toBe(createHash('sha256').update(wanted).digest('hex'));
    }
  });

  it('of nothing are nothing', () => {
    expect(crlfSize([])).toBe(0);
    expect(digestCrlf([])).toEqual({ sha256: createHash('sha256').digest('hex'), crlfSize: 0 });
  });
});
