import { NodeHandle } from '../ltp/node-handle.js';
import { PropertyContext } from '../ltp/property-context.js';
import type { DecodeString8 } from '../ltp/property-type.js';
import type { DamageSink } from '../ndb/damage.js';
import { formatNid, NID_TYPE, nidType, withNidType } from '../ndb/nid.js';
import type { NodeDatabase } from '../ndb/node-database.js';
import { tableIds } from './folder-tree.js';

const PID_TAG_DISPLAY_NAME = 0x3001;

/** A folder that a search filled ([MS-PST] 2.4.8.6): its messages lie in other folders. */
export interface SearchFolder {
  readonly name: string;
  /** Ascending; messages that are no longer in the file left out. */
  readonly nids: readonly number[];
}

/** Every search folder that lists a message. What Outlook searches for itself has no name of its own and is named by its node. */
export function searchFolders(database: NodeDatabase, damage: DamageSink, decodeString8: DecodeString8): SearchFolder[] {
  const found: SearchFolder[] = [];
  for (const entry of database.nodes.entries()) {
    if (nidType(entry.nid) !== NID_TYPE.searchFolder) {
      continue;
    }
    const listed = tableIds(database, withNidType(entry.nid, NID_TYPE.searchContentsTable), damage);
    const nids = listed.filter((nid) => nidType(nid) === NID_TYPE.message && database.nodes.find(nid) !== undefined);
    const name = PropertyContext.open(new NodeHandle(database, entry, damage))?.value(PID_TAG_DISPLAY_NAME, decodeString8);
    if (nids.length > 0) {
      found.push({ name: typeof name === 'string' && name !== '' ? name : formatNid(entry.nid), nids: nids.sort((a, b) => a - b) });
    }
  }
  return found;
}
