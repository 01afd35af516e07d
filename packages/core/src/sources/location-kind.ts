import { statSync } from 'node:fs';
import { fsPath, type RawPath } from './raw-path.js';
import { sourceErrorOf } from './regular-file.js';

/**
 * True when the user's path is a directory; a link that the user named is followed.
 * @throws {@link SourceError} SOURCE_NOT_FOUND, SOURCE_PERMISSION.
 */
export function isDirectory(path: RawPath): boolean {
  try {
    return statSync(fsPath(path)).isDirectory();
  } catch (cause) {
    throw sourceErrorOf(path, cause);
  }
}
