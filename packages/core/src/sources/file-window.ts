// A file seen through a moving window. Synchronous reads, since one large read costs less than its promise.
import { InternalError, SourceError } from '../errors.js';
import { copyOctets } from '../formats/mbox/kernel.js';
import type { Issue } from '../model/issue.js';
import { isBadBlock, readBefore } from './regular-file.js';
import { type FileWindow, findWindow, NO_WINDOW, takeWindow, WINDOW_SIZE } from './window-pool.js';

/** Sizes that tests make tiny to put every boundary everywhere. */
export interface WindowOptions {
  /** Octets of a window that are used. */
  readonly windowSize?: number;
  /** Octets asked of the file at a time. */
  readonly readSize?: number;
  /** Offset of the first octet that is read; 0 by default. */
  readonly start?: number;
  /** Told of each read: the window, and how many of its octets were there before. */
  readonly onRead?: (view: Buffer, fresh: number) => void;
}

/** Octets asked of the file at a time: what was read is still in the processor's cache when it is searched. */
const READ_SIZE = 256 * 1024;
/** Octets that are made text at once: a From_ line and most of the headers behind it, which are looked at piece by piece. */
const HEAD = 1280;

/** The window, its pool, and single reads beside it. */
export class WindowedFile {
  readonly path: string;
  readonly #fd: number;
  readonly #windowSize: number;
  readonly #readSize: number;
  readonly #onRead: WindowOptions['onRead'];
  #current: FileWindow;
  #view: Buffer = Buffer.alloc(0);
  #viewed: FileWindow | undefined;
  #size: number;
  #shrunk = false;
  #isBroken = false;
  #hasNul = false;
  /** Text of the window, and where it is in the file. */
  #head = '';
  #headStart = 0;

  constructor(path: string, fd: number, size: number, options: WindowOptions = {}) {
    this.path = path;
    this.#fd = fd;
    this.#size = size;
    this.#windowSize = Math.min(options.windowSize ?? WINDOW_SIZE, WINDOW_SIZE);
    this.#readSize = options.readSize ?? READ_SIZE;
    this.#onRead = options.onRead;
    this.#current = takeWindow(this);
    this.#current.start = options.start ?? 0;
    this.#current.end = this.#current.start;
  }

  /** Octets; less than at the opening when the file shrank since. */
  get size(): number {
    return this.#size;
  }

  /** True when the file ended before its size said so. */
  get hasShrunk(): boolean {
    return this.#shrunk;
  }

