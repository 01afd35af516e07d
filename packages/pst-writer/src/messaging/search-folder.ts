// Search folders, [MS-PST] 2.4.8.6: a PC, an update queue, a criteria object and a table of messages of other folders.
import { PropertyBag } from '../ltp/property-bag.js';
import { writePropertyContext } from '../ltp/property-context.js';
import { TableContext } from '../ltp/table-context.js';
import { SubnodeTree } from '../ndb/subnode-tree.js';
import { SEARCH_COLUMNS } from './columns.js';
import {
  NID_TYPE_SEARCH_CONTENTS_TABLE,
  NID_TYPE_SEARCH_CRITERIA_OBJECT,
  NID_TYPE_SEARCH_FOLDER,
  NID_TYPE_SEARCH_UPDATE_QUEUE,
  withType,
} from './nid.js';
import type { SearchFolderSpec } from './spec.js';
import type { Writing } from './writing.js';

const PidTagDisplayName = 0x3001001f;
const PidTagContentCount = 0x36020003;
const PidTagContentUnreadCount = 0x36030003;
const PidTagSubfolders = 0x360a000b;
const PidTagContainerClass = 0x3613001f;
const PidTagSearchFolderFlags = 0x66c40003;

/** Writes a search folder below `nidParent`; returns its NID and its properties for the row in the parent's table. */
export function writeSearchFolder(writing: Writing, spec: SearchFolderSpec, nidParent: number): [number, PropertyBag] {
  const { db } = writing;
  const nid = writing.nids.next(NID_TYPE_SEARCH_FOLDER);
  const listed = (spec.messages ?? []).map((ordinal) => writing.messageNids[ordinal]).filter((each) => each !== undefined);
  const table = new TableContext(db, SEARCH_COLUMNS);
  for (const message of listed) {
    table.addRow(message, new PropertyBag(db.variant));
  }
  const contents = table.write();
  db.addNode({ nid: withType(nid, NID_TYPE_SEARCH_CONTENTS_TABLE), ...contents, nidParent: 0 });
  db.addNode({ nid: withType(nid, NID_TYPE_SEARCH_UPDATE_QUEUE), bidData: 0, bidSub: 0, nidParent: 0 });
  addProperties(writing, withType(nid, NID_TYPE_SEARCH_CRITERIA_OBJECT), 0, new PropertyBag(db.variant).set(PidTagSearchFolderFlags, 0));
  const bag = new PropertyBag(db.variant);
  bag.set(PidTagDisplayName, spec.name);
  bag.set(PidTagContentCount, listed.length);
  bag.set(PidTagContentUnreadCount, 0);
  bag.set(PidTagSubfolders, false);
  bag.set(PidTagContainerClass, 'IPF.Note');
  addProperties(writing, nid, nidParent, bag);
  return [nid, bag];
}

/** Adds a node that is a PC. */
export function addProperties(writing: Writing, nid: number, nidParent: number, bag: PropertyBag): void {
  const subnodes = new SubnodeTree(writing.db);
  const bidData = writePropertyContext(writing.db, bag, subnodes);
  writing.db.addNode({ nid, bidData, bidSub: subnodes.write(), nidParent });
}
