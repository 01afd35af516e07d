import { execFile } from 'node:child_process';
import { lookAt, syncPath } from './control-file.js';
import { diskError, onDisk } from './disk-error.js';
import { namesIn } from './scan.js';

/** So many staged files are synced one by one: that is less work than a process, and others' writes need not be waited for. */
const FEW = 8;

/** Forces all that was written below a directory to the disk: syncfs by `sync -f`, since Node has no call for it. */
export async function syncFileSystem(directory: string, staged: readonly string[]): Promise<void> {
  if (onDisk(directory, () => areFew(staged))) {
    syncEach(directory, staged);
    return;
  }
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
  syncEach(directory, staged);
}

function run(program: string, args: readonly string[], options: { env: NodeJS.ProcessEnv }): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, _stdout, stderr) => (error === null ? resolve() : reject(Object.assign(error, { stderr }))));
  });
}

/** Where nothing is staged it is about names that have changed, in whatever directory. */
function areFew(staged: readonly string[]): boolean {
  let count = 0;
  for (const path of staged) {
    for (const _ of namesIn(path)) {
      count += 1;
      if (count > FEW) return false;
    }
  }
  return count > 0;
}

function syncEach(directory: string, staged: readonly string[]): void {
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

/** Why there was no process; one that ran has a number as its code. */
function unstarted(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function failedSync(error: unknown, directory: string): unknown {
  const said = saidBy(error);
  const code = WORDS.find(([words]) => words.test(said))?.[1] ?? unstarted(error) ?? 'EIO';
  return diskError(Object.assign(new Error(said.trim() || 'sync failed', { cause: error }), { code }), directory);
}
