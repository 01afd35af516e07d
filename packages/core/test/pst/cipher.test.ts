import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCyclic, decodePermute } from '../../src/formats/pst/ndb/cipher.js';
import { CYCLIC_MIDDLE, PERMUTE_DECODE, PERMUTE_ENCODE } from '../../src/formats/pst/ndb/cipher-tables.js';

/** [MS-PST] 5.2 as it is written there, octet by octet. */
function cyclicByOctet(octets: Uint8Array, key: number): Uint8Array {
  let word = (key ^ (key >>> 16)) & 0xffff;
  return octets.map((octet) => {
    const low = word & 0xff;
    const high = word >>> 8;
    const first = PERMUTE_ENCODE[(octet + low) & 0xff] ?? 0;
    const second = CYCLIC_MIDDLE[(first + high) & 0xff] ?? 0;
    word = (word + 1) & 0xffff;
    return (PERMUTE_DECODE[(second - high) & 0xff] ?? 0) - low;
  });
}

const octets = fc
  .uint8Array({ maxLength: 300 })
  .chain((tail) => fc.constantFrom(0, 8176, 65_512, 65_536, 65_540).map((size) => withTail(size, tail)));

function withTail(size: number, tail: Uint8Array): Uint8Array {
  const all = new Uint8Array(size + tail.length);
  all.set(tail, size);
  return all;
}

describe('the ciphers of a PST', () => {
  it('have tables that are permutations', () => {
    for (const table of [PERMUTE_ENCODE, PERMUTE_DECODE, CYCLIC_MIDDLE]) {
      expect(new Set(table).size).toBe(256);
    }
    expect(CYCLIC_MIDDLE.every((to, from) => CYCLIC_MIDDLE[to] === from)).toBe(true);
  });

  it('decode PERMUTE as the table says, of any length', () => {
    fc.assert(
      fc.property(octets, (text) => {
        const expected = text.map((octet) => PERMUTE_DECODE[octet] ?? 0);
        expect(Buffer.compare(decodePermute(text), expected)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('decode CYCLIC as the specification says, and undo it by doing it again', () => {
    fc.assert(
      fc.property(octets, fc.integer({ min: 0, max: 0xffff_ffff }), (text, key) => {
        const encoded = decodeCyclic(text, key);
        expect(Buffer.compare(encoded, cyclicByOctet(text, key))).toBe(0);
        expect(Buffer.compare(decodeCyclic(encoded, key), text)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});
