// What the writer says it wrote, and that the structure of each case holds, in one form of each variant.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type Cipher,
  checkPst,
  crowdedFolder,
  KINDS,
  TORTURE_CASES,
  type VariantName,
  type WrittenPst,
  writePstFile,
} from '../../src/index.js';
import { scratch } from '../scratch.js';

const directory = scratch();

const COUNTS: Readonly<Record<string, Partial<WrittenPst>>> = {
  manyRecipients: { messages: 1, attachments: 0 },
  manyAttachments: { messages: 1, attachments: 600 },
  manyProperties: { messages: 1 },
  attachmentsLikeZlib: { messages: 1, attachments: 3 },
  crowdedFolder: { messages: 2000 },
  string8WithoutCodePage: { messages: 1 },
  orphans: { messages: 50, orphans: 30 },
  unknownPropertyTypes: { messages: 2 },
  localisedSpecialFolders: { messages: 11, folders: 19 },
  recoverableItems: { messages: 5 },
  deepFolders: { messages: 1, folders: 63 },
  deepEmbedded: { messages: 1, embedded: 12, attachments: 25 },
  attachmentMethods: { messages: 1, embedded: 1, attachments: 9, attachmentBytes: 9_000_009 },
  largeValues: { messages: 3 },
  items: { messages: 14, attachments: 1 },
  oddMail: { messages: 20, attachments: 2, associated: 1 },
};

const FORMS: readonly (readonly [VariantName, Cipher, boolean])[] = [
  ['unicode', 'permute', false],
  ['ansi', 'cyclic', false],
  ['ost4k', 'none', true],
];

describe.each(Object.entries(TORTURE_CASES))('%s', (name, make) => {
  test.each(FORMS)('as %s, %s, compressed %s', (variant, cipher, compress) => {
    const path = join(directory, 'case.pst');
    const written = writePstFile(path, { variant, cipher, compress, ...make() });
    const expected = COUNTS[name] ?? {};
    const extraOstFolder = variant === 'ost4k' ? 1 : 0;
    const folders = expected.folders === undefined ? {} : { folders: expected.folders + extraOstFolder };
    expect(written).toMatchObject({ ...expected, ...folders });
    const check = checkPst(path);
    expect(check.problems).toEqual([]);
    expect(check.messages).toBe(written.messages);
  });
});

test('every case has its counts here', () => {
  expect(Object.keys(COUNTS)).toEqual(Object.keys(TORTURE_CASES));
});

test('60,000 mails in one folder', () => {
  const path = join(directory, 'crowd.pst');
  expect(writePstFile(path, crowdedFolder(60_000)).messages).toBe(60_000);
  expect(checkPst(path)).toMatchObject({ messages: 60_000, problems: [] });
}, 300_000);

test('all cases in one file', () => {
  const path = join(directory, 'torture.pst');
  const written = writePstFile(path, (KINDS['torture'] as (seed: number) => Parameters<typeof writePstFile>[1])(1));
  expect(checkPst(path)).toMatchObject({ messages: written.messages, problems: [] });
});
