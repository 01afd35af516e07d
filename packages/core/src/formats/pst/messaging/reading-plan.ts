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
}

/** What to read beside the IPM subtree. */
export interface PlanOptions {
  readonly include: ReadonlySet<ExclusionReason>;
  /** Associated messages (FAI) as well. */
  readonly includesAssociated: boolean;
}

/** What will be read and what will not. */
export interface ReadingPlan {
  readonly folders: readonly PlannedFolder[];
  readonly excluded: Readonly<Partial<Record<ExclusionReason, number>>>;
  readonly leftAlone: readonly LeftAlone[];
}

const REASONS: Readonly<Record<ExclusionReason, string>> = {
  outsideIpmSubtree: 'outside the folders of mail (IPM subtree)',
  recoverableItems: 'recoverable items, read on request',
  syncIssues: 'a log of the synchronisation',
  hidden: 'a hidden folder',
};

/** Decides which message nodes are read, and says what is left. Parents come first. */
export function planReading(store: PstStore, options: PlanOptions): ReadingPlan {
  const folders = new Map<string, PlannedFolder & { nids: number[] }>();
  const excluded: Partial<Record<ExclusionReason, number>> = {};
  const leftAlone: LeftAlone[] = [];
  for (const placed of store.folders) {
    const { folder, path, excluded: reason } = placed;
    const nids = store.index.byFolder.get(folder.nid) ?? [];
    if (reason !== undefined && !options.include.has(reason)) {
      excluded[reason] = (excluded[reason] ?? 0) + nids.length;
      leftAlone.push(...leaving(path, nids.length, reason));
      continue;
    }
    const all = options.includesAssociated ? [...nids, ...store.associated(folder.nid)] : nids;
    if (!isTop(store, placed) || all.length > 0) {
      addFolder(folders, placed, folder.containerClass, all);
    }
  }
  if (store.index.lost.length > 0) {
    addFolder(folders, { path: RECOVERED }, '', store.index.lost);
  }
  const counted = Object.entries(excluded).filter(([, count]) => count > 0);
  return { folders: [...folders.values()], excluded: Object.fromEntries(counted), leftAlone };
}

function leaving(path: FolderPath, count: number, reason: ExclusionReason): LeftAlone[] {
  const messages = count === 1 ? 'message' : 'messages';
  return count === 0 ? [] : [{ path: path.join('/'), reason: `${count} ${messages}: ${REASONS[reason]}` }];
}

function addFolder(
  folders: Map<string, PlannedFolder & { nids: number[] }>,
  { path, specialUse }: Pick<PlacedFolder, 'path' | 'specialUse'>,
  containerClass: string,
  nids: readonly number[],
): void {
  const known = folders.get(pathKey(path));
  if (known === undefined) {
    folders.set(pathKey(path), { path, containerClass, nids: [...nids], ...(specialUse && { specialUse }) });
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
