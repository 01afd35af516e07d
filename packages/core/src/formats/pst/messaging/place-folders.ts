import { type FolderPath, INBOX, type SpecialUse } from '../../../model/folder.js';
import type { DamageSink } from '../ndb/damage.js';
import { formatNid, NID } from '../ndb/nid.js';
import type { ExclusionReason, PlacedFolder, PstFolder } from './folder.js';
import type { FolderTree } from './folder-tree.js';
import { guessByName } from './guess-folders.js';
import type { SpecialFolders } from './special-folders.js';

/** Where messages and folders go that no way from the root leads to. */
export const RECOVERED: FolderPath = ['Recovered'];

/** Where on request goes what lies beside the mail, in a store whose root has no name. */
const OUTSIDE = 'Outside';

/** Recoverable Items lies beside the IPM subtree and is named in English in every language ([MS-OXCSTOR] has no entry id for it). */
const RECOVERABLE_NAMES: ReadonlySet<string> = new Set(['recoverable items', 'deletions', 'purges', 'versions', 'discoveryholds']);
const RECOVERABLE: FolderPath = ['Recoverable Items'];

/** Gives every folder its path, its special use and, where it is not read by default, the reason. Parents come first. */
export function placeFolders(tree: FolderTree, special: SpecialFolders, damage: DamageSink): PlacedFolder[] {
  return new Placement(special, damage).place(tree);
}

/** A folder to be placed. */
interface Work {
  readonly folder: PstFolder;
  readonly path: FolderPath;
  /** Why the folder around it is not read. */
  readonly inherited: ExclusionReason | undefined;
}

/** Folders inside folders inside …: deeper ones are placed beside each other. Outlook stops at 300, mail servers long before. */
const MAX_DEPTH = 100;

function childrenOf(parent: PstFolder, path: FolderPath, inherited: ExclusionReason | undefined): Work[] {
  const base = path.length < MAX_DEPTH ? path : path.slice(0, MAX_DEPTH - 1);
  return parent.children.map((folder) => ({ folder, path: [...base, folder.name], inherited }));
}

class Placement {
  readonly #special: SpecialFolders;
  readonly #damage: DamageSink;
  readonly #placed: PlacedFolder[] = [];
  /** Each folder has one place: damage can make one lie in two, as when the root of the mail lies in a folder of its own. */
  readonly #nids = new Set<number>();
  #inbox: number | undefined;
  #uses: ReadonlyMap<number, SpecialUse>;

  constructor(special: SpecialFolders, damage: DamageSink) {
    this.#special = special;
    this.#damage = damage;
    this.#inbox = special.inbox;
    this.#uses = special.uses;
  }

  place(tree: FolderTree): PlacedFolder[] {
    const root = tree.byNid.get(NID.rootFolder);
    const subtree = this.#subtree(tree, root);
    if (subtree !== undefined) {
      this.#guess(subtree);
      this.#put({ folder: subtree, path: [subtree.name] });
      this.#walk(childrenOf(subtree, [], undefined));
    }
    for (const folder of tree.lost) {
      if (folder !== subtree) {
        this.#damage('PST_FOLDER_RECOVERED', `no way from the root leads to the folder "${folder.name.slice(0, 80)}"`);
        this.#walk([{ folder, path: [...RECOVERED, folder.name], inherited: undefined }]);
      }
    }
    if (root !== undefined && root !== subtree) {
      this.#outside(root);
    }
    return this.#placed;
  }

