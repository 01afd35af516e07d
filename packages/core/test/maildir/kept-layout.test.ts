import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type MaildirTargetOptions, maildirTarget, openStore, transfer } from '../../src/index.js';
import { mboxOf, SAMPLES, writeTree } from '../conformance/store-samples.js';

const directory = mkdtempSync(join(tmpdir(), 'mailferry-layout-'));
afterAll(() => rmSync(directory, { recursive: true }));
writeTree(directory, { 'mail/harbour/north': mboxOf(SAMPLES.slice(0, 3)) });

async function convert(
  root: string,
  options: MaildirTargetOptions,
): Promise<{ written: number; alreadyPresent: number; filtered: number }> {
  await using source = await openStore(join(directory, 'mail'));
  await using target = await maildirTarget(root, { fsync: 'none', ...options });
  const { written, alreadyPresent, filtered } = (await transfer(source, target)).totals;
  return { written, alreadyPresent, filtered };
}

describe('a Maildir that an earlier run wrote', () => {
  it('keeps its layout and its separator when a later run names none', async () => {
    const root = join(directory, 'kept');
    expect(await convert(root, { layout: 'fs', nameSeparator: ';' })).toEqual({ written: 3, alreadyPresent: 0, filtered: 0 });
    writeTree(directory, { 'mail/harbour/south': mboxOf(SAMPLES.slice(3, 4)) });
    expect(await convert(root, {})).toEqual({ written: 1, alreadyPresent: 3, filtered: 0 });
    expect([existsSync(join(root, 'harbour/south/cur')), existsSync(join(root, '.harbour.south'))]).toEqual([true, false]);
  });

  it('is not written in the other layout: its folders would count as removed by the user', async () => {
    const root = join(directory, 'other');
    await convert(root, {});
    await expect(maildirTarget(root, { layout: 'fs' })).rejects.toMatchObject({
      name: 'TargetError',
      code: 'TARGET_LAYOUT',
      where: { path: root },
    });
    expect(await convert(root, { layout: 'maildir++' })).toMatchObject({ written: 0, filtered: 0 });
  });
});
