// File names are octets, not text: a name in Latin-1 or KOI8-R of an old home must open as well as one in UTF-8.
// A raw path is a string of octets (each character U+0000 to U+00FF), so that it sorts, splits and joins without a loss.
import { isUtf8 } from 'node:buffer';

/** A path whose characters are its octets. */
export type RawPath = string;

const BEYOND_ASCII = /[\x80-\xff]/;

/** The octets of a path that came as text. */
export function rawPath(path: string): RawPath {
  return Buffer.from(path, 'utf8').toString('latin1');
}

/** What `node:fs` takes to reach exactly these octets. */
export function fsPath(path: RawPath): string | Buffer {
  return BEYOND_ASCII.test(path) ? Buffer.from(path, 'latin1') : path;
}

/** True when the octets of a name are UTF-8, as all of ASCII is. */
export function isUtf8Name(name: RawPath): boolean {
  return !BEYOND_ASCII.test(name) || isUtf8(Buffer.from(name, 'latin1'));
}

/** The path as people read it: UTF-8 where it is that, else each octet as the character of Latin-1. */
export function shownPath(path: RawPath): string {
  return isUtf8Name(path) ? Buffer.from(path, 'latin1').toString('utf8') : path;
}

/** One path below another. */
export function joinRaw(directory: RawPath, name: RawPath): RawPath {
  return directory.endsWith('/') ? directory + name : `${directory}/${name}`;
}
