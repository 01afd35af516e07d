import { assignSpecialUse } from '../formats/special-use/special-use.js';
import { type Folder, type FolderPath, INBOX, pathKey, samePath } from '../model/folder.js';

/** What a store knows of a folder beside its place. */
export type FolderFacts = Omit<Folder, 'path' | 'specialUse'>;

function compareNames(a: FolderPath, b: FolderPath): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [left = '', right = ''] = [a[i], b[i]];
    if (left !== right) return left < right ? -1 : 1;
  }
  return a.length - b.length;
}

/** INBOX first, then by name; a parent before its children. */
export function compareFolders(a: FolderPath, b: FolderPath): number {
  const rank = Number(b[0] === INBOX[0]) - Number(a[0] === INBOX[0]);
  return rank !== 0 ? rank : compareNames(a, b);
}

/** The folders of a store, parents first, with special uses by name. A directory that is no folder itself is a level of names and is not listed. */
export function folderTree(folders: Iterable<{ readonly path: FolderPath } & FolderFacts>): Folder[] {
  const known = new Map<string, { readonly path: FolderPath } & FolderFacts>();
  for (const folder of folders) {
    const before = known.get(pathKey(folder.path));
    known.set(pathKey(folder.path), before === undefined ? folder : sum(before, folder));
  }
  const uses = assignSpecialUse([...known.values()].map(({ path }) => path).sort(compareFolders));
  return [...known.values()]
    .sort((a, b) => compareFolders(a.path, b.path))
    .map((folder) => {
      const specialUse = uses.get(pathKey(folder.path));
      return specialUse === undefined || samePath(folder.path, INBOX) ? folder : { ...folder, specialUse };
    });
}

/** Two parts of one folder: the facts of the first that has them, the octets of both. */
function sum(a: Folder, b: Folder): Folder {
  const bytes = a.bytes === undefined && b.bytes === undefined ? {} : { bytes: (a.bytes ?? 0) + (b.bytes ?? 0) };
  return { ...b, ...a, ...bytes };
}
