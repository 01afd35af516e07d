// Where the octets of an mbox come from: a file, a compressed file, a pipe. The reader sees a descriptor and a size.
import { closeSync } from 'node:fs';
import type { Issue } from '../model/issue.js';
import type { FileState } from '../model/store.js';
import { decompress } from './decompress.js';
import { type RawPath, shownPath } from './raw-path.js';
import { hasChanged, type OpenFileOptions, openRegularFile, type RegularFile } from './regular-file.js';
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
  /** True when the source was written to since it was opened. */
  hasChanged(): boolean;
  close(): void;
}

/** Octets that can be opened again and again. */
export interface Octets {
  /** The path for people. */
  readonly path: string;
  /** Octets; for a compressed file those on disk. */
  readonly size: number;
  open(): Promise<OpenOctets>;
  /** Frees what is kept between openings. */
  close(): void;
}

/** How files are opened and where spools go. */
export type OctetsOptions = OpenFileOptions & SpoolOptions;

function stateOf({ mtimeMs, ctimeMs, dev, ino }: RegularFile): FileState {
  return { mtimeMs, ctimeMs, dev, ino };
}

function opened(file: RegularFile, issues: readonly Issue[], state: FileState | undefined, isLive: boolean, isOwn: boolean): OpenOctets {
  return {
    fd: file.fd,
    size: file.size,
    mtimeMs: file.mtimeMs,
    ...(state === undefined ? {} : { state }),
    issues,
    hasChanged: () => isLive && hasChanged(file),
    close: () => {
      if (isOwn) closeSync(file.fd);
    },
  };
}

/** A file as it lies on disk. */
export function plainOctets(path: RawPath, size: number, options: OctetsOptions): Octets {
  return {
    path: shownPath(path),
    size,
    open: async () => {
      const file = openRegularFile(path, options);
      return opened(file, [], stateOf(file), true, true);
    },
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
      return opened(file, issues, state, false, true);
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
    open: async () => opened(file, issues, undefined, false, false),
    close: () => closeSync(file.fd),
  };
}
