// Which folders the labels of a Takeout name, found by a fast pass over the file before its messages are read: only header fields are looked for,
// so a header that is quoted in a body may name a folder too many, and none is missed.
import { readSync } from 'node:fs';
import { gmailPlacement } from '../formats/mbox/gmail-labels.js';
import { type FolderPath, pathKey } from '../model/folder.js';

const FIELD = '\nX-Gmail-Labels:';
/** Takeout writes the number of the conversation for a sender. */
const FROM_LINE = /^From \d{10,}@xxx /;
/** Octets read at a time. */
const CHUNK = 4 * 1024 * 1024;
/** Octets of one field that are looked at. */
const MAX_FIELD = 8 * 1024;
/** Different values that are remembered; most messages share a few. */
const MAX_VALUES = 10_000;

/** The folders that the labels of an mbox name. */
export function labelFolders(fd: number, size: number, labels: 'keywords' | 'folders'): readonly FolderPath[] {
  const found = new Map<string, FolderPath>();
  const seen = new Set<string>();
  for (const value of labelValues(fd, size)) {
    if (seen.has(value)) continue;
    if (seen.size < MAX_VALUES) seen.add(value);
    const { folder, folders } = gmailPlacement(value);
    for (const path of labels === 'folders' ? folders : [folder]) found.set(pathKey(path), path);
  }
  return [...found.values()];
}

/** The values of all label fields, and that of a message without one; chunks overlap by the length of a field, so that none is cut. */
function* labelValues(fd: number, size: number): Generator<string> {
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK, size) + MAX_FIELD);
  for (let offset = 0; offset < size; offset += CHUNK) {
    const text = buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, offset));
    for (let at = text.indexOf(FIELD); at >= 0 && at < CHUNK; at = text.indexOf(FIELD, at + FIELD.length)) {
      yield fieldValue(text.subarray(at + FIELD.length, at + FIELD.length + MAX_FIELD).toString('latin1'));
    }
    if (hasUnlabelled(text)) yield '';
  }
}

/** True when a message begins in a chunk whose header has no labels, as far as it is looked at: Takeout writes them on top. */
function hasUnlabelled(text: Buffer): boolean {
  for (let at = 0; at < CHUNK; ) {
    const header = text.toString('latin1', at, at + MAX_FIELD).split(/\n\r?\n/, 1)[0] ?? '';
    if (FROM_LINE.test(header) && !header.includes(FIELD)) return true;
    const next = text.indexOf('\nFrom ', at);
    if (next < 0) return false;
    at = next + 1;
  }
  return false;
}

/** The field up to the line end that no blank follows, unfolded (RFC 5322 §2.2.3). */
function fieldValue(text: string): string {
  const end = /\r?\n(?![ \t])/.exec(text)?.index ?? text.length;
  return text.slice(0, end).replace(/\r?\n/g, '').trim();
}
