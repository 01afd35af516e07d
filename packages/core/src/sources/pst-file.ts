import { resolve } from 'node:path';
import type { SourceFile } from '../model/store.js';
import type { RegularFile } from './regular-file.js';

/** A PST as a file of a store: it stands for itself, whatever folders are in it. */
export function pstFile({ size, mtimeMs, ctimeMs, dev, ino }: RegularFile, path: string): SourceFile {
  return { path, size, folder: [resolve(path)], state: { mtimeMs, ctimeMs, dev, ino } };
}
