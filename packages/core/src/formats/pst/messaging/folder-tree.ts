import { NodeHandle } from '../ltp/node-handle.js';
import { PropertyContext } from '../ltp/property-context.js';
import type { DecodeString8 } from '../ltp/property-type.js';
import { TableContext } from '../ltp/table-context.js';
import type { DamageSink } from '../ndb/damage.js';
import { formatNid, NID, NID_TYPE, nidType, withNidType } from '../ndb/nid.js';
import type { NodeDatabase } from '../ndb/node-database.js';
import type { PstFolder } from './folder.js';

const PID_TAG_DISPLAY_NAME = 0x3001;
const PID_TAG_CONTAINER_CLASS = 0x3613;
const PID_TAG_ATTRIBUTE_HIDDEN = 0x10f4;

/** All folders of a store. */
export interface FolderTree {
  readonly byNid: ReadonlyMap<number, PstFolder>;
  /** Folders that no way from the root leads to: their parent is lost, or they lie in a circle. */
  readonly lost: readonly PstFolder[];
}

/**
 * Reads every folder of the node tree. Which folder it lies in is what the node says (nidParent); the hierarchy tables ([MS-PST] 2.4.4.1.1)
 * give the order, and a parent where the node has none.
 */
export function readFolderTree(database: NodeDatabase, damage: DamageSink, decodeString8: DecodeString8): FolderTree {
  const byNid = new Map<number, PstFolder>();
  const order = new Map<number, readonly number[]>();
  const listedIn = new Map<number, number>();
  for (const { nid } of database.nodes.entries()) {
    if (nidType(nid) === NID_TYPE.folder) {
      const children = tableIds(database, withNidType(nid, NID_TYPE.hierarchyTable), damage);
      order.set(nid, children);
      for (const child of children) {
        listedIn.set(child, listedIn.get(child) ?? nid);
      }
    }
  }
  for (const nid of order.keys()) {
    byNid.set(nid, readFolder(database, nid, listedIn, order, damage, decodeString8));
  }
  for (const folder of byNid.values()) {
    byNid.get(folder.parent)?.children.push(folder);
  }
  for (const folder of byNid.values()) {
    sortChildren(folder, order.get(folder.nid) ?? []);
  }
  return { byNid, lost: findLost(byNid) };
}

/** The ids in the rows of a table; none, without an issue, when the node is absent. */
export function tableIds(database: NodeDatabase, nid: number, damage: DamageSink): number[] {
  const entry = database.nodes.find(nid);
  const table = entry === undefined ? undefined : TableContext.open(new NodeHandle(database, entry, damage));
  return table?.rowIds() ?? [];
}

function readFolder(
  database: NodeDatabase,
  nid: number,
  listedIn: ReadonlyMap<number, number>,
  order: ReadonlyMap<number, readonly number[]>,
  damage: DamageSink,
  decodeString8: DecodeString8,
): PstFolder {
  const entry = database.nodes.find(nid);
  const context = entry === undefined ? undefined : PropertyContext.open(new NodeHandle(database, entry, damage));
  const text = (id: number): string => {
    const value = context?.value(id, decodeString8);
    return typeof value === 'string' ? value : '';
  };
  const parent = nid === NID.rootFolder ? 0 : (entry?.parent ?? 0);
  return {
    nid,
    name: text(PID_TAG_DISPLAY_NAME) || formatNid(nid),
    parent: nid === NID.rootFolder || (order.has(parent) && parent !== nid) ? parent : (listedIn.get(nid) ?? 0),
    containerClass: text(PID_TAG_CONTAINER_CLASS),
    isHidden: context?.value(PID_TAG_ATTRIBUTE_HIDDEN, decodeString8) === true,
    children: [],
  };
}

function sortChildren(folder: PstFolder, order: readonly number[]): void {
  const rank = new Map(order.map((nid, i) => [nid, i]));
  folder.children.sort((a, b) => (rank.get(a.nid) ?? rank.size) - (rank.get(b.nid) ?? rank.size) || a.nid - b.nid);
}

/** The topmost of the folders that the root does not lead to. A circle is cut at its lowest nid. */
function findLost(byNid: ReadonlyMap<number, PstFolder>): PstFolder[] {
  const reached = new Set<number>();
  const root = byNid.get(NID.rootFolder);
  reach(root, reached);
  const lost: PstFolder[] = [];
  const unreached = [...byNid.values()].filter((folder) => !reached.has(folder.nid));
  const tops = unreached.filter((folder) => !byNid.has(folder.parent));
  for (const folder of [...tops, ...unreached]) {
    if (!reached.has(folder.nid)) {
      lost.push(folder);
      reach(folder, reached);
    }
  }
  return lost;
}

/** Marks a folder and all below it; children that are marked already leave, which cuts circles. */
function reach(from: PstFolder | undefined, reached: Set<number>): void {
  const stack = from === undefined ? [] : [from];
  if (from !== undefined) {
    reached.add(from.nid);
  }
  for (let folder = stack.pop(); folder !== undefined; folder = stack.pop()) {
    const fresh = folder.children.filter((child) => !reached.has(child.nid));
    folder.children.splice(0, folder.children.length, ...fresh);
    for (const child of fresh) {
      reached.add(child.nid);
      stack.push(child);
    }
  }
}
