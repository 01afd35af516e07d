import { inflateSync } from 'node:zlib';
import { room } from '../../content/slab.js';
import type { BlockTable } from './block-table.js';
import { pstCrc } from './checksum.js';
import { DECODED, decodeCyclic, decodePermute } from './cipher.js';
import type { DamageSink } from './damage.js';
import type { CryptMethod } from './header.js';
import type { Layout } from './layout.js';
import { u16, u32, uWord } from './octets.js';
import type { RandomAccess } from './random-access.js';

/** True for blocks that hold the structure of a tree rather than data; they are never encoded ([MS-PST] 2.2.2.2). */
export function isInternalBlock(bid: number): boolean {
  return Math.floor(bid / 2) % 2 === 1;
}

/** Reads blocks by id: checks, decodes, inflates. */
export class BlockReader {
  readonly layout: Layout;
  readonly #file: RandomAccess;
  readonly #table: BlockTable;
  readonly #crypt: CryptMethod;

  constructor(file: RandomAccess, layout: Layout, table: BlockTable, crypt: CryptMethod) {
    this.#file = file;
    this.layout = layout;
    this.#table = table;
    this.#crypt = crypt;
  }

  /** Octets of data in a block, known without reading it; undefined for a block that no index has. */
  sizeOf(bid: number): number | undefined {
    const index = this.#table.find(bid);
    if (index < 0) {
      return undefined;
    }
    const size = this.#table.size(index);
    const inflated = this.#table.inflatedSize(index);
    return Math.min(inflated !== 0 && inflated !== size ? inflated : size, this.layout.blockMax);
  }

  /**
   * The data of a block, decoded: an own copy, or the beginning of `into` when that is long enough;
   * undefined when it is in no index or beyond the end of the file.
   */
  read(bid: number, damage: DamageSink, into?: Uint8Array): Uint8Array | undefined {
    const index = this.#table.find(bid);
    if (index < 0) {
      damage('PST_BLOCK_MISSING', `no index has the block 0x${bid.toString(16)}`);
      return undefined;
    }
    const offset = this.#table.offset(index);
    const size = Math.min(this.#table.size(index), this.layout.blockMax);
    const stored = this.#readStored(bid, offset, size, damage);
    if (stored === undefined) {
      return undefined;
    }
    const inflated = this.#table.inflatedSize(index);
    const isPacked = inflated !== 0 && inflated !== this.#table.size(index);
    const octets = isPacked ? inflate(stored, this.layout.blockMax, offset, damage) : stored;
    return octets === undefined
      ? undefined
      : this.#decode(octets, bid, into !== undefined && into.length >= octets.length ? into : undefined);
  }

  /** The data of a block, decoded, as long as {@link BlockReader.sizeOf} says: a view that is valid until the next block is read; undefined as for {@link BlockReader.read}. */
  lend(bid: number, damage: DamageSink): Uint8Array | undefined {
    const size = this.sizeOf(bid) ?? 0;
    const octets = this.read(bid, damage, DECODED);
    if (octets === undefined || octets.length === size) {
      return octets;
    }
    DECODED.fill(0, octets.length, size);
    return DECODED.subarray(0, size);
  }

  /**
   * The octets of a block as stored, a view, with its trailer checked ([MS-PST] 2.2.2.8.1). The trailer ends the block,
   * which is filled up to a multiple of 64 octets (512 in 4k files).
   *
   * ```
   * ANSI     0 cb u16   2 wSig u16   4 bid u32   8 dwCRC u32
   * Unicode  0 cb u16   2 wSig u16   4 dwCRC u32   8 bid u64      4k: eight octets more
   * ```
   */
  #readStored(bid: number, offset: number, size: number, damage: DamageSink): Uint8Array | undefined {
    const { layout } = this;
    const whole = Math.ceil((size + layout.blockTrailer) / layout.blockAlign) * layout.blockAlign;
    const octets = this.#file.readAt(offset, whole);
    if (octets.length < size) {
      damage('PST_BLOCK_MISSING', 'a block lies beyond the end of the file', offset);
      return octets.length === 0 ? undefined : octets;
    }
    const data = octets.subarray(0, size);
    const trailer = whole - layout.blockTrailer;
    const crc = u32(octets, trailer + (layout.isAnsi ? 8 : 4));
    const found = uWord(octets, trailer + (layout.isAnsi ? 4 : 8), layout.isAnsi);
    if (u16(octets, trailer) !== size || found - (found % 2) !== bid - (bid % 2) || crc !== pstCrc(data)) {
      damage('PST_BLOCK_CRC', 'the checksum or the trailer of a block does not match', offset);
    }
    return data;
  }

  #decode(octets: Uint8Array, bid: number, into: Uint8Array | undefined): Uint8Array {
    const copy = into ?? room(octets.length);
    if (this.#crypt === 'none' || isInternalBlock(bid)) {
      copy.set(octets);
    } else if (this.#crypt === 'permute') {
      decodePermute(octets, copy);
    } else {
      decodeCyclic(octets, bid % 0x1_0000_0000, copy);
    }
    return copy.length === octets.length ? copy : copy.subarray(0, octets.length);
  }
}

function inflate(stored: Uint8Array, most: number, offset: number, damage: DamageSink): Uint8Array | undefined {
  try {
    return inflateSync(stored, { maxOutputLength: most });
  } catch {
    damage('PST_BLOCK_MISSING', 'a compressed block cannot be inflated', offset);
    return undefined;
  }
}
