// Two readers that others wrote agree on what every form of file holds.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writePstFile } from '../../src/index.js';
import { FORMS, sampleHashes, samplePst } from '../sample-pst.js';
import { scratch } from '../scratch.js';
import { hasOracle, runPffexport, runReadpst } from './oracle.js';

const directory = scratch();
const { outer, inner } = sampleHashes();

describe.each(FORMS)('%s, %s, compressed %s', (variant, cipher, compress) => {
  const path = join(directory, `${variant}-${cipher}-${compress}.pst`);
  writePstFile(path, samplePst(variant, cipher, compress));

  // readpst reads the IPM subtree only, so not the message beside it, and keeps embedded messages inside their mail.
  test.skipIf(!hasOracle('readpst'))('readpst finds 103 messages and all their attachments', () => {
    expect(runReadpst(path, directory)).toEqual({ messages: 103, embedded: 0, outer, inner: [] });
  });

  // Known bad: pffexport does not undo a cipher where compressed blocks hang below an XBLOCK. No file of Outlook is both.
  const isKnownBad = compress && cipher !== 'none';

  test.skipIf(!hasOracle('pffexport'))('pffexport finds 104 messages, 20 embedded ones and all attachments', () => {
    const found = runPffexport(path, directory);
    expect({ ...found, outer: isKnownBad ? found.outer.length : found.outer }).toEqual({
      messages: 104,
      embedded: 20,
      outer: isKnownBad ? outer.length : outer,
      inner,
    });
  });
});
