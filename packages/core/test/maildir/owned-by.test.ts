// In a directory where everybody can make something, somebody else may be there before the target is made.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maildirTarget, openMbox, transfer } from '../../src/index.js';

let home: string;
let root: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'owned-by-'));
  root = join(home, 'Maildir');
  writeFileSync(join(home, 'mbox'), 'From ann@example.org Thu Jan  1 12:00:00 2004\nSubject: 1\n\nBerth 1\n\n');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const me = process.getuid?.() ?? 0;

async function convert(ownedBy: number): Promise<number> {
  await using store = await openMbox(join(home, 'mbox'), { fromTz: 'UTC' });
  await using target = await maildirTarget(root, { fsync: 'none', lanes: 0, ownedBy });
  return (await transfer(store, target)).totals.written;
}

describe('a Maildir that one user has to own', () => {
  it('is not written where it is of somebody else', async () => {
    mkdirSync(root);
    await expect(convert(me + 1)).rejects.toMatchObject({ code: 'TARGET_OWNER', where: { path: root } });
    expect(readdirSync(root)).toEqual([]);
  });

  it('is not made where somebody else has made what is built beside it, and that is not removed', async () => {
    const aside = `${root}.mailferry-new`;
    mkdirSync(join(aside, 'theirs'), { recursive: true });
    await expect(convert(me + 1)).rejects.toMatchObject({ code: 'TARGET_OWNER', where: { path: aside } });
    expect([readdirSync(aside), existsSync(root)]).toEqual([['theirs'], false]);
  });

  it('is made, and written again, by its owner, also after a run that left something beside it', async () => {
    mkdirSync(join(`${root}.mailferry-new`, 'ours'), { recursive: true });
    expect([await convert(me), await convert(me)]).toEqual([1, 0]);
  });
});
