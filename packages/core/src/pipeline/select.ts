import type { FolderPath } from '../model/folder.js';
import type { Message } from '../model/message.js';
import type { MailStore } from '../model/store.js';
import { decorateStore, replaceInMessage } from './decorate.js';
import { folderPattern } from './folder-pattern.js';

/** Which messages of a store to take. What is left out by date or size is counted as filtered; an excluded folder is not read. */
export interface Selection {
  /** Patterns of folders to read; all when empty or absent. */
  readonly folders?: readonly string[];
  /** Patterns of folders to leave out. */
  readonly excludeFolders?: readonly string[];
  /** Internal dates from here on, milliseconds since the epoch. */
  readonly since?: number;
  /** Internal dates before this one, milliseconds since the epoch. */
  readonly before?: number;
  /** Largest content to take, octets. */
  readonly maxSize?: number;
}

/** A store that shows a part of another one. */
export function select(store: MailStore, selection: Selection): MailStore {
  const includes = folderFilter(selection);
  const unmatched = new Map((selection.folders ?? []).map((pattern) => [pattern, folderPattern(pattern)]));
  let isListed = false;
  const see = (path: FolderPath): void => {
    isListed = true;
    for (const [pattern, matches] of unmatched) if (matches(path)) unmatched.delete(pattern);
  };
  const { since = Number.NEGATIVE_INFINITY, before = Number.POSITIVE_INFINITY, maxSize = Number.POSITIVE_INFINITY } = selection;
  const leftOut = (message: Message) => message.internalDate < since || message.internalDate >= before || message.content.size > maxSize;
  return decorateStore(store, {
    folder: (folder) => {
      see(folder.path);
      return includes(folder.path) ? folder : undefined;
    },
    issues: () => (isListed ? [...unmatched.keys()].map((note) => ({ code: 'FOLDER_PATTERN_UNMATCHED', note })) : []),
    message: (message) =>
      message.filtered === undefined && leftOut(message) ? replaceInMessage(message, { filtered: 'option' }) : message,
    item: (item) => (includes(item.folder) ? item : undefined),
    selection: (inner) => ({ ...inner, includes: (path) => includes(path) && inner?.includes?.(path) !== false }),
  });
}

function folderFilter({ folders = [], excludeFolders = [] }: Selection): (path: FolderPath) => boolean {
  const wanted = folders.map(folderPattern);
  const unwanted = excludeFolders.map(folderPattern);
  return (path) => (wanted.length === 0 || wanted.some((matches) => matches(path))) && !unwanted.some((matches) => matches(path));
}
