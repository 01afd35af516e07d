import { sharedFloat64, sharedUint32 } from './shared-array.js';

/** A node of the node B-tree ([MS-PST] 2.2.2.7.7.4). */
export interface NodeEntry {
  readonly nid: number;
  /** The block with its data, 0 for none. */
  readonly bidData: number;
  /** The block with its subnodes, 0 for none. */
  readonly bidSub: number;
  /** The folder that it belongs to, 0 for none. */
  readonly parent: number;
}

/** The columns of a {@link NodeTable} in memory that all threads see. */
export interface SharedNodes {
  readonly nids: Uint32Array;
  readonly data: Float64Array;
  readonly subs: Float64Array;
  readonly parents: Uint32Array;
  /** Places by id, where the columns are not in that order. */
  readonly order: Uint32Array | undefined;
}

/** All nodes of a file by nid, in typed arrays: 24 octets a node. */
export class NodeTable {
  #count = 0;
  #nids: Uint32Array = new Uint32Array(1024);
  #data: Float64Array = new Float64Array(1024);
  #subs: Float64Array = new Float64Array(1024);
  #parents: Uint32Array = new Uint32Array(1024);
  /** Places by nid order once a node came out of order. */
  #order: Uint32Array | undefined;
  #isSorted = true;

  get count(): number {
    return this.#count;
  }

  /** The table that another thread shared. */
  static of({ nids, data, subs, parents, order }: SharedNodes): NodeTable {
    const table = new NodeTable();
    table.#count = nids.length;
    table.#nids = nids;
    table.#data = data;
    table.#subs = subs;
    table.#parents = parents;
    table.#order = order;
    table.#isSorted = order === undefined;
    return table;
  }

  /** Puts the table where all threads see it, once; nothing may be added any more. */
  share(): SharedNodes {
    const order = this.#sorted();
    if (!(this.#nids.buffer instanceof SharedArrayBuffer)) {
      this.#nids = sharedUint32(this.#nids, this.#count);
      this.#data = sharedFloat64(this.#data, this.#count);
      this.#subs = sharedFloat64(this.#subs, this.#count);
      this.#parents = sharedUint32(this.#parents, this.#count);
      this.#order = order === undefined ? undefined : sharedUint32(order, order.length);
    }
    return { nids: this.#nids, data: this.#data, subs: this.#subs, parents: this.#parents, order: this.#order };
  }

  /** Adds a node. */
  add(entry: NodeEntry): void {
    const at = this.#count;
    if (at === this.#nids.length) {
      this.#grow();
    }
    this.#isSorted &&= at === 0 || entry.nid > (this.#nids[at - 1] ?? 0);
    this.#order = undefined;
    this.#nids[at] = entry.nid;
    this.#data[at] = entry.bidData;
    this.#subs[at] = entry.bidSub;
    this.#parents[at] = entry.parent;
    this.#count = at + 1;
  }

  /** The node of that id. */
  find(nid: number): NodeEntry | undefined {
    const order = this.#sorted();
    let low = 0;
    let high = (order?.length ?? this.#count) - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const place = order === undefined ? middle : (order[middle] ?? 0);
      const found = this.#nids[place] ?? 0;
      if (found === nid) {
        return this.#entry(place);
      }
      if (found < nid) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return undefined;
  }

  /** All nodes by ascending id, each id once. */
  *entries(): Iterable<NodeEntry> {
    const order = this.#sorted();
    const count = order?.length ?? this.#count;
    for (let i = 0; i < count; i += 1) {
      yield this.#entry(order === undefined ? i : (order[i] ?? 0));
    }
  }

  #entry(place: number): NodeEntry {
    return {
      nid: this.#nids[place] ?? 0,
      bidData: this.#data[place] ?? 0,
      bidSub: this.#subs[place] ?? 0,
      parent: this.#parents[place] ?? 0,
    };
  }

  #sorted(): Uint32Array | undefined {
    if (this.#isSorted || this.#order !== undefined) {
      return this.#order;
    }
    const nids = this.#nids;
    const order = Uint32Array.from({ length: this.#count }, (_, i) => i).sort((a, b) => (nids[a] ?? 0) - (nids[b] ?? 0) || a - b);
    this.#order = order.filter((place, i) => i === 0 || nids[place] !== nids[order[i - 1] ?? 0]);
    return this.#order;
  }

  #grow(): void {
    const length = this.#nids.length * 2;
    this.#nids = widen(this.#nids, new Uint32Array(length));
    this.#data = widen(this.#data, new Float64Array(length));
    this.#subs = widen(this.#subs, new Float64Array(length));
    this.#parents = widen(this.#parents, new Uint32Array(length));
  }
}

function widen<T extends Float64Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
