import { sharedFloat64, sharedUint16 } from './shared-array.js';

/** The columns of a {@link BlockTable}, sorted, in memory that all threads see. */
export interface SharedBlocks {
  readonly bids: Float64Array;
  readonly offsets: Float64Array;
  readonly sizes: Uint16Array;
  readonly inflated: Uint16Array;
}

/** All blocks of a file by bid, in typed arrays: 20 octets a block. */
export class BlockTable {
  #count = 0;
  #bids: Float64Array = new Float64Array(1024);
  #offsets: Float64Array = new Float64Array(1024);
  #sizes: Uint16Array = new Uint16Array(1024);
  /** Only filled where blocks can be compressed. */
  #inflated: Uint16Array = new Uint16Array(1024);
  #isSorted = true;

  get count(): number {
    return this.#count;
  }

  /** The table that another thread shared. */
  static of({ bids, offsets, sizes, inflated }: SharedBlocks): BlockTable {
    const table = new BlockTable();
    table.#count = bids.length;
    table.#bids = bids;
    table.#offsets = offsets;
    table.#sizes = sizes;
    table.#inflated = inflated;
    return table;
  }

  /** Puts the table where all threads see it, once; nothing may be added any more. */
  share(): SharedBlocks {
    if (!(this.#bids.buffer instanceof SharedArrayBuffer)) {
      if (!this.#isSorted) this.#sort();
      this.#bids = sharedFloat64(this.#bids, this.#count);
      this.#offsets = sharedFloat64(this.#offsets, this.#count);
      this.#sizes = sharedUint16(this.#sizes, this.#count);
      this.#inflated = sharedUint16(this.#inflated, this.#count);
    }
    return { bids: this.#bids, offsets: this.#offsets, sizes: this.#sizes, inflated: this.#inflated };
  }

  /** Adds a block. Its bid without the lowest bit, which is reserved ([MS-PST] 2.2.2.2). */
  add(bid: number, offset: number, size: number, inflated: number): void {
    const at = this.#count;
    if (at === this.#bids.length) {
      this.#grow();
    }
    const key = bid - (bid % 2);
    this.#isSorted &&= at === 0 || key > (this.#bids[at - 1] ?? 0);
    this.#bids[at] = key;
    this.#offsets[at] = offset;
    this.#sizes[at] = size;
    this.#inflated[at] = inflated;
    this.#count = at + 1;
  }

  /** The index of a block, or -1. */
  find(bid: number): number {
    if (!this.#isSorted) {
      this.#sort();
    }
    const key = bid - (bid % 2);
    let low = 0;
    let high = this.#count - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = this.#bids[middle] ?? 0;
      if (found === key) {
        return middle;
      }
      if (found < key) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  offset(index: number): number {
    return this.#offsets[index] ?? 0;
  }

  /** Octets as stored. */
  size(index: number): number {
    return this.#sizes[index] ?? 0;
  }

  /** Octets before compression; 0 or the same as {@link BlockTable.size} without. */
  inflatedSize(index: number): number {
    return this.#inflated[index] ?? 0;
  }

  #grow(): void {
    const length = this.#bids.length * 2;
    this.#bids = widen(this.#bids, new Float64Array(length));
    this.#offsets = widen(this.#offsets, new Float64Array(length));
    this.#sizes = widen(this.#sizes, new Uint16Array(length));
    this.#inflated = widen(this.#inflated, new Uint16Array(length));
  }

  /** Needed for a damaged tree alone. Of equal bids the one that was added first stays in front and is found or not: either is a block. */
  #sort(): void {
    const order = Uint32Array.from({ length: this.#count }, (_, i) => i).sort(
      (a, b) => (this.#bids[a] ?? 0) - (this.#bids[b] ?? 0) || a - b,
    );
    const bids = this.#bids;
    const offsets = this.#offsets;
    const sizes = this.#sizes;
    const inflated = this.#inflated;
    this.#bids = Float64Array.from(order, (i) => bids[i] ?? 0);
    this.#offsets = Float64Array.from(order, (i) => offsets[i] ?? 0);
    this.#sizes = Uint16Array.from(order, (i) => sizes[i] ?? 0);
    this.#inflated = Uint16Array.from(order, (i) => inflated[i] ?? 0);
    this.#isSorted = true;
  }
}

function widen<T extends Float64Array | Uint16Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
