// What cannot be read twice (a pipe) or not from the middle (a compressed file) goes to a spool: a file of our own that has no name any more,
// so that no run leaves one behind, however it ends.

import { randomUUID } from 'node:crypto';
import { closeSync, constants, createReadStream, fstatSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SourceError } from '../errors.js';
import type { Issue } from '../model/issue.js';
import type { RegularFile } from './regular-file.js';

/** Where spools go. */
export interface SpoolOptions {
  /** Directory of the spool file; the system's for temporary files when absent. It needs room for the decompressed source. */
  readonly spoolDirectory?: string;
}

/** A spool with what was odd in filling it. */
export interface Spool {
  readonly file: RegularFile;
  readonly issues: readonly Issue[];
}

/** Makes an empty file that only its descriptor knows. */
function openUnlinked(directory: string): number {
  const path = join(directory, `mailferry-${randomUUID()}`);
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
  unlinkSync(path);
  return fd;
}

/**
 * Copies what comes to a spool. An input that breaks off leaves what came until then, with an issue.
 * @throws {@link SourceError} SOURCE_SPOOL_FULL when the disk does not hold it.
 */
export async function spool(chunks: AsyncIterable<Uint8Array>, name: string, options: SpoolOptions = {}): Promise<Spool> {
  const fd = openUnlinked(options.spoolDirectory ?? tmpdir());
  const issues: Issue[] = [];
  let size = 0;
  try {
    for await (const chunk of survivors(chunks, (note) =>
      issues.push({ code: 'SOURCE_INCOMPLETE', where: { path: name, offset: size }, note }),
    )) {
      for (let at = 0; at < chunk.length; ) at += writeSync(fd, chunk, at, chunk.length - at);
      size += chunk.length;
    }
  } catch (cause) {
    closeSync(fd);
    throw new SourceError('SOURCE_SPOOL_FULL', 'the source cannot be unpacked', {
      where: { path: name, offset: size },
      cause,
      help: 'make room for the unpacked source, or let TMPDIR name a directory that has it',
      retryable: true,
    });
  }
  const stat = fstatSync(fd);
  return { file: { fd, size, mtimeMs: stat.mtimeMs, ctimeMs: stat.ctimeMs, ino: stat.ino, dev: stat.dev }, issues };
}

/** The chunks up to the one where reading broke off. */
async function* survivors(chunks: AsyncIterable<Uint8Array>, broken: (note: string) => void): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  for (;;) {
    let next: IteratorResult<Uint8Array>;
    try {
      next = await iterator.next();
    } catch (error) {
      broken(error instanceof Error ? error.message : 'broken off');
      return;
    }
    if (next.done === true) return;
    yield next.value;
  }
}

/** What comes on standard input. */
export function standardInput(): AsyncIterable<Uint8Array> {
  return createReadStream('-', { fd: 0, autoClose: false, highWaterMark: 1 << 20 });
}
