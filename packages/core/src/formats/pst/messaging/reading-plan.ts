import { type FolderPath, pathKey, type SpecialUse } from '../../../model/folder.js';
import type { LeftAlone } from '../../../model/store.js';
import type { ExclusionReason, PlacedFolder } from './folder.js';
import { RECOVERED } from './place-folders.js';
import type { PstStore } from './store.js';

/** One folder as it will be delivered: folders of the same path are one. */
export interface PlannedFolder {
  readonly path: FolderPath;
  readonly specialUse?: SpecialUse;
  /** PidTagContainerClass of the first one. */
  readonly containerClass: string;
  readonly nids: readonly number[];
  /** True for a search folder: its messages lie in other folders as well. */
  readonly isSearch?: true;
}

/** What to read beside the IPM subtree. */
export interface PlanOptions {
  readonly include: ReadonlySet<ExclusionReason>;
  /** Associated messages (FAI) as well, in folders of their own. */
  readonly includesAssociated: boolean;
  /** Search folders as well: copies of messages that lie elsewhere. */
  readonly includesSearchFolders: boolean;
}

/** What will be read and what will not. */
export interface ReadingPlan {
  readonly folders: readonly PlannedFolder[];
  readonly excluded: Readonly<Partial<Record<ExclusionReason, number>>>;
  /** The same, node by node. */
  readonly excludedNids: ReadonlyMap<ExclusionReason, readonly number[]>;
  readonly leftAlone: readonly LeftAlone[];
  /** Paths that several folders with messages have. */
  readonly merged: readonly FolderPath[];
}

/** Folders that only an option makes. */
const ASSOCIATED = 'Associated Items';
const SEARCHES = 'Search Folders';

const REASONS: Readonly<Record<ExclusionReason, string>> = {
  outsideIpmSubtree: 'outside the folders of mail (IPM subtree)',
  recoverableItems: 'recoverable items, read on request',
  syncIssues: 'a log of the synchronisation',
  hidden: 'a hidden folder',
};

/** Decides which message nodes are read, and says what is left. Parents come first. */
export function planReading(store: PstStore, options: PlanOptions): ReadingPlan {
  const folders = new Map<string, PlannedFolder & { nids: number[] }>();
  const excludedNids = new Map<ExclusionReason, readonly number[]>();
  const leftAlone: LeftAlone[] = [];
  const merged: FolderPath[] = [];
  for (const placed of store.folders) {
    const { folder, path, excluded: reason } = placed;
    const nids = store.index.byFolder.get(folder.nid) ?? [];
    if (reason !== undefined && !options.include.has(reason)) {
      excludedNids.set(reason, [...(excludedNids.get(reason) ?? []), ...nids]);
      leftAlone.push(...leaving(path, nids.length, reason));
      continue;
    }
    if (!isTop(store, placed) || nids.length > 0) {
      if (isMerging(folders, path, nids)) merged.push(path);
      addFolder(folders, placed, folder.containerClass, nids);
    }
  }
  if (options.includesAssociated) {
    addAssociated(folders, store, options);
  }
  if (options.includesSearchFolders) {
    addSearches(folders, store);
  }
  if (store.index.lost.length > 0) {
    addFolder(folders, { path: RECOVERED }, '', store.index.lost);
  }
  return { folders: [...folders.values()], excluded: countsOf(excludedNids), excludedNids, leftAlone, merged };
}

/** True where messages come beside those of another folder. */
function isMerging(folders: ReadonlyMap<string, PlannedFolder>, path: FolderPath, nids: readonly number[]): boolean {
  return nids.length > 0 && (folders.get(pathKey(path))?.nids.length ?? 0) > 0;
}

/** The copies that search folders list. */
function addSearches(folders: Map<string, PlannedFolder & { nids: number[] }>, store: PstStore): void {
  for (const { name, nids } of store.searchFolders()) {
    addFolder(folders, { path: [SEARCHES, name], isSearch: true }, '', nids);
  }
}

function countsOf(excludedNids: ReadingPlan['excludedNids']): ReadingPlan['excluded'] {
  return Object.fromEntries([...excludedNids].filter(([, nids]) => nids.length > 0).map(([reason, nids]) => [reason, nids.length]));
}

/** Associated messages of what is read, under a folder of their own: among the mail nobody would want them. */
function addAssociated(folders: Map<string, PlannedFolder & { nids: number[] }>, store: PstStore, options: PlanOptions): void {
  for (const { folder, path, excluded } of store.folders) {
    const nids = store.associated(folder.nid);
    if (nids.length > 0 && (excluded === undefined || options.include.has(excluded))) {
      addFolder(folders, { path: [ASSOCIATED, ...path] }, '', nids);
    }
  }
}

function leaving(path: FolderPath, count: number, reason: ExclusionReason): LeftAlone[] {
  const messages = count === 1 ? 'message' : 'messages';
  return count === 0 ? [] : [{ path: path.join('/'), reason: `${count} ${messages}: ${REASONS[reason]}` }];
}

function addFolder(
  folders: Map<string, PlannedFolder & { nids: number[] }>,
  { path, specialUse, isSearch }: Pick<PlannedFolder, 'path' | 'specialUse' | 'isSearch'>,
  containerClass: string,
  nids: readonly number[],
): void {
  const known = folders.get(pathKey(path));
  if (known === undefined) {
    folders.set(pathKey(path), { path, containerClass, nids: [...nids], ...(specialUse && { specialUse }), ...(isSearch && { isSearch }) });
  } else {
    for (const nid of nids) {
      known.nids.push(nid);
    }
  }
}

/** The top of the IPM subtree, and the root: no client shows them, and they hold no messages but by accident. */
function isTop(store: PstStore, placed: PlacedFolder): boolean {
  return placed === store.folders[0] || placed.folder.parent === 0;
}
