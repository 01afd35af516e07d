// Where the octets of an mbox come from: a file, a compressed file, a pipe. The reader sees a descriptor and a size.
import { closeSync, fstatSync, realpathSync } from 'node:fs';
import { SourceError } from '../errors.js';
import type { Issue } from '../model/issue.js';
import type { FileState } from '../model/store.js';
import { decompress } from './decompress.js';
import { hasForeignDotlock, lockMailbox, type MailboxLock } from './mailbox-lock.js';
import { isUtf8Name, type RawPath, shownPath } from './raw-path.js';
import { hasChanged, type OpenFileOptions, onSource, openRegularFile, type RegularFile } from './regular-file.js';
import { type Spool, type SpoolOptions, spool } from './spool.js';

/** Octets that were opened. */
export interface OpenOctets {
  readonly fd: number;
  readonly size: number;
  /** Modification time of the source, milliseconds since the epoch. */
  readonly mtimeMs: number;
  /** Of the file on disk; absent for a pipe. */
  readonly state?: FileState;
  readonly issues: readonly Issue[];
  /** True when the source was written to since it was opened, or since the change before was found to do no harm. */
  hasChanged(): boolean;
  /** What changed so far does no harm. */
  acceptChange(): void;
  /** True when somebody holds a dotlock on the source: messages may be half written. */
  isBeingWritten(): boolean;
  /** True when a change after the opening would show: nobody is writing, and the clock of the file system went on since somebody did. */
  isQuiet(): boolean;
  close(): void;
}

/** Octets that can be opened again and again. */
export interface Octets {
  /** The path for people. */
  readonly path: string;
  /** Octets; for a compressed file those on disk. */
  readonly size: number;
  open(): Promise<OpenOctets>;
  /** Locks the source against writers; absent where nobody writes to it. */
  lock?(): Promise<MailboxLock>;
  /** Frees what is kept between openings. */
  close(): void;
}

/** How files are opened and where spools go. */
export type OctetsOptions = OpenFileOptions & SpoolOptions;

function stateOf({ mtimeMs, ctimeMs, dev, ino }: RegularFile): FileState {
  return { mtimeMs, ctimeMs, dev, ino };
}

/** Milliseconds in which two changes may have the same time. */
const TICK = 20;

function isWithinTick(mtimeMs: number): boolean {
  const age = Date.now() - mtimeMs;
  return age >= 0 && age < TICK;
}

function opened(
  file: RegularFile,
  issues: readonly Issue[],
  state: FileState | undefined,
  live: RawPath | undefined,
  isOwn: boolean,
): OpenOctets {
  let accepted = file;
  return {
    fd: file.fd,
    size: file.size,
    mtimeMs: file.mtimeMs,
    ...(state === undefined ? {} : { state }),
    issues,
    hasChanged: () => live !== undefined && hasChanged(accepted),
    acceptChange: () => {
      const { size, mtimeMs } = fstatSync(file.fd);
      accepted = { ...file, size, mtimeMs };
    },
    isBeingWritten: () => live !== undefined && hasForeignDotlock(shownPath(live)),
    isQuiet: () => live === undefined || !(isWithinTick(file.mtimeMs) || hasForeignDotlock(shownPath(live))),
    close: () => {
      if (isOwn) closeSync(file.fd);
    },
  };
}

/** Locks the file itself, also where the path that the user named is a link to it. */
async function lockRaw(path: RawPath): Promise<MailboxLock> {
  if (!isUtf8Name(path)) {
    throw new SourceError('LOCK_UNAVAILABLE', 'a file whose name is not UTF-8 cannot be locked', {
      where: { path: shownPath(path) },
      help: 'run without --lock: a source that changes is then noticed and named',
    });
  }
  return await lockMailbox(onSource(path, () => realpathSync(shownPath(path))));
}

/** A file as it lies on disk. */
export function plainOctets(path: RawPath, size: number, options: OctetsOptions): Octets {
  return {
    path: shownPath(path),
    size,
    open: async () => {
      const file = openRegularFile(path, options);
      return opened(file, [], stateOf(file), path, true);
    },
    lock: () => lockRaw(path),
    close: () => {},
  };
}

/** The octets of a compressed file in a spool of their own. */
export async function unpackToSpool(path: RawPath, name: string, options: OctetsOptions): Promise<Spool & { readonly state: FileState }> {
  const packed = openRegularFile(path, options);
  try {
    const { file, issues } = await spool(decompress(packed, name), name, options);
    return { file: { ...file, mtimeMs: packed.mtimeMs }, issues, state: stateOf(packed) };
  } finally {
    closeSync(packed.fd);
  }
}

/** A file that is compressed; it is unpacked to a spool each time it is opened. */
export function packedOctets(path: RawPath, size: number, options: OctetsOptions): Octets {
  const name = shownPath(path);
  return {
    path: name,
    size,
    open: async () => {
      const { file, issues, state } = await unpackToSpool(path, name, options);
      return opened(file, issues, state, undefined, true);
    },
    close: () => {},
  };
}

/** What is in a spool already; it stays until it is closed for good. */
export function spooledOctets(filled: Spool, name: string): Octets {
  const { file, issues } = filled;
  return {
    path: name,
    size: file.size,
    open: async () => opened(file, issues, undefined, undefined, false),
    close: () => closeSync(file.fd),
  };
}