  /** Why there are less octets than there were: somebody cut them off, or the disk does not give them. */
  get shortfall(): Issue {
    const where = this.#place(this.#size);
    if (!this.#isBroken) return { code: 'SOURCE_CHANGED', where };
    return { code: 'SOURCE_INCOMPLETE', where, note: 'EIO: the disk cannot read this block' };
  }

  /** True when an octet 0 was read so far. */
  get hasNul(): boolean {
    return this.#hasNul;
  }

  get window(): FileWindow {
    return this.#current;
  }

  /** True when the window reaches the end of the file. */
  get atEnd(): boolean {
    return this.#current.end >= this.#size;
  }

  /** Reads on; when the window is full, goes on in another one that begins with the octets from `keepFrom`. */
  fill(keepFrom: number): void {
    let window = this.#current;
    if (window.end - window.start >= this.#windowSize) {
      if (keepFrom <= window.start)
        throw new InternalError('BUG', 'a window cannot hold what is to be kept', { where: this.#place(keepFrom) });
      const before = window;
      window = takeWindow(this);
      const from = Math.min(keepFrom, before.end);
      copyOctets(before.buffer.subarray(from - before.start, before.end - before.start), window.buffer);
      window.start = from;
      window.end = before.end;
      before.leases -= 1;
      this.#current = window;
    }
    const at = window.end - window.start;
    const octets = this.#readInto(window.buffer, at, Math.min(this.#readSize, this.#windowSize - at), window.end);
    window.end += octets;
    this.#onRead?.(this.view, at);
    this.#hasNul ||= window.buffer.subarray(at, at + octets).includes(0);
    if (octets === 0) this.#end(window.end);
  }

  /** Gives the window back: what was cut from it is good until another file needs it. Nothing more is read. */
  close(): void {
    if (this.#current === NO_WINDOW) return;
    this.#current.leases -= 1;
    this.#current = NO_WINDOW;
    this.#head = '';
  }

  /** The filled part of the window. */
  get view(): Buffer {
    const { buffer, start, end } = this.#current;
    if (this.#view.length !== end - start || this.#viewed !== this.#current) {
      this.#view = buffer.subarray(0, end - start);
      this.#viewed = this.#current;
    }
    return this.#view;
  }

  /** A view of octets that some window still shows; undefined when none does. */
  held(offset: number, length: number): Uint8Array | undefined {
    const window = findWindow(this, offset, length);
    return window?.buffer.subarray(offset - window.start, offset - window.start + length);
  }

  /** Octets from `offset`, at most `length`, as latin1 text. */
  text(offset: number, length: number): string {
    const at = offset - this.#headStart;
    if (at >= 0 && at + length <= this.#head.length) return this.#head.slice(at, at + length);
    const { buffer, start, end } = this.#current;
    if (offset >= start && offset + HEAD <= end && length > 64 && length <= HEAD) {
      this.#head = buffer.toString('latin1', offset - start, offset - start + HEAD);
      this.#headStart = offset;
      return this.#head.slice(0, length);
    }
    const stop = Math.min(offset + length, this.#size);
    if (offset >= start && stop <= end) return buffer.toString('latin1', offset - start, Math.max(stop, offset) - start);
    return this.peek(offset, length).toString('latin1');
  }

  /** One octet; -1 where there is none. */
  octet(offset: number): number {
    const { buffer, start, end } = this.#current;
    if (offset >= start && offset < end) return buffer[offset - start] ?? -1;
    return offset < 0 ? -1 : (this.peek(offset, 1)[0] ?? -1);
  }

  /** Octets from `offset`, at most `length`: a view of the window, else an own copy. */
  peek(offset: number, length: number): Buffer {
    const window = this.#current;
    const end = Math.min(offset + length, this.#size);
    if (end <= offset) return Buffer.alloc(0);
    if (offset >= window.start && end <= window.end) return window.buffer.subarray(offset - window.start, end - window.start);
    return this.read(offset, end - offset);
  }

  /** An own copy of octets of the file; shorter when the file ends before. */
  read(offset: number, length: number): Buffer {
    const copy = Buffer.allocUnsafe(length);
    return copy.subarray(0, this.readInto(copy, offset));
  }

  /** Fills `target` from `offset`; tells how many octets there were. */
  readInto(target: Uint8Array, offset: number): number {
    let done = 0;
    while (done < target.length) {
      const octets = this.#readInto(target, done, target.length - done, offset + done);
      if (octets === 0) break;
      done += octets;
    }
    return done;
  }

  #readInto(target: Uint8Array, at: number, length: number, offset: number): number {
    try {
      return readBefore(this.#fd, target, at, Math.max(0, Math.min(length, this.#size - offset)), offset);
    } catch (cause) {
      if (isBadBlock(cause)) return this.#break(offset);
      throw new SourceError('SOURCE_UNREADABLE', 'the file cannot be read further', {
        where: this.#place(offset),
        help: 'copy the file from a disk that still works, and convert the copy',
        cause,
      });
    }
  }

  /** The file ends at the first bad block: whoever asks a failing disk again and again loses more. */
  #break(offset: number): 0 {
    this.#isBroken = true;
    this.#end(offset);
    return 0;
  }

  #place(offset: number): { path: string; offset: number } {
    return { path: this.path, offset };
  }

  #end(offset: number): void {
    if (offset < this.#size) this.#shrunk = true;
    this.#size = Math.min(this.#size, offset);
  }
}
