import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PstStore } from '../../src/formats/pst/messaging/store.js';
import type { RandomAccess } from '../../src/formats/pst/ndb/random-access.js';

/** Octets in memory as a file. */
export class MemoryAccess implements RandomAccess {
  readonly #octets: Uint8Array;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  get size(): number {
    return this.#octets.length;
  }

  readAt(offset: number, length: number): Uint8Array {
    return this.#octets.subarray(offset, offset + length);
  }
}

/** A PST that lies in memory, opened; 8-bit strings as Latin-1. */
export function openOctets(octets: Uint8Array): PstStore {
  return PstStore.open(new MemoryAccess(octets), 'test.pst', (text) => Buffer.from(text).toString('latin1'));
}

/** The folder of test data in the package pst-extractor. */
export const EXTRACTOR_DATA: string = join(
  dirname(createRequire(import.meta.url).resolve('pst-extractor/package.json')),
  'example/testdata',
);

/** enron.pst, an own copy. */
export function enron(): Uint8Array {
  return new Uint8Array(readFileSync(join(EXTRACTOR_DATA, 'enron.pst')));
}
