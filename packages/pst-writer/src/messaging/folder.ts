// Folder objects, [MS-PST] 2.4.4: a PC, a hierarchy table, a contents table and an FAI contents table.
import type { Property } from '../ltp/property.js';
import { PropertyBag } from '../ltp/property-bag.js';
import { writePropertyContext } from '../ltp/property-context.js';
import { TableContext } from '../ltp/table-context.js';
import { SubnodeTree } from '../ndb/subnode-tree.js';
import { ASSOC_COLUMNS, CONTENTS_COLUMNS, HIERARCHY_COLUMNS } from './columns.js';
import { writeMessageObject } from './message.js';
import {
  NID_TYPE_ASSOC_CONTENTS_TABLE,
  NID_TYPE_ASSOC_MESSAGE,
  NID_TYPE_CONTENTS_TABLE,
  NID_TYPE_HIERARCHY_TABLE,
  NID_TYPE_NORMAL_MESSAGE,
  withType,
} from './nid.js';
import type { MessageSpec } from './spec.js';
import { globalCounter, type Writing } from './writing.js';

const PidTagDisplayName = 0x3001001f;
const PidTagContentCount = 0x36020003;
const PidTagContentUnreadCount = 0x36030003;
const PidTagSubfolders = 0x360a000b;
const PidTagContainerClass = 0x3613001f;
const PidTagReplChangenum = 0x0e330014;
/** Of an OST folder: the number that entry ids refer to, in the upper six octets. */
const PidTagFolderId = 0x67f40014;
const MSGFLAG_READ = 0x01;

/** A folder with its NID and its subfolders, ready to be written. */
export interface FolderPlan {
  readonly nid: number;
  readonly nidParent: number;
  readonly name: string;
  readonly containerClass?: string | undefined;
  readonly properties: readonly Property[];
  readonly messages: Iterable<MessageSpec>;
  readonly children: readonly FolderPlan[];
  /** Writes children that are no folders of this kind; returns their rows. */
  readonly writeOthers?: () => (readonly [number, PropertyBag])[];
}

/** Writes a folder and all below it; returns its properties, for the row in its parent's table. */
export function writeFolder(writing: Writing, plan: FolderPlan): PropertyBag {
  const contents = new Contents(writing, plan.nid);
  for (const message of plan.messages) {
    contents.add(message);
  }
  const hierarchy = new TableContext(writing.db, HIERARCHY_COLUMNS);
  for (const child of plan.children) {
    hierarchy.addRow(child.nid, writeFolder(writing, child));
  }
  for (const [nid, bag] of plan.writeOthers?.() ?? []) {
    hierarchy.addRow(nid, bag);
  }
  contents.write();
  addTable(writing, withType(plan.nid, NID_TYPE_HIERARCHY_TABLE), hierarchy, HIERARCHY_COLUMNS);
  const bag = folderBag(writing, plan, contents, hierarchy.rowCount);
  const subnodes = new SubnodeTree(writing.db);
  const bidData = writePropertyContext(writing.db, bag, subnodes);
  writing.db.addNode({ nid: plan.nid, bidData, bidSub: subnodes.write(), nidParent: plan.nidParent });
  writing.tally.folders++;
  return bag;
}

function folderBag(writing: Writing, plan: FolderPlan, contents: Contents, subfolders: number): PropertyBag {
  const bag = new PropertyBag(writing.db.variant);
  bag.set(PidTagDisplayName, plan.name);
  bag.set(PidTagContentCount, contents.listed);
  bag.set(PidTagContentUnreadCount, contents.unread);
  bag.set(PidTagSubfolders, subfolders > 0);
  bag.set(PidTagContainerClass, plan.containerClass);
  if (writing.isOst) {
    const id = Buffer.concat([Buffer.from([1, 0]), globalCounter(plan.nid)]);
    bag.set(PidTagFolderId, id);
    bag.set(PidTagReplChangenum, 1);
  }
  return bag.setAll(plan.properties);
}

/** Adds the node of a table; tables without rows share one. */
function addTable(writing: Writing, nid: number, table: TableContext, columns: readonly number[]): void {
  const { bidData, bidSub } = table.rowCount === 0 ? writing.emptyTable(columns) : table.write();
  writing.db.addNode({ nid, bidData, bidSub, nidParent: 0 });
}

/** The messages of one folder and the two tables that list them. */
class Contents {
  listed = 0;
  unread = 0;
  readonly #writing: Writing;
  readonly #nidFolder: number;
  readonly #contents: TableContext;
  readonly #associated: TableContext;

  constructor(writing: Writing, nidFolder: number) {
    this.#writing = writing;
    this.#nidFolder = nidFolder;
    this.#contents = new TableContext(writing.db, CONTENTS_COLUMNS);
    this.#associated = new TableContext(writing.db, ASSOC_COLUMNS);
  }

  add(spec: MessageSpec): void {
    const writing = this.#writing;
    const nid = writing.nids.next(spec.isAssociated === true ? NID_TYPE_ASSOC_MESSAGE : NID_TYPE_NORMAL_MESSAGE);
    const { bidData, bidSub, bag } = writeMessageObject(writing, spec, nid);
    writing.db.addNode({ nid, bidData, bidSub, nidParent: this.#nidFolder });
    if (spec.isAssociated === true) {
      writing.tally.associated++;
      this.#associated.addRow(nid, bag);
      return;
    }
    writing.tally.messages++;
    writing.messageNids.push(nid);
    if (spec.isOrphan === true) {
      writing.tally.orphans++;
      return;
    }
    this.#contents.addRow(nid, bag);
    this.listed++;
    this.unread += ((spec.flags ?? MSGFLAG_READ) & MSGFLAG_READ) === 0 ? 1 : 0;
  }

  write(): void {
    const contents = withType(this.#nidFolder, NID_TYPE_CONTENTS_TABLE);
    const associated = withType(this.#nidFolder, NID_TYPE_ASSOC_CONTENTS_TABLE);
    addTable(this.#writing, contents, this.#contents, CONTENTS_COLUMNS);
    addTable(this.#writing, associated, this.#associated, ASSOC_COLUMNS);
  }
}
