import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { lookAt, syncPath } from './control-file.js';
import { diskError, onDisk } from './disk-error.js';
import { namesIn } from './scan.js';

const run: (file: string, args: readonly string[], options: { env: NodeJS.ProcessEnv }) => Promise<unknown> = promisify(execFile);

/** Forces all that was written below a directory to the disk: syncfs by `sync -f`, since Node has no call for it. */
export async function syncFileSystem(directory: string, staged: readonly string[]): Promise<void> {
  for (const program of ['/usr/bin/sync', '/bin/sync']) {
    if (lookAt(program) !== undefined) {
      try {
        await run(program, ['-f', directory], { env: { ...process.env, LC_ALL: 'C' } });
        return;
      } catch (error) {
        // an old `sync` that has no -f: file by file, then
        if (!isAboutOption(error)) throw failedSync(error, directory);
      }
    }
  }
  onDisk(directory, () => {
    for (const path of staged) {
      for (const name of namesIn(path)) {
        syncPath(`${path}/${name}`);
      }
      syncPath(path);
    }
  });
}

function isAboutOption(error: unknown): boolean {
  return /invalid option|unrecognized option|usage:/i.test(saidBy(error));
}

function saidBy(error: unknown): string {
  return typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : '';
}

/** What `sync` says of a disk, by the words of the C library. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/No space left/i, 'ENOSPC'],
  [/quota exceeded/i, 'EDQUOT'],
  [/Read-only/i, 'EROFS'],
  [/Too many open files/i, 'EMFILE'],
];

function failedSync(error: unknown, directory: string): unknown {
  const said = saidBy(error);
  const code = WORDS.find(([words]) => words.test(said))?.[1] ?? 'EIO';
  return diskError(Object.assign(new Error(said.trim() || 'sync failed', { cause: error }), { code }), directory);
}
