import { expect, it } from 'vitest';
import { mutants } from '../../../../scripts/mbox-mutants/mutate.mjs';
import { readMbox, TINY } from './read-mbox.js';
import { tilesOf } from './tiles.js';

it('reads 300 damaged files without a crash, and accounts for every octet', () => {
  for (const { name, octets } of mutants(300, 2)) {
    expect(tilesOf(readMbox(octets)), name).toBe(octets.length);
    expect(tilesOf(readMbox(octets, TINY)), name).toBe(octets.length);
  }
});
