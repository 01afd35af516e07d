import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decodeMailboxName } from '../../src/formats/imap/mailbox-name.js';
import { parseFileName, parseLetters } from '../../src/formats/maildir/filename.js';
import { parseKeywordsFile } from '../../src/formats/maildir/keywords-file.js';
import { parseUidlistEntry } from '../../src/formats/maildir/uidlist-file.js';
import { digestCrlf } from '../../src/index.js';
import type { Found } from '../conformance/targets.js';

/** One message file as it lies in a Maildir. */
export interface FoundFile extends Found {
  readonly name: string;
  readonly part: string;
  readonly text: string;
}

/** Everything that a Maildir holds, by its files alone, sorted by name. */
export function readMaildir(root: string, layout: 'maildir++' | 'fs' = 'maildir++'): FoundFile[] {
  return [{ path: ['INBOX'], directory: root }, ...foldersBelow(root, layout)].flatMap(({ path, directory }) =>
    readFolder(path, directory),
  );
}

function foldersBelow(root: string, layout: 'maildir++' | 'fs'): { path: string[]; directory: string }[] {
  if (layout === 'maildir++') {
    return subdirectories(root)
      .filter((name) => name.startsWith('.'))
      .map((name) => ({ path: name.slice(1).split('.').map(decoded), directory: join(root, name) }));
  }
  const walk = (path: string[], directory: string): { path: string[]; directory: string }[] =>
    subdirectories(directory)
      .filter((name) => !['cur', 'new', 'tmp'].includes(name))
      .flatMap((name) => {
        const below = [...path, decoded(name)];
        return [{ path: below, directory: join(directory, name) }, ...walk(below, join(directory, name))];
      });
  return walk([], root);
}

function subdirectories(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function decoded(name: string): string {
  return decodeMailboxName(name) ?? name;
}

function readFolder(folder: string[], directory: string): FoundFile[] {
  const keywords = parseKeywordsFile(textOf(join(directory, 'dovecot-keywords')));
  const uids = new Map(uidlist(directory).map(({ base, uid }) => [base, uid]));
  return ['cur', 'new'].flatMap((part) =>
    listOf(join(directory, part)).map((name) => {
      const path = join(directory, part, name);
      const bytes = readFileSync(path);
      const { base, letters } = parseFileName(name);
      const uid = uids.get(base);
      return {
        folder,
        name,
        part,
        text: bytes.toString('latin1'),
        sha256: digestCrlf([bytes]).sha256,
        flags: [...parseLetters(letters ?? '', keywords).flags],
        internalDate: Math.floor(statSync(path).mtimeMs / 1000) * 1000,
        ...(uid === undefined ? {} : { uid }),
      };
    }),
  );
}

/** The entries of a folder's uidlist. */
export function uidlist(directory: string): { uid: number; base: string; fields: readonly string[] }[] {
  return textOf(join(directory, 'dovecot-uidlist'))
    .split('\n')
    .slice(1)
    .flatMap((line) => parseUidlistEntry(line) ?? []);
}

/** The text of a file, `''` when there is none. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Names in a directory, none when there is none. */
export function listOf(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}
