import type { LentMemory } from '../formats/content/kernel-memory.js';
import type { MailOptions } from '../formats/outlook/mail-converter.js';
import type { SharedIndexes } from '../formats/pst/ndb/node-database.js';
import type { Flag } from '../model/flag.js';
import type { SpecialUse } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import type { ItemKind } from '../model/item.js';
import type { DateSource } from '../model/message.js';

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

/** A PST to convert messages of: the thread reads it through the same descriptor, which stays open until it is closed there. */
export interface OpenPstJob {
  readonly kind: 'openPst';
  readonly store: number;
  readonly fd: number;
  readonly size: number;
  readonly path: string;
  readonly options: MailOptions;
  /** The indexes of the file, which this thread has read. */
  readonly indexes: SharedIndexes;
}

/** Slots of the thread's memory that a sender may name for what is converted; the files are read through the others. */
export const OUTPUT_SLOTS = 12;

/** Message nodes of one folder to convert. */
export interface MailsJob {
  readonly kind: 'mails';
  readonly store: number;
  readonly nids: readonly number[];
  readonly specialUse?: SpecialUse;
  /** Which slot of the thread's memory takes the octets. */
  readonly slot: number;
  /** Exchange addresses that the store explains, once they are known. */
  readonly directory?: ReadonlyMap<string, string>;
}

/** No more is wanted of a PST. */
export interface ClosePstJob {
  readonly kind: 'closePst';
  readonly store: number;
}

/** What a thread is asked to do. */
export type LaneJob = FilesJob | DigestJob | OpenPstJob | MailsJob | ClosePstJob;

/** A message that was converted, and where its octets lie in the slot. */
export interface LaneMail {
  readonly kind: 'mail';
  readonly identity: string;
  readonly at: number;
  readonly size: number;
  readonly crlfSize: number;
  /** SHA-256 (hex) of the CRLF form. */
  readonly sha256: string;
  readonly flags: readonly Flag[];
  readonly internalDate: number;
  readonly dateSource: DateSource;
  readonly issues: readonly Issue[];
}

/** What became of one node; `left` is for the sender to do: too large for the slot, not readable, or the directory is missing. */
export type LaneOutcome = LaneMail | { readonly kind: ItemKind } | { readonly kind: 'left' };

/** Of a job about a PST. */
export interface PstAnswer {
  /** The thread's memory, where the slots are. */
  readonly memory: SharedArrayBuffer;
  /** Of each node, in order; none when the store could not be opened. */
  readonly outcomes: readonly LaneOutcome[];
  readonly needsDirectory: boolean;
  readonly isOpen: boolean;
}

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
