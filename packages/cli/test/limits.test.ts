import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../src/exit-codes.js';
import { mboxOf, temporary } from './run-program.js';

const PROGRAM = fileURLToPath(new URL('../bin/mailferry.js', import.meta.url));

/** Runs the program as the last command of a shell, which sets what it runs under. */
function under(script: string, args: readonly string[], cwd: string): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync('sh', ['-c', `${script}; exec "$@"`, 'sh', process.execPath, PROGRAM, ...args], {
    cwd,
    encoding: 'utf8',
  });
  return { status, stderr };
}

describe('what the system refuses is said in words', () => {
  it('a limit of addresses', () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), mboxOf(1));
    const run = under('ulimit -v 4000000', ['convert', 'mbox', 'Maildir'], directory.path);
    expect([run.status, existsSync(directory.of('Maildir'))]).toEqual([EXIT.temporary, false]);
    expect(run.stderr).toMatch(/^error\[MEMORY_REFUSED\]: .*\n {2}note: .*\n {2}help: do not limit the address space \(ulimit -v\)/);
  });

  it('a limit of file sizes', () => {
    using directory = temporary();
    writeFileSync(directory.of('mbox'), `From a@example.org Sat Jan  3 01:05:34 1998\nSubject: long\n\n${'text\n'.repeat(400_000)}\n`);
    const run = under('ulimit -f 1024', ['convert', 'mbox', 'Maildir'], directory.path);
    expect(run.status).toBe(EXIT.io);
    expect(run.stderr).toContain('error[TARGET_EFBIG]: a file would be larger than');
    expect(run.stderr).toContain('ulimit -f');
  });

  it('a directory that was removed while one works in it', () => {
    using directory = temporary();
    const run = under('mkdir gone && cd gone && rmdir ../gone', ['verify', 'mbox', 'Maildir'], directory.path);
    expect(run.status).toBe(EXIT.io);
    expect(run.stderr).toContain('help: see which other program moved or removed it, or the directory that you work in');
    const batch = under('mkdir gone && cd gone && rmdir ../gone', ['batch', 'users.csv'], directory.path);
    expect([batch.status, batch.stderr]).toEqual([
      EXIT.usage,
      expect.stringContaining('the directory that you work in does not exist any more'),
    ]);
  });
});
