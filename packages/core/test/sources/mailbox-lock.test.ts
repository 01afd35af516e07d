import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LOCK_HOLDERS, lockMailbox } from '../../src/sources/mailbox-lock.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  path = join(folder, 'inbox');
  writeFileSync(path, 'From ann@example.org Sat Jan  3 01:05:34 1998\n\nhello\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What another program finds when it wants to write (or to read). */
function anotherProgram(kind: 'EX' | 'SH'): 'free' | 'locked' {
  const script = `import fcntl,sys\nf=open(sys.argv[1],'r+')\ntry: fcntl.lockf(f,fcntl.LOCK_${kind}|fcntl.LOCK_NB)\nexcept OSError: sys.exit(1)`;
  return spawnSync('python3', ['-c', script, path]).status === 0 ? 'free' : 'locked';
}

describe('lockMailbox', () => {
  it.each(LOCK_HOLDERS.map((holder) => [holder[0], holder] as const))(
    'held by %s keeps writers out and lets readers in, until it is released',
    async (_, holder) => {
      expect(anotherProgram('EX')).toBe('free');
      {
        await using lock = await lockMailbox(path, { holders: [holder] });
        expect(lock.dotlock).toBe(true);
        expect(readFileSync(`${path}.lock`, 'utf8')).toBe(`${process.pid}:${hostname()}`);
        expect(anotherProgram('EX')).toBe('locked');
        expect(anotherProgram('SH')).toBe('free');
      }
      expect(anotherProgram('EX')).toBe('free');
      expect(readdirSync(folder)).toEqual(['inbox']);
    },
  );

  it('leaves the mailbox as it is', async () => {
    const before = readFileSync(path);
    await using _ = await lockMailbox(path);
    expect(readFileSync(path)).toEqual(before);
  });

  it('says who is in the way', async () => {
    await using _ = await lockMailbox(path);
    await expect(lockMailbox(path, { timeoutMs: 300 })).rejects.toMatchObject({ code: 'SOURCE_LOCKED', retryable: true });
  });

  it('breaks the dotlock of a process that is no more, and no other', async () => {
    const { pid } = spawnSync('true');
    writeFileSync(`${path}.lock`, `${pid}:${hostname()}`);
    {
      await using lock = await lockMailbox(path, { timeoutMs: 3000 });
      expect(lock.dotlock).toBe(true);
    }
    writeFileSync(`${path}.lock`, '1:elsewhere.example.org');
    await expect(lockMailbox(path, { timeoutMs: 300 })).rejects.toMatchObject({ code: 'SOURCE_LOCKED' });
    expect(existsSync(`${path}.lock`)).toBe(true);
  });

  it('is a clear error where nothing can hold an fcntl lock', async () => {
    await expect(lockMailbox(path, { holders: [['no-such-program-here']] })).rejects.toMatchObject({ code: 'LOCK_UNAVAILABLE' });
    expect(readdirSync(folder)).toEqual(['inbox']);
  });
});
