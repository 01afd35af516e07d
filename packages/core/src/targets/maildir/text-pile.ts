import { closeSync, constants, openSync, readSync, unlinkSync } from 'node:fs';
import { TextWriter } from '../../formats/content/text-writer.js';
import { unlinkIfThere, writeAll } from './control-file.js';
import { onDisk } from './disk-error.js';

/** Octets after which what was written is laid aside. */
const PACK = 32 * 1024;
/** Octets in memory after which they, and all that follow, go to a file. */
const SPILL = 512 * 1024;
/** Octets read back at a time. */
const CHUNK = 256 * 1024;

/** Collects many lines of text: above 512 KiB in an unlinked file, so that memory stays flat. */
export class TextPile {
  readonly #spillPath: string;
  readonly #writer = new TextWriter();
  #packed: Buffer[] = [];
  #packedSize = 0;
  #fd: number | undefined;
  #count = 0;

  /** `spillPath` names a file that may be made and removed at once. */
  constructor(spillPath: string) {
    this.#spillPath = spillPath;
  }

  /** Lines begun. */
  get count(): number {
    return this.#count;
  }

  /** Where the next line is to be written to, at once and whole. @throws TargetError when the disk does not take what is there */
  next(): TextWriter {
    this.#count += 1;
    if (this.#writer.size > PACK) {
      this.#pack();
    }
    return this.#writer;
  }

  #pack(): void {
    const octets = this.#writer.take();
    this.#packed.push(octets);
    this.#packedSize += octets.length;
    if (this.#fd !== undefined || this.#packedSize > SPILL) {
      onDisk(this.#spillPath, () => this.#spill());
    }
  }

  #spill(): void {
    this.#fd ??= openSpill(this.#spillPath);
    for (const piece of this.#packed) {
      writeAll(this.#fd, piece);
    }
    this.#packed = [];
    this.#packedSize = 0;
  }

  /** All of it in pieces; the pile is empty once they were read. */
  *take(): Generator<Uint8Array> {
    if (this.#fd !== undefined) {
      yield* readSpill(this.#fd, this.#spillPath);
      closeSync(this.#fd);
      this.#fd = undefined;
    }
    yield* this.#packed;
    if (this.#writer.size > 0) {
      yield this.#writer.take();
    }
    this.#packed = [];
    this.#packedSize = 0;
    this.#count = 0;
  }

  close(): void {
    if (this.#fd !== undefined) {
      closeSync(this.#fd);
      this.#fd = undefined;
    }
  }
}

function openSpill(path: string): number {
  unlinkIfThere(path);
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
  unlinkSync(path);
  return fd;
}

function* readSpill(fd: number, path: string): Generator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (let at = 0; ; ) {
    const n = onDisk(path, () => readSync(fd, buffer, 0, CHUNK, at));
    if (n === 0) {
      return;
    }
    at += n;
    yield buffer.subarray(0, n);
  }
}
