import { writeSync, writevSync } from 'node:fs';
import { InternalError } from '../../errors.js';
import { createFile } from '../../lanes/new-file.js';
import { type Content, isPinnable, LARGE_CONTENT } from '../../model/content.js';
import { diskError } from './disk-error.js';

/** Creates message files: in this thread, or in another. */
export interface MessageWriter {
  /** The file is new, 0600, and has the time `seconds` (since the epoch); errors may come later, from `flush` or `drain`. */
  write(path: string, content: Content, seconds: number): void;
  /** Hands over what was collected; waits while too much is under way. */
  flush(): Promise<void>;
  /** Waits until all files are there. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** Writes in the calling thread. */
export class DirectWriter implements MessageWriter {
  readonly #fsync: boolean;

  constructor(fsync: boolean) {
    this.#fsync = fsync;
  }

  write(path: string, content: Content, seconds: number): void {
    try {
      writeMessageFile(path, content, seconds, this.#fsync);
    } catch (error) {
      throw diskError(error, path);
    }
  }

  async flush(): Promise<void> {}
  async drain(): Promise<void> {}
  async close(): Promise<void> {}
}

function writeMessageFile(path: string, content: Content, seconds: number, fsync: boolean): void {
  createFile(path, seconds, fsync, (fd) => {
    const written = writeContent(fd, content);
    if (written === content.size) return;
    throw new InternalError('CONTENT_SIZE', `a content of ${content.size} octets gave ${written}`, { where: { path } });
  });
}

function writeContent(fd: number, content: Content): number {
  if (content.size > LARGE_CONTENT) {
    let written = 0;
    for (const chunk of content.chunks()) {
      written += writeWhole(fd, chunk);
    }
    return written;
  }
  const pinned = isPinnable(content) ? content.pin() : undefined;
  if (pinned === undefined) {
    return writeWhole(fd, content.bytes());
  }
  try {
    return writeParts(fd, pinned.parts);
  } finally {
    pinned.release();
  }
}

/** Writes the parts one after the other in one call, or in more when the kernel takes less at once. */
function writeParts(fd: number, parts: readonly Uint8Array[]): number {
  const first = parts[0];
  if (parts.length === 1 && first !== undefined) {
    return writeWhole(fd, first);
  }
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  if (total === 0) {
    return 0;
  }
  const written = writevSync(fd, parts);
  if (written < total) {
    writeWhole(fd, Buffer.concat(parts).subarray(written));
  }
  return total;
}

function writeWhole(fd: number, octets: Uint8Array): number {
  for (let at = 0; at < octets.length; ) {
    at += writeSync(fd, octets, at, octets.length - at);
  }
  return octets.length;
}
