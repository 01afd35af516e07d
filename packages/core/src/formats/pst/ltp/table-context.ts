import type { PropertyValue } from '../../mapi/object.js';
import { u16, u32 } from '../ndb/octets.js';
import { bthNumber, readBth } from './bth.js';
import { HEAP_CLIENT, Heap } from './heap.js';
import type { NodeHandle } from './node-handle.js';
import type { PropertyBag } from './property-bag.js';
import { type DecodeString8, decodeFixed, decodeValue, fixedSize } from './property-type.js';
import { RowMatrix } from './row-matrix.js';
import { storedValue } from './stored-value.js';

/** A column of a table ([MS-PST] 2.3.4.2). */
interface Column {
  readonly id: number;
  readonly type: number;
  /** Where its cell lies in a row. */
  readonly offset: number;
  readonly size: number;
  /** Which bit of the row says that the cell is filled. */
  readonly bit: number;
}

/** Where a row is: its id, and its place in the matrix. */
interface RowPlace {
  readonly id: number;
  readonly index: number;
}

/**
 * A table ([MS-PST] 2.3.4): the rows of a folder, the recipients of a message and the like.
 *
 * ```
 * TCINFO     0 bType u8 = 0x7C   1 cCols u8   2 TCI_4b u16   4 TCI_2b u16   6 TCI_1b u16   8 TCI_bm u16
 *           10 hidRowIndex u32  14 hnidRows u32  18 hidIndex u32 (unused)  22 TCOLDESC × cCols
 * TCOLDESC   0 tag u32   4 ibData u16   6 cbData u8   7 iBit u8
 * ```
 */
export class TableContext {
  readonly #node: NodeHandle;
  readonly #heap: Heap;
  readonly #columns: ReadonlyMap<number, Column>;
  readonly #places: readonly RowPlace[];
  readonly #matrix: RowMatrix | undefined;
  /** Where the bits that say which cells are filled begin in a row. */
  readonly #bitsOffset: number;

  private constructor(node: NodeHandle, heap: Heap, info: Uint8Array) {
    this.#node = node;
    this.#heap = heap;
    this.#bitsOffset = u16(info, 6);
    this.#columns = columnsOf(info);
    this.#matrix = RowMatrix.open(u32(info, 14), u16(info, 8), heap, node);
    this.#places = readRowIndex(heap, u32(info, 10), node) ?? this.#matrix?.places() ?? [];
  }

  /** Opens the table of a node; undefined, with an issue, when there is none to be read. */
  static open(node: NodeHandle): TableContext | undefined {
    const heap = Heap.open(node, HEAP_CLIENT.tableContext);
    const info = heap?.item(heap.userRoot);
    if (heap === undefined || info === undefined || info[0] !== HEAP_CLIENT.tableContext || info.length < 22) {
      node.damage('PST_TABLE_DAMAGED', 'a table has no description');
      return undefined;
    }
    return new TableContext(node, heap, info);
  }

  get rowCount(): number {
    return this.#places.length;
  }

  /** The ids of the rows: what is listed, in the order of ids. The matrix is not read. */
  rowIds(): number[] {
    return this.#places.map((place) => place.id);
  }

  /** The rows in the order of their ids; one whose cells cannot be read has its id alone. */
  *rows(): Iterable<TableRow> {
    for (const { id, index } of this.#places) {
      const cells = this.#matrix?.row(index);
      if (cells === undefined) {
        this.#node.damage('PST_TABLE_DAMAGED', 'a table has lost the cells of a row');
      }
      yield new TableRow(id, cells ?? new Uint8Array(0), this.#columns, this.#bitsOffset, this.#heap, this.#node);
    }
  }
}

/** One row of a table as properties. */
export class TableRow implements PropertyBag {
  /** dwRowID: for folders and messages, a nid. */
  readonly id: number;
  readonly #cells: Uint8Array;
  readonly #columns: ReadonlyMap<number, Column>;
  readonly #bitsOffset: number;
  readonly #heap: Heap;
  readonly #node: NodeHandle;

