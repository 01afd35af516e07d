/** Octets of one record: one that is packed with many others takes less time and less space. */
const RECORD = 256 * 1024;

/** Octets of a file that no stored message holds; `octets` are lent for the call. */
export interface GatheredResidue {
  readonly file: number;
  readonly ranges: readonly number[];
  readonly octets: Uint8Array;
}

/** Gathers small pieces of the source files into records. */
export class ResidueBuffer {
  readonly #hand: (record: GatheredResidue) => void;
  #octets: Uint8Array | undefined;
  #size = 0;
  #ranges: number[] = [];
  #file = 0;

  constructor(hand: (record: GatheredResidue) => void) {
    this.#hand = hand;
  }

  /** Octets that still fit into the record. */
  get room(): number {
    return RECORD - this.#size;
  }

  /** Adds octets at `offset` of a file, at most as many as there is {@link room}; they are copied. */
  add(file: number, offset: number, octets: Uint8Array): void {
    if (file !== this.#file) this.flush();
    this.#file = file;
    this.#octets ??= new Uint8Array(RECORD);
    this.#octets.set(octets, this.#size);
    this.#ranges.push(offset, octets.length);
    this.#size += octets.length;
    if (this.#size === RECORD) this.flush();
  }

  /** Hands over what was gathered: to be called before what is handed over must be durable. */
  flush(): void {
    if (this.#octets === undefined || this.#size === 0) return;
    this.#hand({ file: this.#file, ranges: this.#ranges, octets: this.#octets.subarray(0, this.#size) });
    this.#ranges = [];
    this.#size = 0;
  }
}
