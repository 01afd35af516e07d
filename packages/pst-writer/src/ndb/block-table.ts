// One row a block, kept in typed arrays because a file of 5 GB has 650,000 of them. BIDs are given out in steps of 4
// ([MS-PST] 2.2.2.2), so that a row's number follows from the BID.

/** Bit 1 of a BID: the block is an XBLOCK, XXBLOCK, SLBLOCK or SIBLOCK. */
const BID_INTERNAL = 2;

/** The rows of the later BBT. */
export class BlockTable {
  #offsets: Float64Array = new Float64Array(1024);
  #sizes: Uint16Array = new Uint16Array(1024);
  #inflated: Uint16Array = new Uint16Array(1024);
  #references: Uint32Array = new Uint32Array(1024);
  #internal: Uint8Array = new Uint8Array(1024);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** `bidNextB` of the header. */
  get nextBid(): number {
    return (this.#count + 1) * 4;
  }

  /** Takes the next BID; its place is told by {@link place}. */
  open(isInternal: boolean): number {
    if (this.#count === this.#offsets.length) {
      this.#grow();
    }
    const bid = this.nextBid + (isInternal ? BID_INTERNAL : 0);
    this.#internal[this.#count] = isInternal ? 1 : 0;
    this.#references[this.#count] = 1;
    this.#count++;
    return bid;
  }

  /** Says where the block is and how many octets it has as stored and (4 KiB files) inflated. */
  place(bid: number, offset: number, size: number, inflated: number): void {
    const row = rowOf(bid);
    this.#offsets[row] = offset;
    this.#sizes[row] = size;
    this.#inflated[row] = inflated;
  }

  /** Counts one more use of a block; 0 stands for no block. */
  refer(bid: number): void {
    if (bid !== 0) {
      const row = rowOf(bid);
      this.#references[row] = (this.#references[row] as number) + 1;
    }
  }

  row(index: number): BlockRow {
    return {
      bid: (index + 1) * 4 + (this.#internal[index] === 1 ? BID_INTERNAL : 0),
      offset: this.#offsets[index] as number,
      size: this.#sizes[index] as number,
      inflated: this.#inflated[index] as number,
      references: Math.min(this.#references[index] as number, 0xffff),
    };
  }

  #grow(): void {
    const length = this.#offsets.length * 2;
    this.#offsets = copied(new Float64Array(length), this.#offsets);
    this.#sizes = copied(new Uint16Array(length), this.#sizes);
    this.#inflated = copied(new Uint16Array(length), this.#inflated);
    this.#references = copied(new Uint32Array(length), this.#references);
    this.#internal = copied(new Uint8Array(length), this.#internal);
  }
}

/** One block. */
export interface BlockRow {
  readonly bid: number;
  readonly offset: number;
  readonly size: number;
  readonly inflated: number;
  /** `cRef`: 1, and 1 for each use. */
  readonly references: number;
}

function rowOf(bid: number): number {
  return Math.floor(bid / 4) - 1;
}

function copied<T extends { set(from: ArrayLike<number>): void }>(to: T, from: ArrayLike<number>): T {
  to.set(from);
  return to;
}