  /** Names decide, in any language, where nothing else says which folder it is: only at the top, and one folder for each use. */
  #guess(subtree: PstFolder): void {
    const guessed = guessByName(subtree.children, this.#special.uses, this.#inbox);
    for (const { folder, use } of guessed) {
      this.#damage(
        'PST_FOLDER_BY_NAME',
        `"${folder.name.slice(0, 80)}" is taken for ${use} by its name: nothing else says which folder it is`,
      );
    }
    this.#inbox ??= guessed.find(({ use }) => use === 'INBOX')?.folder.nid;
    const uses = guessed.flatMap(({ folder, use }): [number, SpecialUse][] => (use === 'INBOX' ? [] : [[folder.nid, use]]));
    this.#uses = new Map([...this.#special.uses, ...uses]);
  }

  /** The IPM subtree; in a store that names none, the folder below the root with the most folders, which is where the mail is. */
  #subtree(tree: FolderTree, root: PstFolder | undefined): PstFolder | undefined {
    const named = tree.byNid.get(this.#special.ipmSubtree ?? 0);
    if (named !== undefined) {
      return named;
    }
    const best = [...(root?.children ?? [])].sort((a, b) => b.children.length - a.children.length)[0];
    if (best !== undefined) {
      this.#damage('PST_SUBTREE_GUESSED', `the store names no folder as its root of mail, "${best.name.slice(0, 80)}" was taken`);
    }
    return best ?? root;
  }

  /** Places folders and all below them, parents first. No way is followed twice, and none deeper than real ones go. */
  #walk(starts: readonly Work[]): void {
    const stack = [...starts].reverse();
    for (let work = stack.pop(); work !== undefined; work = stack.pop()) {
      const { folder, path, inherited } = work;
      if (this.#nids.has(folder.nid)) continue;
      const specialUse = this.#uses.get(folder.nid);
      const excluded = inherited ?? this.#exclusion(folder);
      const own = folder.nid === this.#inbox ? INBOX : safePath(path);
      if (own !== INBOX && own !== path && excluded === undefined) this.#sayRenamed(folder.name, own);
      this.#put({ folder, path: own, ...(specialUse && { specialUse }), ...(excluded && { excluded }) });
      stack.push(...childrenOf(folder, own, excluded).reverse());
    }
  }

  #put(placed: PlacedFolder): void {
    this.#nids.add(placed.folder.nid);
    this.#placed.push(placed);
  }

  #sayRenamed(name: string, own: FolderPath): void {
    this.#damage('PST_FOLDER_RENAMED', `"${name.slice(0, 80)}" is "${own.join('/').slice(0, 80)}" now: it is not the Inbox`);
  }

  #exclusion(folder: PstFolder): ExclusionReason | undefined {
    if (this.#special.syncIssues.has(folder.nid)) {
      return 'syncIssues';
    }
    return folder.isHidden ? 'hidden' : undefined;
  }

  /** What lies beside the IPM subtree: views, the finder, search roots, and the Recoverable Items of an archive. */
  #outside(root: PstFolder): void {
    // Most roots have no name of their own.
    const top = root.name === formatNid(root.nid) ? OUTSIDE : root.name;
    this.#put({ folder: root, path: [top], excluded: 'outsideIpmSubtree' });
    const stack = root.children.map((child) => below(child, [top], 'outsideIpmSubtree')).reverse();
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const { folder, path, reason } = next;
      const use = this.#special.uses.get(folder.nid);
      if (this.#nids.has(folder.nid)) {
        continue;
      }
      if (use !== undefined || folder.nid === this.#inbox) {
        this.#walk([{ folder, path: [folder.name], inherited: undefined }]);
      } else {
        this.#put({ folder, path: safePath(path), excluded: reason });
        stack.push(...folder.children.map((child) => below(child, path, reason)).reverse());
      }
    }
  }
}

interface Outside {
  readonly folder: PstFolder;
  readonly path: string[];
  readonly reason: ExclusionReason;
}

function below(folder: PstFolder, parentPath: readonly string[], parentReason: ExclusionReason): Outside {
  const own = parentReason === 'recoverableItems' ? parentReason : outsideReason(folder);
  if (own !== 'recoverableItems') {
    return { folder, path: [...parentPath.slice(0, MAX_DEPTH), folder.name], reason: own };
  }
  const base = parentReason === 'recoverableItems' ? parentPath : recoverableBase(folder);
  return { folder, path: [...base.slice(0, MAX_DEPTH), folder.name], reason: own };
}

function recoverableBase(folder: PstFolder): FolderPath {
  return folder.name.toLowerCase() === 'recoverable items' ? [] : RECOVERABLE;
}

function outsideReason(folder: PstFolder): ExclusionReason {
  return RECOVERABLE_NAMES.has(folder.name.toLowerCase()) ? 'recoverableItems' : 'outsideIpmSubtree';
}

/** A top folder that calls itself INBOX and is not would be taken for it by every client. */
function safePath(path: FolderPath): FolderPath {
  return path.length === 1 && path[0]?.toUpperCase() === 'INBOX' ? [`${path[0]} (2)`] : path;
}
