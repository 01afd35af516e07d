import { TORTURE_CASES } from '@mailferry/pst-writer';
import { describe, expect, it } from 'vitest';
import { MUTATION_KINDS, mutate } from '../../../../scripts/pst-mutants/mutate.mjs';
import { PstStore } from '../../src/formats/pst/messaging/store.js';
import type { RandomAccess } from '../../src/formats/pst/ndb/random-access.js';
import { countObjects } from './count-objects.js';
import { madePst } from './made-pst.js';
import { enron, MemoryAccess } from './memory-access.js';

/** Counts what is read, so that bounded work can be stated without a clock. */
class CountingAccess implements RandomAccess {
  readonly #inner: MemoryAccess;
  octetsRead = 0;

  constructor(octets: Uint8Array) {
    this.#inner = new MemoryAccess(octets);
  }

  get size(): number {
    return this.#inner.size;
  }

  readAt(offset: number, length: number): Uint8Array {
    const octets = this.#inner.readAt(offset, length);
    this.octetsRead += octets.length;
    return octets;
  }
}

const MUTANTS_PER_FILE = 30;

const files: readonly (readonly [string, () => Uint8Array])[] = [
  ...(['unicode', 'ansi'] as const).flatMap((variant) =>
    ['orphans', 'deepEmbedded'].map(
      (name) => [`${name}, ${variant}`, () => madePst({ ...(TORTURE_CASES[name]?.() ?? { folders: [] }), variant }).octets] as const,
    ),
  ),
  ['orphans, ost4k', () => madePst({ ...(TORTURE_CASES['orphans']?.() ?? { folders: [] }), variant: 'ost4k', compress: true }).octets],
  ['enron.pst', enron],
];

describe('mutants of every kind are read to the end', () => {
  it.each(files)('%s', (_name, make) => {
    const octets = make();
    const kinds = new Set<string>();
    for (let seed = 1; seed <= MUTANTS_PER_FILE; seed += 1) {
      kinds.add(MUTATION_KINDS[seed % MUTATION_KINDS.length] ?? '');
      const access = new CountingAccess(mutate(octets, seed));
      const store = PstStore.open(access, 'mutant.pst', (text) => Buffer.from(text).toString('latin1'));
      const counts = countObjects(store);
      expect(counts.messages + counts.failed, `seed ${seed}`).toBe(store.index.expected);
      expect(access.octetsRead, `seed ${seed}`).toBeLessThan(20 * octets.length + 50_000_000);
    }
    expect(kinds.size).toBe(MUTATION_KINDS.length);
  });
});
