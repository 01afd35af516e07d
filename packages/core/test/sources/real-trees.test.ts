// Trees built from real files, where the corpus lies beside the project.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { openStore } from '../../src/sources/index.js';
import { collect } from './collect.js';

const corpus = fileURLToPath(new URL('../../../../../shared/corpus/mbox', import.meta.url));
if (!existsSync(corpus)) process.stderr.write('SKIPPED: the corpus ../shared/corpus/mbox is not here, so no tree of real files was read\n');

describe.skipIf(!existsSync(corpus))('real files', () => {
  const root = mkdtempSync(join(tmpdir(), 'mailferry-real-'));
  afterAll(() => rmSync(root, { recursive: true }));

  const lay = (tree: string, files: Readonly<Record<string, string>>): string => {
    for (const [path, name] of Object.entries(files)) {
      mkdirSync(join(root, tree, path, '..'), { recursive: true });
      copyFileSync(join(corpus, name), join(root, tree, path));
    }
    return join(root, tree);
  };

  test('a Mailman archive, plain and compressed, in the order of time', async () => {
    const tree = lay('pipermail', {
      '2001-July.txt': 'twisted__pipermail__twisted-python-2001-July.txt',
      '2001-August.txt': 'twisted__pipermail__twisted-python-2001-August.txt',
      '1999-August.txt.gz': 'twisted__pipermail__divunal-author-1999-August.txt.gz',
    });
    const lines = (octets: Buffer) => octets.toString('latin1').match(/^From \S+.* \d\d:\d\d:\d\d .*\d{4}.*$/gm)?.length ?? 0;
    await using store = await openStore(tree, { fromTz: 'UTC' });
    const messages = await collect(store.messages());
    expect((await collect(store.folders())).map(({ path }) => path)).toEqual([['INBOX']]);
    expect(messages).toHaveLength(
      lines(readFileSync(join(tree, '2001-July.txt'))) +
        lines(readFileSync(join(tree, '2001-August.txt'))) +
        lines(gunzipSync(readFileSync(join(tree, '1999-August.txt.gz')))),
    );
    const months = messages.map(({ internalDate }) => new Date(internalDate).toISOString().slice(0, 7));
    expect(months).toEqual([...months].sort());
  });

  test("Apple Mail's .emlx files", async () => {
    const names = readdirSync(corpus).filter((name) => name.endsWith('.emlx'));
    const tree = lay(
      'apple',
      Object.fromEntries(names.map((name) => [`INBOX.mbox/Messages/${name.slice(name.lastIndexOf('-') + 1)}`, name])),
    );
    await using store = await openStore(tree);
    const messages = await collect(store.messages());
    expect(messages.map(({ folder, failure }) => [folder, failure])).toEqual(names.map(() => [['INBOX'], undefined]));
    for (const { content } of messages) expect(Buffer.from(content.bytes()).toString('latin1')).not.toMatch(/<\/plist>\s*$/);
  });

  test("Thunderbird's indexes name the folders", async () => {
    const mbox = 'aspose-email__Aspose.Email-for-.NET__Examples-Data-Thunderbird-ExampleMbox.mbox';
    const tree = lay('thunderbird', {
      'Mail/Local Folders/a1b2c3d4': mbox,
      'Mail/Local Folders/a1b2c3d4.msf': 'mozilla__releases-comm-central__mailnews-local-test-unit-data-hashedFolder.msf',
      'Mail/Local Folders/Drafts-1': mbox,
      'Mail/Local Folders/Drafts-1.msf': 'mozilla__releases-comm-central__mailnews-base-test-unit-data-frenchDrafts.msf',
    });
    await using store = await openStore(tree);
    const folders = await collect(store.folders());
    expect(folders.map(({ path, specialUse }) => [path, specialUse])).toEqual([
      [['Brouillons'], '\\Drafts'],
      [['test τ'], undefined],
    ]);
  });

  test('every real mbox says the same alone, compressed, and in a tree', async () => {
    const told = async (path: string) => {
      await using store = await openStore(path, { fromTz: 'UTC' });
      return (await collect(store.messages())).map(({ identity, internalDate, flags }) => [identity, internalDate, [...flags]]);
    };
    const names = readdirSync(corpus).filter((name) => /\.mbox$|mboxes-testmbox$/.test(name));
    let read = 0;
    for (const [index, name] of names.entries()) {
      const path = join(corpus, name);
      const alone = await told(path).catch((error: unknown) => String(error));
      if (typeof alone === 'string') continue;
      const packed = join(root, `packed-${index}`);
      writeFileSync(packed, gzipSync(readFileSync(path)));
      expect(await told(packed), name).toEqual(alone);
      const tree = lay(`tree-${index}`, { 'a/b/folder': name });
      const inTree = await told(tree);
      expect(inTree, name).toEqual(alone);
      read += alone.length;
    }
    expect(read).toBeGreaterThan(150);
  });
});
