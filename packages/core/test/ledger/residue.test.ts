import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeResidue, encodeResidue, RESIDUE_HEADER, type ResidueRecord } from '../../src/formats/ledger/residue.js';

const records = fc
  .record({
    source: fc.nat(1000),
    steps: fc.array(fc.tuple(fc.oneof(fc.nat(300), fc.nat({ max: 2 ** 40 })), fc.integer({ min: 1, max: 300 })), { maxLength: 30 }),
    fill: fc.nat(255),
  })
  .map(({ source, steps, fill }): ResidueRecord => {
    const ranges: number[] = [];
    let end = 0;
    let sum = 0;
    for (const [distance, length] of steps) {
      ranges.push(end + distance, length);
      end += distance + length;
      sum += length;
    }
    return { source, ranges, octets: new Uint8Array(sum).fill(fill) };
  });

const whole = (record: ResidueRecord | undefined) =>
  record === undefined ? undefined : { ...record, octets: Buffer.from(record.octets).toString('hex') };

describe('the residue', () => {
  it('comes back as it went in', () =>
    fc.assert(
      fc.property(fc.array(records, { maxLength: 4 }), (all) => {
        const file = Buffer.concat([Buffer.from(RESIDUE_HEADER), ...all.map(encodeResidue)]);
        let at = RESIDUE_HEADER.length;
        for (const record of all) {
          const decoded = decodeResidue(file, at);
          expect(whole(decoded?.record)).toEqual(whole(record));
          at = decoded?.next ?? -1;
        }
        expect(at).toBe(file.length);
        expect(decodeResidue(file, at)).toBeUndefined();
      }),
    ));

  it('that a crash cut off is no record', () =>
    fc.assert(
      fc.property(records, fc.nat(), (record, cut) => {
        const encoded = encodeResidue(record);
        expect(decodeResidue(encoded.subarray(0, cut % encoded.length), 0)).toBeUndefined();
      }),
    ));

  it('is read totally', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        decodeResidue(noise, 0);
        decodeResidue(Buffer.concat([Buffer.from(`{"source":0,"octets":5,"packed":${noise.length}}\n`), noise]), 0);
      }),
      { numRuns: 500 },
    ));
});
