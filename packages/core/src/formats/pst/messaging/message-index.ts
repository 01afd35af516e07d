import type { DamageSink } from '../ndb/damage.js';
import { formatNid, NID_TYPE, nidType, withNidType } from '../ndb/nid.js';
import type { NodeDatabase } from '../ndb/node-database.js';
import type { FolderTree } from './folder-tree.js';
import { tableIds } from './folder-tree.js';

/** Which messages lie in which folder, by node tree and contents tables both. */
export interface MessageIndex {
  /** Message nodes (type 0x04) of the node tree: what the books must account for. */
  readonly expected: number;
  /** nid of a folder → nids of its messages, ascending, which is the order in which they came to be. */
  readonly byFolder: ReadonlyMap<number, readonly number[]>;
  /** Messages whose folder is lost. */
  readonly lost: readonly number[];
  /** Messages that no contents table lists. */
  readonly unlisted: ReadonlySet<number>;
  /** Messages that a contents table lists and the node tree lacks. */
  readonly missing: number;
}

/**
 * Reconciles the contents tables ([MS-PST] 2.4.4.5.1) with the node tree. Each message node is in one folder: in the one whose table
 * lists it (in the one that the node names, where several do), else in the one that the node names, else in none.
 */
export function indexMessages(database: NodeDatabase, tree: FolderTree, damage: DamageSink): MessageIndex {
  const { owners, missing } = readListings(database, tree, damage);
  const byFolder = new Map<number, number[]>();
  const lost: number[] = [];
  const unlisted = new Set<number>();
  let expected = 0;
  for (const { nid, parent } of database.nodes.entries()) {
    if (nidType(nid) !== NID_TYPE.message) {
      continue;
    }
    expected += 1;
    const owner = owners.get(nid);
    if (owner === undefined) {
      unlisted.add(nid);
    }
    const folder = owner ?? parent;
    if (tree.byNid.has(folder)) {
      push(byFolder, folder, nid);
    } else {
      lost.push(nid);
    }
  }
  return { expected, byFolder, lost, unlisted, missing };
}

function readListings(
  database: NodeDatabase,
  tree: FolderTree,
  damage: DamageSink,
): { owners: ReadonlyMap<number, number>; missing: number } {
  const owners = new Map<number, number>();
  let missing = 0;
  for (const folder of tree.byNid.keys()) {
    for (const nid of tableIds(database, withNidType(folder, NID_TYPE.contentsTable), damage)) {
      const node = database.nodes.find(nid);
      if (node === undefined) {
        missing += 1;
        damage('PST_MESSAGE_MISSING', `the folder ${formatNid(folder)} lists the message ${formatNid(nid)}, which is not in the file`);
      } else if (!owners.has(nid) || node.parent === folder) {
        owners.set(nid, folder);
      }
    }
  }
  return { owners, missing };
}

function push(map: Map<number, number[]>, key: number, value: number): void {
  const list = map.get(key);
  if (list === undefined) {
    map.set(key, [value]);
  } else {
    list.push(value);
  }
}

/** The associated messages (FAI: views, rules, forms; type 0x08) that lie in a folder. */
export function associatedMessages(database: NodeDatabase): ReadonlyMap<number, readonly number[]> {
  const byFolder = new Map<number, number[]>();
  for (const { nid, parent } of database.nodes.entries()) {
    if (nidType(nid) === NID_TYPE.associatedMessage) {
      push(byFolder, parent, nid);
    }
  }
  return byFolder;
}
