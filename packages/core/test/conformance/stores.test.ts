import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll } from 'vitest';
import { mergeStores, openStore } from '../../src/sources/index.js';
import { pstTruth, writePstSamples } from './pst-samples.js';
import { mboxOf, SAMPLES, truthOf, writeEml, writeMaildir, writeMboxTree, writeMh, writeTree } from './store-samples.js';
import { describeStore, type StoreSubject } from './stores.js';

const root = mkdtempSync(join(tmpdir(), 'mailferry-stores-'));
afterAll(() => rmSync(root, { recursive: true }));

const options = { fromTz: 'UTC' };
const INBOX = ['INBOX'];

/** A subject at a path below the root, written once. */
function at(name: string, write: (path: string) => void): () => Promise<StoreSubject> {
  const path = join(root, name);
  return async () => {
    write(path);
    return { sources: [path], open: () => openStore(path, options) };
  };
}

describeStore(
  'one mbox',
  at('mbox', (path) => writeFileSync(path, mboxOf(SAMPLES))),
  () => truthOf(SAMPLES, { folder: INBOX }),
);

describeStore(
  'one mbox with UIDs',
  at('mbox-uids', (path) => writeFileSync(path, mboxOf(SAMPLES, '1075713231 0000000099'))),
  () => truthOf(SAMPLES, { folder: INBOX, uids: true }),
);

describeStore('a tree of mboxes', at('tree', writeMboxTree), () => truthOf(SAMPLES));

describeStore(
  'an mbox compressed with gzip',
  at('mbox.gz', (path) => writeFileSync(path, gzipSync(mboxOf(SAMPLES)))),
  () => truthOf(SAMPLES, { folder: INBOX }),
);

describeStore(
  'an mbox of several gzip members',
  at('members.gz', (path) =>
    writeFileSync(path, Buffer.concat([gzipSync(mboxOf(SAMPLES.slice(0, 5))), gzipSync(mboxOf(SAMPLES.slice(5)))])),
  ),
  () => truthOf(SAMPLES, { folder: INBOX }),
);

describeStore(
  'an mbox on a pipe',
  async () => {
    const path = join(root, 'piped');
    writeFileSync(path, mboxOf(SAMPLES));
    return { sources: [path], open: () => openStore('-', { ...options, input: createReadStream(path) }) };
  },
  () => truthOf(SAMPLES, { folder: INBOX }),
);

describeStore(
  'a Maildir++',
  at('maildir', (path) => writeMaildir(path, 'maildir++')),
  () => truthOf(SAMPLES, { uids: true }),
);

describeStore(
  'a Maildir with LAYOUT=fs',
  at('maildir-fs', (path) => writeMaildir(path, 'fs')),
  () => truthOf(SAMPLES, { uids: true }),
);

describeStore(
  'a Maildir with commas for colons',
  at('maildir-comma', (path) => writeMaildir(path, 'maildir++', ',')),
  () => truthOf(SAMPLES, { uids: true }),
);

describeStore('MH', at('mh', writeMh), () => truthOf(SAMPLES));

describeStore('a directory of .eml', at('eml', writeEml), () => truthOf(SAMPLES, { flags: false }));

describeStore('a PST', at('mail.pst', writePstSamples), pstTruth);

describeStore(
  'two sources merged',
  async () => {
    const [inbox, tree] = [join(root, 'merge-inbox'), join(root, 'merge-tree')];
    const first = SAMPLES.filter(({ folder }) => folder[0] === 'INBOX');
    writeFileSync(inbox, mboxOf(first.slice(0, 4)));
    writeTree(tree, { INBOX: mboxOf(first.slice(4)), more: mboxOf(SAMPLES.filter(({ folder }) => folder[0] !== 'INBOX')) });
    const open = async () => mergeStores([await openStore(inbox, options), await openStore(tree, options)]);
    return { sources: [inbox, tree], open };
  },
  () => truthOf(SAMPLES).map((one) => (one.folder[0] === 'INBOX' ? one : { ...one, folder: ['more'] })),
);
