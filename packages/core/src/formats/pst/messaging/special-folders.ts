import type { SpecialUse } from '../../../model/folder.js';
import type { PropertyValue } from '../../mapi/object.js';
import { NodeHandle } from '../ltp/node-handle.js';
import { PropertyContext } from '../ltp/property-context.js';
import { TableContext } from '../ltp/table-context.js';
import type { DamageSink } from '../ndb/damage.js';
import { NID } from '../ndb/nid.js';
import type { NodeDatabase } from '../ndb/node-database.js';
import { u32 } from '../ndb/octets.js';
import type { FolderTree } from './folder-tree.js';

/** Folders with a part to play, by nid. Never found by their names, which are in the language of the user. */
export interface SpecialFolders {
  readonly ipmSubtree: number | undefined;
  readonly inbox: number | undefined;
  readonly uses: ReadonlyMap<number, SpecialUse>;
  /** Sync Issues and the folders in it. */
  readonly syncIssues: ReadonlySet<number>;
}

/** Entry ids on the store object ([MS-PST] 2.4.3.1). */
const STORE = { ipmSubtree: 0x35e0, wastebasket: 0x35e3, sentMail: 0x35e4 } as const;
/** Entry ids on the root folder or the Inbox ([MS-OXOSFLD] 2.2.3, 2.2.4). */
const DRAFTS = 0x36d7;
const ADDITIONAL_REN = 0x36d8;
const ARCHIVE = 0x35ff;
/** Places in PidTagAdditionalRenEntryIds ([MS-OXOSFLD] 2.2.4). */
const REN_JUNK = 4;
const REN_SYNC = [0, 1, 2, 3];

/** The nids that Exchange OSTs give these folders; they were the same in every OST seen, and no specification has them. */
const OST = { ipmSubtree: 0x2142, deletedItems: 0x2162, inbox: 0x2182, sentMail: 0x21c2 } as const;

/** Finds the special folders by entry id ([MS-OXOSFLD]), by the receive folder table, and in an OST by fixed nids. */
export function findSpecialFolders(database: NodeDatabase, tree: FolderTree, damage: DamageSink): SpecialFolders {
  const resolve = entryIdResolver(database, tree, damage);
  const isOst = database.header.client === 'SO';
  const known = (nid: number | undefined): number | undefined => (nid !== undefined && tree.byNid.has(nid) ? nid : undefined);
  const inOst = (nid: number): number | undefined => (isOst ? known(nid) : undefined);
  const store = propertiesOf(database, NID.messageStore, damage);
  const ipmSubtree = resolve(store(STORE.ipmSubtree)) ?? inOst(OST.ipmSubtree);
  const received = known(receiveFolder(database, damage)) ?? inOst(OST.inbox);
  // A store without an Inbox names its root, or the root of its mail.
  const inbox = received === NID.rootFolder || received === ipmSubtree ? undefined : received;
  const holders = [NID.rootFolder, inbox, ipmSubtree].filter((nid) => nid !== undefined);
  const sources = [...holders.map((nid) => propertiesOf(database, nid, damage)), store];
  const first = (id: number, take: (value: PropertyValue | undefined) => number | undefined): number | undefined => {
    for (const source of sources) {
      const nid = take(source(id));
      if (nid !== undefined) {
        return nid;
      }
    }
    return undefined;
  };
  const ren = (place: number): number | undefined => first(ADDITIONAL_REN, (value) => resolve(element(value, place)));
  const uses = new Map<number, SpecialUse>();
  const use = (nid: number | undefined, specialUse: SpecialUse): void => {
    if (nid !== undefined && nid !== received && nid !== ipmSubtree && !uses.has(nid)) {
      uses.set(nid, specialUse);
    }
  };
  use(resolve(store(STORE.wastebasket)) ?? inOst(OST.deletedItems), '\\Trash');
  use(resolve(store(STORE.sentMail)) ?? inOst(OST.sentMail), '\\Sent');
  use(first(DRAFTS, resolve), '\\Drafts');
  use(ren(REN_JUNK), '\\Junk');
  use(first(ARCHIVE, resolve), '\\Archive');
  const syncIssues = new Set(REN_SYNC.map(ren).filter((nid) => nid !== undefined));
  return { ipmSubtree, inbox, uses, syncIssues };
}

function element(value: PropertyValue | undefined, place: number): PropertyValue | undefined {
  return Array.isArray(value) ? (value[place] as PropertyValue | undefined) : undefined;
}

/** The properties of a node by id; nothing for a node that is lost. */
function propertiesOf(database: NodeDatabase, nid: number, damage: DamageSink): (id: number) => PropertyValue | undefined {
  const entry = database.nodes.find(nid);
  const context = entry === undefined ? undefined : PropertyContext.open(new NodeHandle(database, entry, damage));
  return (id) => context?.value(id, () => '');
}

/**
 * Entry ids to folders.
 *
 * ```
 * PST        24 octets: 0 flags, 4 provider uid, 20 nid u32                                   ([MS-PST] 2.4.3.2)
 * Exchange   46 octets: 0 flags, 4 provider uid, 20 type, 22 database guid, 38 counter, 44 padding  ([MS-OXCDATA] 2.2.4.1);
 *            the counter is the upper six octets of the property 0x67F4 of the folder
 * ```
 */
function entryIdResolver(
  database: NodeDatabase,
  tree: FolderTree,
  damage: DamageSink,
): (value: PropertyValue | undefined) => number | undefined {
  let counters: Map<string, number> | undefined;
  return (value) => {
    if (!(value instanceof Uint8Array)) {
      return undefined;
    }
    if (value.length === 24) {
      return tree.byNid.has(u32(value, 20)) ? u32(value, 20) : undefined;
    }
    if (value.length !== 46) {
      return undefined;
    }
    counters ??= exchangeCounters(database, tree, damage);
    return counters.get(Buffer.from(value.subarray(38, 44)).toString('hex'));
  };
}

const PID_FOLDER_ID = 0x67f4;

function exchangeCounters(database: NodeDatabase, tree: FolderTree, damage: DamageSink): Map<string, number> {
  const counters = new Map<string, number>();
  for (const nid of tree.byNid.keys()) {
    const value = propertiesOf(database, nid, damage)(PID_FOLDER_ID);
    if (typeof value === 'bigint') {
      const octets = Buffer.alloc(8);
      octets.writeBigInt64LE(value);
      counters.set(octets.toString('hex', 2), nid);
    }
  }
  return counters;
}

const PID_TAG_MESSAGE_CLASS = 0x001a;
/** The folder of a row in the receive folder table, a nid. */
const PID_RECEIVE_FOLDER = 0x6605;

/** The folder that takes mail of any class, or of `IPM`: the Inbox. */
function receiveFolder(database: NodeDatabase, damage: DamageSink): number | undefined {
  const entry = database.nodes.find(NID.receiveFolderTable);
  const table = entry === undefined ? undefined : TableContext.open(new NodeHandle(database, entry, damage));
  const byClass = new Map<string, number>();
  for (const row of table?.rows() ?? []) {
    const messageClass = row.value(PID_TAG_MESSAGE_CLASS, (octets) => Buffer.from(octets).toString('latin1'));
    const nid = row.value(PID_RECEIVE_FOLDER, () => '');
    if (typeof nid === 'number') {
      byClass.set(typeof messageClass === 'string' ? messageClass.toUpperCase() : '', nid >>> 0);
    }
  }
  return byClass.get('') ?? byClass.get('IPM') ?? byClass.get('IPM.NOTE');
}
