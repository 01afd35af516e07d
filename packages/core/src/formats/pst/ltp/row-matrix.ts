import type { DataTree } from '../ndb/data-tree.js';
import { u32 } from '../ndb/octets.js';
import type { Heap } from './heap.js';
import type { NodeHandle } from './node-handle.js';

/** The rows of a table side by side ([MS-PST] 2.3.4.4): an item of the heap, or a subnode whose blocks hold whole rows each. */
export class RowMatrix {
  readonly #rowSize: number;
  readonly #item: Uint8Array | undefined;
  readonly #data: DataTree | undefined;
  readonly #rowsPerBlock: number;
  #blockIndex = -1;
  #block: Uint8Array | undefined;

  private constructor(rowSize: number, item: Uint8Array | undefined, data: DataTree | undefined, blockMax: number) {
    this.#rowSize = rowSize;
    this.#item = item;
    this.#data = data;
    const first = data !== undefined && data.blockCount > 1 ? data.blockSize(0) : blockMax;
    this.#rowsPerBlock = Math.max(1, Math.floor(first / rowSize));
  }

  /** The matrix that an HNID stands for; undefined for a table without rows, or with an issue. */
  static open(hnid: number, rowSize: number, heap: Heap, node: NodeHandle): RowMatrix | undefined {
    if (hnid === 0) {
      return undefined;
    }
    const item = (hnid & 0x1f) === 0 ? heap.item(hnid) : undefined;
    const data = (hnid & 0x1f) === 0 ? undefined : node.subData(hnid);
    if (rowSize < 4 || (item === undefined && data === undefined)) {
      node.damage('PST_TABLE_DAMAGED', 'a table has lost its rows');
      return undefined;
    }
    return new RowMatrix(rowSize, item, data, node.database.layout.blockMax);
  }

  /** The cells of a row, a view. */
  row(index: number): Uint8Array | undefined {
    const inBlock = this.#data === undefined ? index : index % this.#rowsPerBlock;
    const octets = this.#data === undefined ? this.#item : this.#load(Math.floor(index / this.#rowsPerBlock), this.#data);
    const at = inBlock * this.#rowSize;
    return octets !== undefined && at + this.#rowSize <= octets.length ? octets.subarray(at, at + this.#rowSize) : undefined;
  }

  /** Every row by the id in its first cell, for a table whose index is lost. */
  places(): { id: number; index: number }[] {
    const places: { id: number; index: number }[] = [];
    const blocks = this.#data?.blockCount ?? 1;
    const most = this.#data === undefined ? Math.floor((this.#item?.length ?? 0) / this.#rowSize) : blocks * this.#rowsPerBlock;
    for (let index = 0; index < most; index += 1) {
      const cells = this.row(index);
      if (cells !== undefined && u32(cells, 0) !== 0) {
        places.push({ id: u32(cells, 0), index });
      }
    }
    return places;
  }

  #load(index: number, data: DataTree): Uint8Array | undefined {
    if (index !== this.#blockIndex) {
      this.#blockIndex = index;
      this.#block = index < data.blockCount ? data.block(index) : undefined;
    }
    return this.#block;
  }
}
