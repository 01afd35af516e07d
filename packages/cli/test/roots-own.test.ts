import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { foreignEntry } from '../src/owner/roots-own.js';

const fault = vi.hoisted(() => ({ code: undefined as string | undefined }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return {
    ...fs,
    realpathSync: (path: string) => {
      const { code } = fault;
      fault.code = undefined;
      if (code !== undefined) throw Object.assign(new Error(`${code}: realpath`), { code });
      return fs.realpathSync(path);
    },
  };
});

describe('whose a path is', () => {
  const directory = mkdtempSync(join(tmpdir(), 'roots-own-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const own = new Set([process.getuid?.() ?? 0, 0]);

  it('is not guessed when the disk fails once while a link is followed', () => {
    fault.code = 'EIO';
    expect(() => foreignEntry(join(directory, 'x'), own)).toThrow('EIO');
    expect(foreignEntry(join(directory, 'x'), own)).toBeUndefined();
  });

  it('is that of where it would be made, while it is not there', () => {
    fault.code = 'ENOENT';
    expect(foreignEntry(join(directory, 'not', 'there'), own)).toBeUndefined();
  });

  it('is not known of links in a circle', () => {
    symlinkSync('b', join(directory, 'a'));
    symlinkSync('a', join(directory, 'b'));
    expect(() => foreignEntry(join(directory, 'a'), own)).toThrow('ELOOP');
  });
});
