import { execFile } from 'node:child_process';
import { closeSync, constants, fsyncSync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { lookAt } from './control-file.js';
import { namesIn } from './scan.js';

const run: (file: string, args: readonly string[]) => Promise<unknown> = promisify(execFile);

/** Forces all that was written below a directory to the disk: syncfs by `sync -f`, since Node has no call for it. */
export async function syncFileSystem(directory: string, staged: readonly string[]): Promise<void> {
  for (const program of ['/usr/bin/sync', '/bin/sync']) {
    if (lookAt(program) !== undefined) {
      try {
        await run(program, ['-f', directory]);
        return;
      } catch {
        // an old `sync` without -f: file by file, then
      }
    }
  }
  for (const path of staged) {
    for (const name of namesIn(path)) {
      syncPath(`${path}/${name}`);
    }
    syncPath(path);
  }
}

/** fsync of a file or a directory. */
function syncPath(path: string): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
