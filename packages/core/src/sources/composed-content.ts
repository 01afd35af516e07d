// Contents that a converter puts together. They are composed where kernels and threads see them, in windows that are filled in turn, so that they are
// measured, hashed and written where they lie; a content whose window is gone is composed again.
import { createHash } from 'node:crypto';
import { digestCrlf, hashKnown } from '../formats/content/digest.js';
import { crlfSize } from '../formats/content/line-ends.js';
import { MemoryContent } from '../formats/content/memory-content.js';
import type { ComposedContent } from '../formats/mime/builder.js';
import { type Content, LARGE_CONTENT, type PinnableContent, type PinnedContent } from '../model/content.js';
import { WindowPin } from './window-pin.js';
import { type FileWindow, takeWindow, WINDOW_SIZE } from './window-pool.js';

/** A content that knows its own hash. */
export interface HashedContent extends Content {
  /** SHA-256 (hex) of the CRLF form. */
  readonly sha256: string;
}

/** The windows of one store that contents are composed in. */
export class ComposingRoom {
  #window: FileWindow | undefined;
  #used = 0;
  readonly #held: FileWindow[] = [];

  /** Composes a content. `again` gives it once more, when its window was filled with something else meanwhile. */
  place(made: ComposedContent, again: () => ComposedContent): HashedContent {
    if (made.size > LARGE_CONTENT) return new StreamedContent(made);
    if (made.size > WINDOW_SIZE) return new OwnContent(made.bytes());
    if (this.#window === undefined || this.#used + made.size > WINDOW_SIZE) {
      this.#window = takeWindow(this);
      this.#used = 0;
      this.#held.push(this.#window);
    }
    const at = this.#used;
    this.#used += made.size;
    made.writeTo(this.#window.buffer, at);
    return new WindowContent(this.#window, at, made.size, again);
  }

  /** Ends a batch; gives what gives its windows back once it was taken. */
  seal(): () => void {
    const held = this.#held.splice(0);
    this.#window = undefined;
    return () => {
      for (const window of held) window.leases -= 1;
    };
  }
}

/** A content that another thread composed and hashed. */
export function composedElsewhere(
  window: FileWindow,
  place: { readonly at: number; readonly size: number; readonly crlfSize: number; readonly sha256: string },
  again: () => ComposedContent,
): HashedContent {
  return new WindowContent(window, place.at, place.size, again, place);
}

class WindowContent implements PinnableContent, HashedContent {
  readonly size: number;
  readonly #window: FileWindow;
  readonly #generation: number;
  readonly #at: number;
  readonly #again: () => ComposedContent;
  #crlfSize: number | undefined;
  #sha256: string | undefined;

  constructor(
    window: FileWindow,
    at: number,
    size: number,
    again: () => ComposedContent,
    known?: { readonly crlfSize: number; readonly sha256: string },
  ) {
    this.#window = window;
    this.#generation = window.generation;
    this.#at = at;
    this.size = size;
    this.#again = again;
    this.#crlfSize = known?.crlfSize;
    this.#sha256 = known?.sha256;
  }

  get crlfSize(): number {
    this.#crlfSize ??= crlfSize([this.#view()]);
    return this.#crlfSize;
  }

  get sha256(): string {
    this.#sha256 ??= hashKnown(this.#view(), this.crlfSize);
    return this.#sha256;
  }

  bytes(): Uint8Array {
    return Buffer.from(this.#view());
  }

  chunks(): Iterable<Uint8Array> {
    return [this.bytes()];
  }

  pin(): PinnedContent | undefined {
    const window = this.#window;
    return window.generation === this.#generation ? new WindowPin(window, [window.buffer.byteOffset + this.#at, this.size]) : undefined;
  }

  #view(): Uint8Array {
    if (this.#window.generation !== this.#generation) return this.#again().bytes();
    return this.#window.buffer.subarray(this.#at, this.#at + this.size);
  }
}

/** A content that is too large for a window and small enough for memory. */
class OwnContent extends MemoryContent implements HashedContent {
  get sha256(): string {
    return hashKnown(this.pin().parts[0] ?? new Uint8Array(), this.crlfSize);
  }
}

/** A content that is never whole in memory. It is made once, for whoever reads it first, and hashed on the way. */
class StreamedContent implements HashedContent {
  readonly size: number;
  readonly #made: ComposedContent;
  #sha256: string | undefined;

  constructor(made: ComposedContent) {
    this.#made = made;
    this.size = made.size;
  }

  get crlfSize(): number {
    return this.#made.crlfSize;
  }

  get sha256(): string {
    this.#sha256 ??= digestCrlf(this.#made.chunks()).sha256;
    return this.#sha256;
  }

  bytes(): Uint8Array {
    return this.#made.bytes();
  }

  *chunks(): Generator<Uint8Array> {
    // What has CRLF line ends throughout is its own CRLF form.
    const digest = this.#sha256 === undefined && this.crlfSize === this.size ? createHash('sha256') : undefined;
    for (const chunk of this.#made.chunks()) {
      digest?.update(chunk);
      yield chunk;
    }
    this.#sha256 ??= digest?.digest('hex');
  }
}
