import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WordTable } from '../../src/formats/content/word-table.js';

/** Words that look like those of a hash (the finalizer of MurmurHash3). */
function wordsOf(i: number): [number, number, number] {
  const mixed = (n: number): number => {
    const x = Math.imul(n ^ (n >>> 16), 0x85eb_ca6b);
    const y = Math.imul(x ^ (x >>> 13), 0xc2b2_ae35);
    return (y ^ (y >>> 16)) >>> 0;
  };
  return [mixed(3 * i + 1), mixed(3 * i + 2), mixed(3 * i + 3) || 1];
}

describe('WordTable', () => {
  it('is a map', () => {
    const word = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 0xffff_ffff }));
    const operation = fc.tuple(word, word, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 0xffff_ffff }));
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 300 }), (operations) => {
        const [table, map] = [new WordTable(3, true), new Map<string, number>()];
        for (const [a, b, c, value] of operations) {
          const key = `${a} ${b} ${c}`;
          expect(table.seek(a, b, c)).toBe(map.has(key));
          if (map.has(key)) expect(table.value).toBe(map.get(key));
          table.put(value);
          map.set(key, value);
        }
        expect(table.size).toBe(map.size);
      }),
    );
  });

  it.each([
    [2, false],
    [2, true],
    [3, false],
    [3, true],
  ] as const)('keeps everything while its shards grow: %i words, values %s', (words, hasValues) => {
    const table = new WordTable(words, hasValues);
    const count = 60_000;
    for (let i = 0; i < count; i += 1) {
      expect(table.seek(...wordsOf(i))).toBe(false);
      table.put(i);
    }
    let wrong = 0;
    for (let i = 0; i < count; i += 1) {
      if (!table.seek(...wordsOf(i)) || (hasValues && table.value !== i)) wrong += 1;
      if (table.seek(...wordsOf(i + count))) wrong += 1;
    }
    expect(wrong).toBe(0);
    expect(table.size).toBe(count);
  });

  it('is two thirds full at least once it is large', () => {
    const table = new WordTable(3, true);
    for (let i = 0; i < 200_000; i += 1) {
      table.seek(...wordsOf(i));
      table.put(i);
      if (i > 20_000 && i % 1000 === 0) expect(table.octets / (16 * i)).toBeLessThan(1.55);
    }
  });

  it('holds keys that all fall into one shard', () => {
    const table = new WordTable(2, false);
    for (let i = 0; i < 20_000; i += 1) {
      table.seek(Math.imul(i, 64 * 3001), 64);
      table.put();
    }
    expect(table.size).toBe(20_000);
    expect(table.seek(64 * 3001 * 19_999, 64)).toBe(true);
  });

  it('tells keys apart that differ in one word', () => {
    const table = new WordTable(3, true);
    const [a, b] = wordsOf(1);
    for (let c = 1; c <= 5000; c += 1) {
      table.seek(a, b, c);
      table.put(c);
    }
    const hash = createHash('sha256').update('other').digest();
    expect(table.seek(hash.readUInt32LE(0), b, 17)).toBe(false);
    expect(table.seek(a, b, 4999) && table.value).toBe(4999);
  });
});
