// The node database layer, [MS-PST] 2.2: blocks are written as they come, both B-trees and the header at the end.
import { fstatSync, ftruncateSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { Allocator, PTYPE_AMAP } from './allocator.js';
import { BlockBuffers } from './block-buffers.js';
import { BlockTable } from './block-table.js';
import { type BlockReference, type Leaves, PTYPE_BBT, PTYPE_NBT, writeBTree } from './btree.js';
import { signature, weakCrc } from './checksum.js';
import { type Cipher, cipherNumber, encodeBlock } from './cipher.js';
import { encodeHeader } from './header.js';
import { sealPage } from './page.js';
import { SequentialOutput } from './sequential-output.js';
import { idSize, putId, type Variant } from './variant.js';

/** How the file is stored. */
export interface NodeDatabaseOptions {
  readonly variant: Variant;
  readonly cipher: Cipher;
  /** Deflate data blocks where that makes them smaller (4 KiB files only). */
  readonly isCompressed: boolean;
}

/** A node of the NBT, [MS-PST] 2.2.2.7.7.4. */
export interface Node {
  readonly nid: number;
  readonly bidData: number;
  readonly bidSub: number;
  readonly nidParent: number;
}

/** Writes one file, once. */
export class NodeDatabase {
  readonly variant: Variant;
  readonly allocator: Allocator;
  readonly output: SequentialOutput;
  /** Buffers of `maxBlockData` octets. */
  readonly buffers: BlockBuffers;
  readonly #options: NodeDatabaseOptions;
  readonly #fd: number;
  readonly #blocks: BlockTable = new BlockTable();
  readonly #nodes: Node[] = [];
  #pageBid = 4;

  /** `fd` is open for writing and empty. */
  constructor(fd: number, options: NodeDatabaseOptions) {
    this.#fd = fd;
    this.#options = options;
    this.variant = options.variant;
    this.allocator = new Allocator(options.variant);
    this.output = new SequentialOutput(fd);
    this.buffers = new BlockBuffers(options.variant.maxBlockData);
  }

  get blockCount(): number {
    return this.#blocks.count;
  }

  /** Page BIDs count in steps of 1, [MS-PST] 2.2.2.6 bidNextP. */
  nextPageBid(): number {
    return this.#pageBid++;
  }

  /** Writes a data block of at most `maxBlockData` octets, encoded; returns its BID, which no one refers to yet. */
  writeData(data: Uint8Array): number {
    const bid = this.#blocks.open(false);
    const deflated = this.#options.isCompressed ? this.#deflate(data, bid) : undefined;
    if (deflated === undefined) {
      this.#place(bid, data, this.#options.cipher, data.length);
    } else {
      this.#place(bid, deflated, 'none', data.length);
    }
    return bid;
  }

  /** Writes an internal block, which is never encoded. */
  writeInternal(data: Uint8Array): number {
    const bid = this.#blocks.open(true);
    this.#place(bid, data, 'none', data.length);
    return bid;
  }

  /** Counts a use of a block by a node, a subnode or an XBLOCK. */
  refer(bid: number): void {
    this.#blocks.refer(bid);
  }

  /** Adds a node to the NBT. */
  addNode(node: Node): void {
    this.refer(node.bidData);
    this.refer(node.bidSub);
    this.#nodes.push(node);
  }

  /** Writes the trees, the maps and the header; returns the size of the file. */
  finish(nextNidIndexes: readonly number[], isOst: boolean): number {
    const bbt = writeBTree(this, PTYPE_BBT, this.#blockLeaves());
    const nbt = writeBTree(this, PTYPE_NBT, this.#nodeLeaves());
    this.output.flush();
    this.#writeMaps();
    this.#writeHeader(nbt, bbt, nextNidIndexes, isOst);
    ftruncateSync(this.#fd, this.allocator.fileEnd);
    return fstatSync(this.#fd).size;
  }

  /** The cipher is undone after inflating, as libpff does it; no compressed file with a cipher is known. */
  #deflate(data: Uint8Array, bid: number): Uint8Array | undefined {
    const encoded = Buffer.allocUnsafe(data.length);
    encodeBlock(this.#options.cipher, data, bid, encoded);
    const deflated = deflateSync(encoded, { level: 1 });
    return deflated.length < data.length ? deflated : undefined;
  }

  /**
   * Data, zeros up to a multiple of the alignment, and the BLOCKTRAILER, [MS-PST] 2.2.2.8.1.
   *
   * 64-bit: cb(2) sig(2) crc(4) bid(8); 32-bit: cb(2) sig(2) bid(4) crc(4); 4 KiB files: as 64-bit, then 2(2),
   * the inflated size (2) and zeros (4).
   */
  #place(bid: number, data: Uint8Array, cipher: Cipher, inflated: number): void {
    const { blockAlign, blockTrailerSize, isWide, pageSize } = this.variant;
    const size = Math.ceil((data.length + blockTrailerSize) / blockAlign) * blockAlign;
    const offset = this.allocator.allocate(size, blockAlign);
    const block = this.output.reserve(offset, size);
    const stored = block.subarray(0, data.length);
    encodeBlock(cipher, data, bid, stored);
    const at = size - blockTrailerSize;
    block.writeUInt16LE(data.length, at);
    block.writeUInt16LE(signature(offset, bid), at + 2);
    block.writeUInt32LE(weakCrc(stored), isWide ? at + 4 : at + 8);
    putId(this.variant, block, isWide ? at + 8 : at + 4, bid);
    if (pageSize === 4096) {
      block.writeUInt16LE(2, at + 16);
      block.writeUInt16LE(inflated, at + 18);
    }
    this.#blocks.place(bid, offset, data.length, inflated);
  }

  /** BBTENTRY, [MS-PST] 2.2.2.7.7.3: BREF, cb(2), cRef(2), padding; with 4 KiB pages the inflated size stands between. */
  #blockLeaves(): Leaves {
    const { variant } = this;
    const width = idSize(variant);
    return {
      count: this.#blocks.count,
      size: variant.isWide ? 24 : 12,
      keyOf: (index) => this.#blocks.row(index).bid,
      put: (index, buffer, at) => {
        const row = this.#blocks.row(index);
        putId(variant, buffer, at, row.bid);
        putId(variant, buffer, at + width, row.offset);
        const rest = variant.pageSize === 4096 ? [row.size, row.inflated, row.references] : [row.size, row.references];
        for (const [i, value] of rest.entries()) {
          buffer.writeUInt16LE(value, at + 2 * width + 2 * i);
        }
      },
    };
  }

  /** NBTENTRY, [MS-PST] 2.2.2.7.7.4: nid, bidData, bidSub (ids of the variant's width), nidParent(4), padding. */
  #nodeLeaves(): Leaves {
    const { variant } = this;
    const width = idSize(variant);
    const nodes = this.#nodes.sort((a, b) => a.nid - b.nid);
    return {
      count: nodes.length,
      size: variant.isWide ? 32 : 16,
      keyOf: (index) => (nodes[index] as Node).nid,
      put: (index, buffer, at) => {
        const node = nodes[index] as Node;
        putId(variant, buffer, at, node.nid);
        putId(variant, buffer, at + width, node.bidData);
        putId(variant, buffer, at + 2 * width, node.bidSub);
        buffer.writeUInt32LE(node.nidParent, at + 3 * width);
      },
    };
  }

  #writeMaps(): void {
    const { variant } = this;
    for (const { type, offset, bits } of this.allocator.pages) {
      const page = Buffer.alloc(variant.pageSize);
      if (type === PTYPE_AMAP && bits !== undefined) {
        page.set(bits, variant.amapStart);
      } else {
        page.fill(0xff, variant.amapStart, variant.amapStart + variant.amapBytes);
      }
      sealPage(variant, page, type, offset, offset, true);
      this.output.writeAt(offset, page);
    }
  }

  #writeHeader(nbt: BlockReference, bbt: BlockReference, nextNidIndexes: readonly number[], isOst: boolean): void {
    const header = encodeHeader({
      variant: this.variant,
      cipherNumber: cipherNumber(this.#options.cipher),
      isOst,
      nextPageBid: this.#pageBid,
      nextBlockBid: this.#blocks.nextBid,
      nextNidIndexes,
      fileEnd: this.allocator.fileEnd,
      lastAMap: this.allocator.lastAMap,
      freeBytes: this.allocator.freeBytes,
      nbt,
      bbt,
    });
    this.output.writeAt(0, header);
  }
}
