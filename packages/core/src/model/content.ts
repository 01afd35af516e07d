/** RFC 5322 octets of one message, readable again and again. */
export interface Content {
  /** Octets. */
  readonly size: number;
  /** Octets with every line end as CRLF (RFC822.SIZE, Maildir `W=`). */
  readonly crlfSize: number;
  /** An own copy. For a content above {@link LARGE_CONTENT} prefer {@link Content.chunks}. */
  bytes(): Uint8Array;
  /** The octets in order; each chunk is valid until the next one is asked for. */
  chunks(): Iterable<Uint8Array>;
}

/** Octets above which a content is held as ranges of a file, never whole in memory. */
export const LARGE_CONTENT: number = 4 * 1024 * 1024;

/** Views of memory that stay filled until released. */
export interface PinnedContent {
  /** The memory in which the octets lie. */
  readonly buffer: ArrayBufferLike;
  /** Pairs of offset in that memory and length. */
  readonly ranges: readonly number[];
  /** The same as views, made when they are asked for. */
  readonly parts: readonly Uint8Array[];
  release(): void;
}

/** An ability of contents that lie in a read buffer: lend the views instead of copying. */
export interface PinnableContent extends Content {
  /** The views, or undefined when the buffer holds something else by now. */
  pin(): PinnedContent | undefined;
}

/** True when the content can lend views of its buffer. */
export function isPinnable(content: Content): content is PinnableContent {
  return 'pin' in content;
}
