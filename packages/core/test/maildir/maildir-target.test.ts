import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type MaildirTargetOptions, maildirTarget } from '../../src/index.js';
import { describeTarget, type TargetSubject } from '../conformance/targets.js';
import { readMaildir } from './read-maildir.js';

function subject(options: MaildirTargetOptions, rename: Readonly<Record<string, string>> = {}): () => Promise<TargetSubject> {
  return async () => {
    const home = mkdtempSync(join(tmpdir(), 'mailferry-maildir-'));
    const root = join(home, 'Maildir');
    return {
      open: () => maildirTarget(root, options),
      found: async () =>
        readMaildir(root, options.layout).map(({ folder, sha256, flags, internalDate }) => ({
          folder: folder.map((name) => rename[name] ?? name),
          sha256,
          flags,
          internalDate,
        })),
      close: async () => rmSync(home, { recursive: true }),
    };
  };
}

describe('maildir target, Maildir++', () => {
  describeTarget(subject({ fsync: 'none' }, { a_b: 'a.b' }));
});

describe('maildir target, LAYOUT=fs, everything synced, another separator', () => {
  describeTarget(subject({ layout: 'fs', nameSeparator: ';', fsync: 'message' }));
});

describe('maildir target, UTF-8 names', () => {
  describeTarget(subject({ utf8Names: true }, { a_b: 'a.b' }));
});

describe('a Maildir where no directory is yet', () => {
  it.each([['INBOX'], ['Archive']])('is made with what leads to it, its first folder being %s', async (name) => {
    const home = mkdtempSync(join(tmpdir(), 'mailferry-maildir-'));
    const root = join(home, 'of', 'ann', 'Maildir');
    const target = await maildirTarget(root, { fsync: 'none' });
    await target.createFolder({ path: [name] });
    await target.commit();
    await target[Symbol.asyncDispose]();
    expect(statSync(join(root, 'new')).isDirectory()).toBe(true);
    rmSync(home, { recursive: true });
  });
});

it('a path that is empty does not mean the current directory', async () => {
  await expect(maildirTarget('')).rejects.toMatchObject({ name: 'UsageError', code: 'USAGE' });
});
