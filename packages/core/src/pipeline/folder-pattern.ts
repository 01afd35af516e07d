// Patterns for folders: `*` stands for any run of characters inside one name, `**` also across names; names are joined by `/`.
// A pattern is matched against the whole path, and without regard to case for INBOX only (RFC 9051 §5.1).
import type { FolderPath } from '../model/folder.js';

/** A predicate for one pattern. */
export function folderPattern(pattern: string): (path: FolderPath) => boolean {
  const source = pattern
    .split('**')
    .map((part) => part.split('*').map(escapeRegExp).join('[^/]*'))
    .join('.*');
  const expression = new RegExp(`^${source}$`, 'su');
  const inbox = pattern.toUpperCase() === 'INBOX';
  return (path) => (inbox && path.length === 1 && path[0]?.toUpperCase() === 'INBOX') || expression.test(path.join('/'));
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`);
}