  constructor(id: number, cells: Uint8Array, columns: ReadonlyMap<number, Column>, bitsOffset: number, heap: Heap, node: NodeHandle) {
    this.id = id;
    this.#cells = cells;
    this.#columns = columns;
    this.#bitsOffset = bitsOffset;
    this.#heap = heap;
    this.#node = node;
  }

  *ids(): Iterable<number> {
    for (const column of this.#columns.values()) {
      if (this.#isFilled(column)) {
        yield column.id;
      }
    }
  }

  type(id: number): number | undefined {
    const column = this.#columns.get(id);
    return column !== undefined && this.#isFilled(column) ? column.type : undefined;
  }

  octets(id: number): Uint8Array | undefined {
    const column = this.#columns.get(id);
    return column === undefined || !this.#isFilled(column)
      ? undefined
      : storedValue(u32(this.#cells, column.offset), this.#heap, this.#node, id);
  }

  value(id: number, decodeString8: DecodeString8): PropertyValue | undefined {
    const column = this.#columns.get(id);
    if (column === undefined || !this.#isFilled(column)) {
      return undefined;
    }
    const size = fixedSize(column.type);
    if (size !== undefined && size <= column.size) {
      return decodeFixed(column.type, this.#cells, column.offset);
    }
    const octets = this.octets(id);
    return octets === undefined ? undefined : decodeValue(column.type, octets, decodeString8);
  }

  /** The bits of a row ([MS-PST] 2.3.4.4.1) count from the most significant one of each octet. */
  #isFilled(column: Column): boolean {
    const bits = this.#cells[this.#bitsOffset + (column.bit >>> 3)] ?? 0;
    return (bits & (0x80 >>> (column.bit & 7))) !== 0 && column.offset + column.size <= this.#cells.length;
  }
}

/** The columns that were read last, by their count (an octet): the recipient tables of a store are nearly all alike, those of attachments too. */
const lastRead: ({ readonly described: Buffer; readonly columns: ReadonlyMap<number, Column> } | undefined)[] = [];

function columnsOf(info: Uint8Array): ReadonlyMap<number, Column> {
  const described = Buffer.from(info.buffer, info.byteOffset + COLUMNS_AT, info.length - COLUMNS_AT);
  const count = info[1] ?? 0;
  const last = lastRead[count];
  if (last?.described.equals(described) === true) return last.columns;
  const columns = readColumns(info);
  lastRead[count] = { described: Buffer.from(described), columns };
  return columns;
}

const COLUMNS_AT = 22;

/** The columns by property id, ascending. */
function readColumns(info: Uint8Array): ReadonlyMap<number, Column> {
  const count = Math.min(info[1] ?? 0, Math.floor((info.length - 22) / 8));
  const columns: Column[] = [];
  for (let i = 0; i < count; i += 1) {
    const at = 22 + 8 * i;
    columns.push({
      id: u16(info, at + 2),
      type: u16(info, at),
      offset: u16(info, at + 4),
      size: info[at + 6] ?? 0,
      bit: info[at + 7] ?? 0,
    });
  }
  columns.sort((a, b) => a.id - b.id);
  return new Map(columns.map((column) => [column.id, column]));
}

/** The row index ([MS-PST] 2.3.4.3): a B-tree on the heap from row id to place, of two octets in ANSI files, four in others. */
function readRowIndex(heap: Heap, hid: number, node: NodeHandle): RowPlace[] | undefined {
  if (hid === 0) {
    return [];
  }
  const records = readBth(heap, hid, node.damage);
  if (records === undefined || records.keySize !== 4) {
    return undefined;
  }
  const places: RowPlace[] = [];
  const size = 4 + records.valueSize;
  for (const leaf of records.leaves) {
    for (let at = 0; at + size <= leaf.length; at += size) {
      places.push({ id: u32(leaf, at), index: bthNumber(leaf, at + 4, records.valueSize) });
    }
  }
  return places;
}
