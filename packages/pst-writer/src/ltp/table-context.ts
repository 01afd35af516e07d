// Table context, [MS-PST] 2.3.4: column descriptions and variable values in a heap, the row index as a BTH, and the
// rows in the heap or, above 3580 octets, in a subnode.
import { writeBlocks } from '../ndb/data-tree.js';
import type { NodeDatabase } from '../ndb/node-database.js';
import { NID_TYPE_LTP, SubnodeTree } from '../ndb/subnode-tree.js';
import { reserveBth, writeBth } from './bth.js';
import { CLIENT_TABLE, Heap, type HeapItem, MAX_HEAP_ITEM } from './heap.js';
import { encodeValue, fixedSize } from './property.js';
import { type PropertyBag, storedType, type TypedValue } from './property-bag.js';
import { storeBytes } from './property-context.js';

const PidTagLtpRowId = 0x67f20003;
const PidTagLtpRowVer = 0x67f30003;
const TABLE_TYPE = 0x7c;

interface Column {
  readonly tag: number;
  readonly at: number;
  readonly size: number;
  readonly bit: number;
}

interface Layout {
  /** Ascending by tag, as stored. */
  readonly columns: readonly Column[];
  /** Ends of the 8- and 4-octet, 2-octet and 1-octet values and of the presence bits. */
  readonly ends: readonly [number, number, number, number];
}

/** The BIDs of a written table. */
export interface WrittenTable {
  readonly bidData: number;
  readonly bidSub: number;
}

/** Builds one table; rows are added in any order. */
export class TableContext {
  readonly #db: NodeDatabase;
  readonly #heap: Heap;
  readonly #info: HeapItem;
  readonly #index: HeapItem;
  readonly #subnodes: SubnodeTree;
  readonly #layout: Layout;
  readonly #rowIds: number[] = [];
  #rows: Buffer = Buffer.alloc(0);

  /** `tags`: the columns besides the row id and the row version. */
  constructor(db: NodeDatabase, tags: readonly number[]) {
    this.#db = db;
    this.#layout = knownLayout(tags, db.variant.isWide);
    this.#heap = new Heap(db, CLIENT_TABLE);
    // Other readers want the BTHHEADER of the row index at HID 0x20, where Outlook has it.
    this.#index = reserveBth(this.#heap);
    this.#info = this.#heap.allocate(22 + 8 * this.#layout.columns.length);
    this.#subnodes = new SubnodeTree(db);
  }

  get rowCount(): number {
    return this.#rowIds.length;
  }

