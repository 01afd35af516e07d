import { writeSync, writevSync } from 'node:fs';
import type { FilesAnswer, FilesJob } from './job.js';
import { createFile } from './new-file.js';

/** Creates the files of a job, one after the other; stops at the first that fails. */
export function writeFiles(job: FilesJob): FilesAnswer {
  const views = job.memories.map((memory) => new Uint8Array(memory));
  let at = 0;
  for (const path of job.paths.split('\0')) {
    try {
      at = writeFile(path, job, views, at);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'EIO';
      const errno = error instanceof Error && 'errno' in error ? Number(error.errno) : 0;
      return { error: { code, errno, path, message: error instanceof Error ? error.message : String(error) } };
    }
  }
  return {};
}

/** Creates one file; returns where the numbers of the next one begin. */
function writeFile(path: string, job: FilesJob, views: readonly Uint8Array[], at: number): number {
  const { numbers } = job;
  const count = numbers[at + 1] ?? 0;
  createFile(path, numbers[at] ?? 0, job.fsync, (fd) => {
    if (count === 1) writeOne(fd, views[numbers[at + 2] ?? 0], numbers[at + 3] ?? 0, numbers[at + 4] ?? 0);
    else if (count > 1) writeMany(fd, partsOf(numbers, views, at + 2, count));
  });
  return at + 2 + count * 3;
}

function partsOf(numbers: Float64Array, views: readonly Uint8Array[], at: number, count: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const view = views[numbers[at + i * 3] ?? 0];
    const offset = numbers[at + i * 3 + 1] ?? 0;
    if (view !== undefined) {
      parts.push(view.subarray(offset, offset + (numbers[at + i * 3 + 2] ?? 0)));
    }
  }
  return parts;
}

function writeMany(fd: number, parts: readonly Uint8Array[]): void {
  let written = writevSync(fd, parts);
  for (const part of parts) {
    if (written < part.length) {
      writeOne(fd, part, written, part.length - written);
    }
    written = Math.max(0, written - part.length);
  }
}

function writeOne(fd: number, view: Uint8Array | undefined, offset: number, length: number): void {
  for (let done = 0; view !== undefined && done < length; ) {
    done += writeSync(fd, view, offset + done, length - done);
  }
}
