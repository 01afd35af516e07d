// The message store object and the nodes that every file has, [MS-PST] 2.4.3 and 2.7.1.
import { PropertyBag } from '../ltp/property-bag.js';
import { TableContext, type WrittenTable } from '../ltp/table-context.js';
import { ASSOC_COLUMNS, CONTENTS_COLUMNS, HIERARCHY_COLUMNS, SEARCH_COLUMNS } from './columns.js';
import type { StorePlan } from './folder-plan.js';
import {
  NID_ASSOC_CONTENTS_TABLE_TEMPLATE,
  NID_ATTACHMENT_TABLE,
  NID_CONTENTS_TABLE_TEMPLATE,
  NID_HIERARCHY_TABLE_TEMPLATE,
  NID_MESSAGE_STORE,
  NID_NAME_TO_ID_MAP,
  NID_OUTGOING_QUEUE_TABLE,
  NID_RECEIVE_FOLDER_TABLE,
  NID_RECIPIENT_TABLE,
  NID_SEARCH_ACTIVITY_LIST,
  NID_SEARCH_CONTENTS_TABLE_TEMPLATE,
  NID_SEARCH_MANAGEMENT_QUEUE,
} from './nid.js';
import { RECIPIENT_COLUMNS } from './recipient.js';
import { addProperties } from './search-folder.js';
import type { StoreSpec } from './spec.js';
import { storeFolders } from './special-folders.js';
import type { Writing } from './writing.js';

const PidTagRecordKey = 0x0ff90102;
const PidTagDisplayName = 0x3001001f;
const PidTagValidFolderMask = 0x35df0003;
const PidTagIpmSubTreeEntryId = 0x35e00102;
const PidTagFinderEntryId = 0x35e70102;
const PidTagPstPassword = 0x67ff0003;
const PidTagMessageClass = 0x001a001f;
const PidTagReceiveFolderNid = 0x66050003;

/** All of the IPM subtree, Inbox, Outbox, Wastebasket, Sent, views, common views and finder. */
const ALL_FOLDERS = 0xff;
const ATTACHMENT_TEMPLATE_COLUMNS: readonly number[] = [0x0e200003, 0x3704001f, 0x37050003, 0x370b0003];
const OUTGOING_COLUMNS: readonly number[] = [0x00390040, 0x0e140003];

/** Writes the store object, the name-to-id map, the templates and the fixed tables. */
export function writeStoreNodes(writing: Writing, spec: StoreSpec, plan: StorePlan): void {
  writeStoreObject(writing, spec, plan);
  writeNameMap(writing);
  writeReceiveFolderTable(writing, plan.special.get('inbox') ?? plan.nidIpmSubtree);
  addTable(writing, NID_HIERARCHY_TABLE_TEMPLATE, writing.emptyTable(HIERARCHY_COLUMNS));
  addTable(writing, NID_CONTENTS_TABLE_TEMPLATE, writing.emptyTable(CONTENTS_COLUMNS));
  addTable(writing, NID_ASSOC_CONTENTS_TABLE_TEMPLATE, writing.emptyTable(ASSOC_COLUMNS));
  addTable(writing, NID_SEARCH_CONTENTS_TABLE_TEMPLATE, writing.emptyTable(SEARCH_COLUMNS));
  addTable(writing, NID_OUTGOING_QUEUE_TABLE, writing.emptyTable(OUTGOING_COLUMNS));
  addTable(writing, NID_ATTACHMENT_TABLE, writing.emptyTable(ATTACHMENT_TEMPLATE_COLUMNS));
  addTable(writing, NID_RECIPIENT_TABLE, writing.emptyTable(RECIPIENT_COLUMNS));
  for (const nid of [NID_SEARCH_MANAGEMENT_QUEUE, NID_SEARCH_ACTIVITY_LIST]) {
    writing.db.addNode({ nid, bidData: 0, bidSub: 0, nidParent: 0 });
  }
}

function addTable(writing: Writing, nid: number, { bidData, bidSub }: WrittenTable): void {
  writing.db.addNode({ nid, bidData, bidSub, nidParent: 0 });
}

/** [MS-PST] 2.4.3.1; an OST has no PidTagIpm… entry ids. */
function writeStoreObject(writing: Writing, spec: StoreSpec, plan: StorePlan): void {
  const bag = new PropertyBag(writing.db.variant);
  bag.set(PidTagRecordKey, writing.recordKey);
  bag.set(PidTagDisplayName, spec.displayName ?? 'Outlook data file');
  bag.set(PidTagValidFolderMask, ALL_FOLDERS);
  bag.set(PidTagPstPassword, spec.passwordCrc ?? 0);
  if (!writing.isOst) {
    bag.set(PidTagIpmSubTreeEntryId, writing.entryId(plan.nidIpmSubtree));
    bag.set(PidTagFinderEntryId, writing.entryId(plan.nidFinder));
    bag.setAll(storeFolders(writing, plan.special));
  }
  addProperties(writing, NID_MESSAGE_STORE, 0, bag.setAll(spec.properties ?? []));
}

/** Other readers refuse a map whose GUIDs, entries or strings are empty, so two names are always there. */
function writeNameMap(writing: Writing): void {
  writing.names.idOf('PSETID_Common', 0x8503);
  writing.names.idOf('PS_PUBLIC_STRINGS', 'Keywords');
  addProperties(writing, NID_NAME_TO_ID_MAP, 0, new PropertyBag(writing.db.variant).setAll(writing.names.properties()));
}

/** Not in [MS-PST], as real files have it: a row for each message class with the NID of the folder that receives it. */
function writeReceiveFolderTable(writing: Writing, nidInbox: number): void {
  const table = new TableContext(writing.db, [PidTagMessageClass, PidTagReceiveFolderNid]);
  for (const [index, messageClass] of ['', 'IPM', 'IPM.Note'].entries()) {
    const bag = new PropertyBag(writing.db.variant);
    table.addRow(index + 1, bag.set(PidTagMessageClass, messageClass).set(PidTagReceiveFolderNid, nidInbox));
  }
  addTable(writing, NID_RECEIVE_FOLDER_TABLE, table.write());
}
