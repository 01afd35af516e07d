import type { LentMemory } from '../formats/content/kernel-memory.js';

/** Files to create, packed so that one message to a thread carries many. */
export interface FilesJob {
  readonly kind: 'files';
  /** Jobs of one lane stop with the first that fails. */
  readonly lane: number;
  /** Paths joined by NUL. */
  readonly paths: string;
  /** For each file: seconds since the epoch, count of parts, then memory, offset and length of each part. */
  readonly numbers: Float64Array;
  /** What the numbers count in. */
  readonly memories: readonly SharedArrayBuffer[];
  readonly fsync: boolean;
}

/** Contents to hash that lie in the memory of the kernels. */
export interface DigestJob {
  readonly kind: 'digests';
  /** For each content: count of parts, then address and length of each part. */
  readonly numbers: Int32Array;
}

/** What a thread is asked to do. */
export type LaneJob = FilesJob | DigestJob;

/** What the thread says when files are there; with an error the rest of the job was left. */
export interface FilesAnswer {
  readonly error?: { readonly code: string; readonly errno: number; readonly message: string; readonly path: string };
}

/** Of each content, in order. */
export interface DigestAnswer {
  /** SHA-256 of the CRLF forms, 64 hexadecimal digits each, one behind the other. */
  readonly hashes: string;
  readonly crlfSizes: Float64Array;
}

/** A job or its answer under way. */
export interface Numbered<T> {
  readonly number: number;
  readonly what: T;
}

/** What a thread is given at its start. */
export interface LaneStart {
  readonly memory: LentMemory;
}
