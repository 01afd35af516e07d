// What the parts of the messaging layer share while one file is written.
import type { PropertyBag } from '../ltp/property-bag.js';
import { TableContext, type WrittenTable } from '../ltp/table-context.js';
import type { NodeDatabase } from '../ndb/node-database.js';
import { NameMap } from './name-map.js';
import { NidCounters } from './nid.js';
import type { NamedProperty } from './spec.js';

/** Counters of {@link WrittenPst}. */
export interface Tally {
  folders: number;
  messages: number;
  orphans: number;
  associated: number;
  attachments: number;
  embedded: number;
  attachmentBytes: number;
}

/** State of one file that is being written. */
export class Writing {
  readonly db: NodeDatabase;
  readonly recordKey: Uint8Array;
  readonly isOst: boolean;
  readonly names: NameMap = new NameMap();
  readonly nids: NidCounters = new NidCounters();
  readonly tally: Tally = { folders: 0, messages: 0, orphans: 0, associated: 0, attachments: 0, embedded: 0, attachmentBytes: 0 };
  readonly messageNids: number[] = [];
  readonly #emptyTables: Map<readonly number[], WrittenTable> = new Map();

  constructor(db: NodeDatabase, recordKey: Uint8Array, isOst: boolean) {
    this.db = db;
    this.recordKey = recordKey;
    this.isOst = isOst;
  }

  /** Adds named properties to a bag. */
  setNamed(bag: PropertyBag, named: readonly NamedProperty[] = []): void {
    for (const { set, name, type, value } of named) {
      bag.set(this.names.idOf(set, name) * 0x10000 + type, value);
    }
  }

  /** A table without rows; all nodes with the same columns share its blocks, as in files of Outlook. */
  emptyTable(columns: readonly number[]): WrittenTable {
    const known = this.#emptyTables.get(columns);
    if (known !== undefined) {
      return known;
    }
    const table = new TableContext(this.db, columns).write();
    this.#emptyTables.set(columns, table);
    return table;
  }

  /** An entry id of a folder or message in this store: [MS-PST] 2.4.3.2, or [MS-OXCDATA] 2.2.4.1 in an OST. */
  entryId(nid: number): Buffer {
    return this.isOst ? this.#serverEntryId(nid) : this.#localEntryId(nid);
  }

  /** rgbFlags(4) uid(16) nid(4). */
  #localEntryId(nid: number): Buffer {
    const entry = Buffer.alloc(24);
    entry.set(this.recordKey, 4);
    entry.writeUInt32LE(nid, 20);
    return entry;
  }

  /** Flags(4) ProviderUID(16) FolderType(2) DatabaseGuid(16) GlobalCounter(6) Pad(2). */
  #serverEntryId(nid: number): Buffer {
    const entry = Buffer.alloc(46);
    entry.set(this.recordKey, 4);
    entry.writeUInt16LE(1, 20);
    entry.set(this.recordKey, 22);
    entry.set(globalCounter(nid), 38);
    return entry;
  }
}

/** The number that an Exchange server would have given to a folder: six octets. */
export function globalCounter(nid: number): Buffer {
  const counter = Buffer.alloc(6);
  counter.writeUInt32BE(0x10000 + Math.floor(nid / 32), 2);
  return counter;
}
