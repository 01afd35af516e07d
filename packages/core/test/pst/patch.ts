import { loadBlockTable } from '../../src/formats/pst/ndb/b-tree.js';
import { pstCrc } from '../../src/formats/pst/ndb/checksum.js';
import { PERMUTE_DECODE, PERMUTE_ENCODE } from '../../src/formats/pst/ndb/cipher-tables.js';
import { readHeader, readRoot } from '../../src/formats/pst/ndb/header.js';
import { LAYOUTS, type Layout } from '../../src/formats/pst/ndb/layout.js';
import { u16, u32, u64 } from '../../src/formats/pst/ndb/octets.js';
import { PAGE_TYPE, readTreePage } from '../../src/formats/pst/ndb/page.js';
import { MemoryAccess } from './memory-access.js';

const quiet = (): void => undefined;

/** Changes a Unicode PST with PERMUTE in memory, below what the reader checks: checksums are made right again, so that one fault is one fault. */
export class PstPatch {
  readonly octets: Uint8Array;
  readonly #file: MemoryAccess;
  readonly #layout: Layout;

  constructor(octets: Uint8Array) {
    this.octets = octets;
    this.#file = new MemoryAccess(octets);
    this.#layout = readHeader(this.#file, quiet, 'test.pst').layout ?? (LAYOUTS[0] as Layout);
  }

  /** Where the leaf page that has a node lies, and the offset of the entry. */
  node(nid: number): { page: number; entry: number; bidData: number; bidSub: number } {
    let page = readRoot(this.#file, this.#layout).nodeTree;
    for (;;) {
      const tree = readTreePage(this.#file, this.#layout, PAGE_TYPE.nodes, page, quiet);
      if (tree === undefined) {
        throw new Error(`no page at ${page}`);
      }
      const entries = Array.from({ length: tree.count }, (_, i) => page + i * tree.entrySize);
      const entry = entries.findLast((at) => u32(this.octets, at) <= nid);
      if (entry === undefined || (tree.level === 0 && u32(this.octets, entry) !== nid)) {
        throw new Error(`no node ${nid}`);
      }
      if (tree.level === 0) {
        return { page, entry, bidData: u64(this.octets, entry + 8), bidSub: u64(this.octets, entry + 16) };
      }
      page = u64(this.octets, entry + 16);
    }
  }

  /** Where a block lies and its size. */
  block(bid: number): { offset: number; size: number } {
    const table = loadBlockTable(this.#file, this.#layout, readRoot(this.#file, this.#layout).blockTree, quiet);
    const index = table.find(bid);
    return { offset: table.offset(index), size: table.size(index) };
  }

  /** Changes octets of a page and makes its checksum right. */
  page(offset: number, change: (page: Uint8Array) => void): this {
    const page = this.octets.subarray(offset, offset + this.#layout.pageSize);
    change(page);
    writeU32(page, this.#layout.pageBody + 4, pstCrc(page.subarray(0, this.#layout.pageBody)));
    return this;
  }

  /** Changes the data of a block, decoded unless it is internal, and makes its checksum right. */
  data(bid: number, change: (data: Uint8Array) => void): this {
    const { offset, size } = this.block(bid);
    const stored = this.octets.subarray(offset, offset + size);
    const isInternal = (bid & 2) === 2;
    const data = isInternal ? stored : stored.map((octet) => PERMUTE_DECODE[octet] ?? 0);
    change(data);
    stored.set(isInternal ? data : data.map((octet) => PERMUTE_ENCODE[octet] ?? 0));
    const trailer = offset + Math.ceil((size + 16) / 64) * 64 - 16;
    writeU32(this.octets, trailer + 4, pstCrc(stored));
    return this;
  }

  /** Changes the record of a property of a node: eight octets of id, type and value. */
  property(bidData: number, id: number, change: (record: Uint8Array) => void): this {
    return this.data(bidData, (data) => change(recordOf(data, id)));
  }
}

/** The record of a property in the one block of a heap with a tree of one level. */
function recordOf(data: Uint8Array, id: number): Uint8Array {
  const map = u16(data, 0);
  const item = (hid: number): [number, number] => {
    const at = map + 4 + 2 * ((hid >>> 5) - 1);
    return [u16(data, at), u16(data, at + 2)];
  };
  const [header] = item(u32(data, 4));
  const [start, end] = item(u32(data, header + 4));
  for (let at = start; at < end; at += 8) {
    if (u16(data, at) === id) {
      return data.subarray(at, at + 8);
    }
  }
  throw new Error(`no property ${id}`);
}

/** Writes four octets, little-endian. */
export function writeU32(octets: Uint8Array, at: number, value: number): void {
  new DataView(octets.buffer, octets.byteOffset).setUint32(at, value, true);
}
