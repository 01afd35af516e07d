import { type FolderPath, pathKey, type SpecialUse } from '../../model/folder.js';
import { SPECIAL_USE_NAMES } from './names.js';

interface Meaning {
  readonly use: SpecialUse;
  /** Place in the list of the use: lower is better. */
  readonly rank: number;
}

/** Letters as a reader sees them: NFC, lower case, marks of direction gone, one space for any. */
export function foldFolderName(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\u200e\u200f\u202a-\u202e]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

const MEANINGS: ReadonlyMap<string, Meaning> = new Map(
  // Of two uses that claim one name the first keeps it, so the list runs backwards.
  [...SPECIAL_USE_NAMES]
    .reverse()
    .flatMap(([use, names]) => names.map((name, rank): [string, Meaning] => [foldFolderName(name), { use, rank }]).reverse()),
);

/** Folders that stand for the top: an account's own folders lie in them (`INBOX/Sent`, `[Gmail]/Sent Mail`). */
const TOPS: ReadonlySet<string> = new Set(['inbox', '[gmail]', '[google mail]', 'mail', 'local folders']);

function meaningOf(path: FolderPath): Meaning | undefined {
  const isTop = path.length === 1 || (path.length === 2 && TOPS.has(foldFolderName(path[0] ?? '')));
  const name = path.at(-1);
  return isTop && name !== undefined ? MEANINGS.get(foldFolderName(name)) : undefined;
}

/** The use that a folder's name says, in any language of the list; only at the top, or below a folder that stands for the top. */
export function specialUseOfName(path: FolderPath): SpecialUse | undefined {
  return meaningOf(path)?.use;
}

/** The special-use folders of a store, by {@link pathKey}: for each use at most one folder, at the highest place and of the plainest name. */
export function assignSpecialUse(paths: Iterable<FolderPath>): ReadonlyMap<string, SpecialUse> {
  const best = new Map<SpecialUse, { key: string; rank: number; depth: number }>();
  for (const path of paths) {
    const meaning = meaningOf(path);
    if (meaning === undefined) continue;
    const known = best.get(meaning.use);
    const isBetter = known === undefined || path.length < known.depth || (path.length === known.depth && meaning.rank < known.rank);
    if (isBetter) best.set(meaning.use, { key: pathKey(path), rank: meaning.rank, depth: path.length });
  }
  return new Map([...best].map(([use, { key }]) => [key, use]));
}
