import { closeSync } from 'node:fs';
import { type Compression, recogniseCompression } from '../formats/signature/signature.js';
import { decompressHead } from './decompress.js';
import type { RawPath } from './raw-path.js';
import { type OpenFileOptions, onSource, openRegularFile, readStart } from './regular-file.js';

/** Octets at the start of a file that tell what it is. */
export const HEAD_SIZE: number = 64 * 1024;

/** The start of a file. */
export interface FileHead {
  /** Octets of the file as it lies on disk. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly mtimeMs: number;
  /** The first octets, decompressed where that can be done here. */
  readonly head: Uint8Array;
  readonly compression: Compression | undefined;
}

/** Octets of nothing, packed: less is a file that was cut off. */
const EMPTY_PACKED: Readonly<Record<Compression, number>> = { gzip: 20, zstd: 9, xz: 32, bzip2: 14 };

/** True for a file without octets, and for one that nothing was packed into: an empty mbox, as a spool is from which all was taken. */
export function isEmpty({ size, head, compression }: Pick<FileHead, 'size' | 'head' | 'compression'>): boolean {
  return size === 0 || (compression !== undefined && head.length === 0 && size >= EMPTY_PACKED[compression]);
}

/**
 * Reads the start of a regular file.
 * @throws {@link SourceError} as {@link openRegularFile}.
 */
export function readFileHead(path: RawPath, options: OpenFileOptions = {}): FileHead {
  const file = openRegularFile(path, options);
  try {
    const octets = onSource(path, () => readStart(file.fd, Math.min(HEAD_SIZE, Math.max(file.size, 1))));
    return { size: file.size, mtimeMs: file.mtimeMs, ...unpackHead(octets) };
  } finally {
    closeSync(file.fd);
  }
}

/** The octets as they are, or the start of what they unpack to. */
export function unpackHead(octets: Uint8Array): { readonly head: Uint8Array; readonly compression: Compression | undefined } {
  const compression = recogniseCompression(octets);
  const head = compression === undefined ? undefined : decompressHead(octets, compression, HEAD_SIZE);
  return { head: head ?? octets, compression };
}
