import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type OpenOptions, openMbox, openPst, openStore } from '../../src/sources/index.js';
import { mboxOf, SAMPLES, writeTree } from '../conformance/store-samples.js';

const directory = mkdtempSync(join(tmpdir(), 'mailferry-options-'));
afterAll(() => rmSync(directory, { recursive: true }));
writeTree(directory, { mbox: mboxOf(SAMPLES.slice(0, 1)) });
const mbox = join(directory, 'mbox');

test.each<[OpenOptions, string]>([
  [{ fromTz: 'Mars/Olympus' }, 'USAGE'],
  [{ codePage: 12 }, 'USAGE'],
  [{ pop3Uidl: 'always the same' }, 'POP3_UIDL_FORMAT'],
])('%o is refused before anything is read', async (options, code) => {
  const refusal = { name: 'UsageError', code, help: expect.any(String) };
  await expect(openStore(mbox, options)).rejects.toMatchObject(refusal);
  await expect(openMbox(mbox, options)).rejects.toMatchObject(refusal);
  await expect(openPst(join(directory, 'absent.pst'), options)).rejects.toMatchObject(refusal);
});

test('what is known is taken', async () => {
  for (const options of [{ fromTz: 'Europe/Berlin' }, { fromTz: 'UTC' }, { fromTz: 'local' }, { codePage: 932 }, { pop3Uidl: '%u-%v' }]) {
    await using store = await openStore(mbox, options);
    expect(store.format).toBe('mbox');
  }
});