  /** Adds a row with the values that `bag` has for the columns; ids are unique in the table. */
  addRow(rowId: number, bag: PropertyBag): void {
    const { columns, ends } = this.#layout;
    const row = this.#nextRow();
    this.#rowIds.push(rowId);
    for (const column of columns) {
      const typed = cellValue(column.tag, rowId, this.#rowIds.length, bag);
      if (typed !== undefined) {
        this.#put(row, column, typed);
        const octet = ends[2] + (column.bit >> 3);
        row[octet] = (row[octet] as number) | (0x80 >> (column.bit & 7));
      }
    }
  }

  /** Writes the table. */
  write(): WrittenTable {
    const hnidRows = this.#writeRows();
    this.#writeIndex();
    this.#putInfo(hnidRows);
    const bidData = this.#heap.write(this.#info.hid);
    return { bidData, bidSub: this.#subnodes.write() };
  }

  #nextRow(): Buffer {
    const size = this.#layout.ends[3];
    const at = this.#rowIds.length * size;
    if (at + size > this.#rows.length) {
      const grown = Buffer.alloc(Math.max(2 * this.#rows.length, 4 * size));
      grown.set(this.#rows);
      this.#rows = grown;
    }
    return this.#rows.subarray(at, at + size);
  }

  #put(row: Buffer, column: Column, { type, value }: TypedValue): void {
    const bytes = encodeValue(type, value);
    if (fixedSize(column.tag & 0xffff) > 0) {
      row.set(bytes.subarray(0, column.size), column.at);
    } else {
      row.writeUInt32LE(storeBytes(this.#db, this.#heap, this.#subnodes, bytes), column.at);
    }
  }

  /** [MS-PST] 2.3.4.4: rows never span blocks, and all blocks but the last are full. */
  #writeRows(): number {
    const size = this.#layout.ends[3];
    const rows = this.#rows.subarray(0, this.#rowIds.length * size);
    if (rows.length <= MAX_HEAP_ITEM) {
      return this.#heap.add(rows);
    }
    const max = this.#db.variant.maxBlockData;
    const perBlock = Math.floor(max / size);
    const count = Math.ceil(this.#rowIds.length / perBlock);
    const bid = writeBlocks(this.#db, count, (index) => {
      const part = rows.subarray(index * perBlock * size, (index + 1) * perBlock * size);
      return index === count - 1 ? part : padded(part, max);
    });
    const nid = this.#subnodes.nextNid(NID_TYPE_LTP);
    this.#subnodes.add(nid, bid, 0);
    return nid;
  }

  /** TCROWID, [MS-PST] 2.3.4.3.1: dwRowID(4), dwRowIndex(4; 2 in a 32-bit file). */
  #writeIndex(): void {
    const dataSize = this.#db.variant.isWide ? 4 : 2;
    const sorted = this.#rowIds.map((id, index) => [id, index] as const).sort(([a], [b]) => a - b);
    const bytes = Buffer.alloc(sorted.length * (4 + dataSize));
    for (const [i, [id, index]] of sorted.entries()) {
      bytes.writeUInt32LE(id, i * (4 + dataSize));
      bytes.writeUIntLE(index, i * (4 + dataSize) + 4, dataSize);
    }
    writeBth(this.#heap, this.#index, { keySize: 4, dataSize, bytes });
  }

  /** TCINFO, [MS-PST] 2.3.4.1: bType(1) cCols(1) rgib(4 x 2) hidRowIndex(4) hnidRows(4) hidIndex(4) rgTCOLDESC(8 each). */
  #putInfo(hnidRows: number): void {
    const { bytes } = this.#info;
    const { columns, ends } = this.#layout;
    bytes.writeUInt8(TABLE_TYPE, 0);
    bytes.writeUInt8(columns.length, 1);
    for (const [i, end] of ends.entries()) {
      bytes.writeUInt16LE(end, 2 + 2 * i);
    }
    bytes.writeUInt32LE(this.#index.hid, 10);
    bytes.writeUInt32LE(hnidRows, 14);
    for (const [i, column] of columns.entries()) {
      const at = 22 + 8 * i;
      bytes.writeUInt32LE(column.tag, at);
      bytes.writeUInt16LE(column.at, at + 4);
      bytes.writeUInt8(column.size, at + 6);
      bytes.writeUInt8(column.bit, at + 7);
    }
  }
}

function cellValue(tag: number, rowId: number, rowVersion: number, bag: PropertyBag): TypedValue | undefined {
  if (tag === PidTagLtpRowId) {
    return { type: 3, value: rowId };
  }
  if (tag === PidTagLtpRowVer) {
    return { type: 3, value: rowVersion };
  }
  const typed = bag.get(tag);
  return typed?.type === (tag & 0xffff) ? typed : undefined;
}

/** Octets of a value in its row: fixed types up to 8, all else is an HNID of 4. */
function cellSize(tag: number): number {
  return fixedSize(tag & 0xffff) || 4;
}

const LAYOUTS: Record<'wide' | 'narrow', WeakMap<readonly number[], Layout>> = { wide: new WeakMap(), narrow: new WeakMap() };

/** The layout of a list of columns, worked out once for each list. */
function knownLayout(tags: readonly number[], isWide: boolean): Layout {
  const layouts = LAYOUTS[isWide ? 'wide' : 'narrow'];
  const layout = layouts.get(tags) ?? layoutOf(tags.map((tag) => (tag & 0xffff0000) + storedType(tag & 0xffff, isWide)));
  layouts.set(tags, layout);
  return layout;
}

/** Row id and version first, then values of 8, 4, 2 and 1 octets, then the presence bits, [MS-PST] 2.3.4.4.1. */
function layoutOf(tags: readonly number[]): Layout {
  const others = tags.map((tag) => tag >>> 0).filter((tag) => tag !== PidTagLtpRowId && tag !== PidTagLtpRowVer);
  const unique = [...new Set(others)].sort((a, b) => a - b);
  const ordered = [PidTagLtpRowId, PidTagLtpRowVer];
  const ends: number[] = [];
  let at = 8;
  const places = new Map([
    [PidTagLtpRowId, 0],
    [PidTagLtpRowVer, 4],
  ]);
  for (const size of [8, 4, 2, 1]) {
    for (const tag of unique.filter((each) => cellSize(each) === size)) {
      places.set(tag, at);
      at += size;
    }
    if (size < 8) {
      ends.push(at);
    }
  }
  ordered.push(...unique);
  const columns = ordered.map((tag, bit) => ({ tag, at: places.get(tag) as number, size: cellSize(tag), bit }));
  columns.sort((a, b) => a.tag - b.tag);
  const [four, two, one] = ends as [number, number, number];
  return { columns, ends: [four, two, one, at + Math.ceil(ordered.length / 8)] };
}

function padded(part: Uint8Array, size: number): Uint8Array {
  const block = Buffer.alloc(size);
  block.set(part);
  return block;
}
