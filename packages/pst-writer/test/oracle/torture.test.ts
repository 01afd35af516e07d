// What two other readers take out of the torture cases. Where one of them is known to be wrong, the cell says what it
// gives instead, so that a change of either side is seen.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TORTURE_CASES, writePstFile } from '../../src/index.js';
import { attachmentHashes } from '../attachment-hashes.js';
import { scratch } from '../scratch.js';
import { type Extract, hasOracle, runPffexport, runReadpst } from './oracle.js';

const directory = scratch();
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** How far a reader is from the truth: counts that it gives, and lists that are not compared. */
interface Cell {
  readonly messages?: number;
  readonly ignores?: readonly ('outer' | 'inner')[];
}

const READPST: Readonly<Record<string, Cell>> = {
  // Known bad: it does not follow an SIBLOCK.
  manyAttachments: { ignores: ['outer'] },
  // Known bad: it loses a mail whose BTH has two levels.
  manyProperties: { messages: 0 },
  // It reads the IPM subtree only.
  recoverableItems: { messages: 1 },
  // It keeps embedded messages inside their mail, and gives nothing of an OLE object.
  deepEmbedded: { ignores: ['inner'] },
  attachmentMethods: { ignores: ['outer'] },
  // It writes no lists, tasks and sticky notes, and no photo.
  items: { messages: 10, ignores: ['outer'] },
  // Neither the post nor what lies beside the IPM subtree; RTF becomes an attachment.
  oddMail: { messages: 18, ignores: ['outer'] },
};

const PFFEXPORT: Readonly<Record<string, Cell>> = {
  // It knows orphans as recovered items only.
  orphans: { messages: 20 },
  // Known bad: one property of an unknown type, and it drops the mail.
  unknownPropertyTypes: { messages: 1 },
  // Counted are its mails: it names items and meeting requests otherwise, and writes no posts.
  items: { messages: 0 },
  oddMail: { messages: 18 },
};

function compare(found: Extract, expected: Extract, cell: Cell): void {
  const ignores = new Set(cell.ignores ?? []);
  const shown = (extract: Extract): Partial<Extract> => ({
    ...(ignores.has('outer') ? {} : { outer: extract.outer.filter((hash) => hash !== EMPTY) }),
    ...(ignores.has('inner') ? {} : { inner: extract.inner }),
    messages: extract.messages,
  });
  expect(shown(found)).toEqual(shown({ ...expected, messages: cell.messages ?? expected.messages }));
}

describe.each(Object.entries(TORTURE_CASES))('%s', (name, make) => {
  const path = join(directory, `${name}.pst`);
  const spec = make();
  const { messages, embedded } = writePstFile(path, spec);
  const expected: Extract = { messages, embedded, ...attachmentHashes(make().folders) };

  test.skipIf(!hasOracle('readpst'))('readpst', () => {
    compare(runReadpst(path, directory), expected, READPST[name] ?? {});
  });

  test.skipIf(!hasOracle('pffexport'))('pffexport', () => {
    const found = runPffexport(path, directory);
    compare(found, expected, PFFEXPORT[name] ?? {});
    expect(found.embedded).toBe(embedded);
  });
});
