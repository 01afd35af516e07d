import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Content } from '@mailferry/core';

const PIECE = 1 << 20;

/** A temporary file without a name that holds the large messages of a store until it is closed. */
export class Spool {
  readonly #file: number;
  #size = 0;

  constructor() {
    const path = join(tmpdir(), `mailferry-${randomBytes(12).toString('hex')}`);
    this.#file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
    unlinkSync(path);
  }

  /** Octets so far: where the next ones will be. */
  get size(): number {
    return this.#size;
  }

  write(octets: Uint8Array): void {
    writeSync(this.#file, octets, 0, octets.length, this.#size);
    this.#size += octets.length;
  }

  /** What was written from `offset` on, as a content; CRLF line ends are as the server sent them. */
  content(offset: number): Content {
    const size = this.#size - offset;
    const file = this.#file;
    const read = (at: number, length: number): Uint8Array => {
      const octets = Buffer.alloc(length);
      readSync(file, octets, 0, length, offset + at);
      return octets;
    };
    return {
      size,
      crlfSize: size,
      bytes: () => read(0, size),
      *chunks() {
        for (let at = 0; at < size; at += PIECE) yield read(at, Math.min(PIECE, size - at));
      },
    };
  }

  close(): void {
    closeSync(this.#file);
  }
}
