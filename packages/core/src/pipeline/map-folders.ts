import { UsageError } from '../errors.js';
import { type Folder, type FolderPath, INBOX, pathKey, type SpecialUse } from '../model/folder.js';
import type { MailStore } from '../model/store.js';
import { decorateStore, replaceInMessage } from './decorate.js';

/** Where the folders of a store go. */
export interface FolderMapping {
  /** From folder to folder, names joined by `/`; a mapped folder takes its children with it, the longest match wins. */
  readonly map?: ReadonlyMap<string, string>;
  /** A folder under which everything goes. INBOX of the source becomes that folder itself. */
  readonly into?: FolderPath;
  /** True to give folders of a special use the names that servers have for them (`Envoyés` → `Sent`); known once the folders were listed. */
  readonly standardNames?: boolean;
}

/** The names of Dovecot's own configuration (15-mailboxes.conf), which most clients look for. */
const STANDARD_NAMES: Readonly<Partial<Record<SpecialUse, string>>> = {
  '\\Sent': 'Sent',
  '\\Drafts': 'Drafts',
  '\\Junk': 'Junk',
  '\\Trash': 'Trash',
  '\\Archive': 'Archive',
};

/**
 * Reads the lines `From = To` of a folder map; `#` starts a comment line.
 * @throws {@link UsageError} FOLDER_MAP_INVALID with the number of the line.
 */
export function parseFolderMap(text: string): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const [index, line] of text.split(/\r?\n/u).entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const parts = /^(.*?\S)\s*=\s*(\S.*)$/u.exec(trimmed);
    if (parts?.[1] === undefined || parts[2] === undefined || namesOf(parts[2]).length === 0) {
      throw new UsageError('FOLDER_MAP_INVALID', `line ${index + 1} of the folder map is not of the form From = To`, {
        help: 'write one pair a line: Sent Items = Sent',
      });
    }
    map.set(parts[1], parts[2]);
  }
  return map;
}

/** A store whose folders have other names. Folders that become one merge. */
export function mapFolders(store: MailStore, mapping: FolderMapping): MailStore {
  const known = new Map<string, FolderPath>();
  const standard = new Map<string, string>();
  const mapped = (path: FolderPath): FolderPath => {
    const key = pathKey(path);
    let to = known.get(key);
    if (to === undefined) {
      to = under(mapping.into, renamed(path, mapping.map) ?? renamed(path, standard) ?? path);
      known.set(key, to);
    }
    return to;
  };
  return decorateStore(store, {
    folder: (folder): Folder => {
      const name = mapping.standardNames === true && folder.specialUse !== undefined ? STANDARD_NAMES[folder.specialUse] : undefined;
      if (name !== undefined) standard.set(folder.path.join('/'), name);
      return { ...folder, path: mapped(folder.path) };
    },
    message: (message) => replaceInMessage(message, { folder: mapped(message.folder) }),
    item: (item) => ({ ...item, folder: mapped(item.folder) }),
  });
}

function renamed(path: FolderPath, map: ReadonlyMap<string, string> | undefined): FolderPath | undefined {
  if (map === undefined) return undefined;
  for (let length = path.length; length > 0; length -= 1) {
    const to = map.get(path.slice(0, length).join('/'));
    if (to !== undefined) return [...namesOf(to), ...path.slice(length)];
  }
  return undefined;
}

function namesOf(joined: string): string[] {
  return joined.split('/').filter((name) => name !== '');
}

function under(into: FolderPath | undefined, path: FolderPath): FolderPath {
  if (into === undefined) return path;
  return path.length === 1 && path[0] === INBOX[0] ? into : [...into, ...path];
}
