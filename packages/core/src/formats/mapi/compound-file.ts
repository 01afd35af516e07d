// Compound files ([MS-CFB]): the little file system inside OLE attachments. Only streams by name are needed. Chains are followed no
// longer than the file has sectors, so a cycle ends.

const SIGNATURE = 'd0cf11e0a1b11ae1';
const END_OF_CHAIN = 0xfffffffa;
const ENTRY_SIZE = 128;
const STREAM = 2;
const ROOT = 5;
/** An entry that has no such neighbour. */
const NO_ENTRY = 0xffffffff;
const HEADER_DIFAT = 109;
const MAX_ENTRIES = 10_000;

interface Entry {
  readonly name: string;
  readonly type: number;
  /** Neighbours in the tree of its storage, and the first of what lies in it. */
  readonly left: number;
  readonly right: number;
  readonly child: number;
  readonly start: number;
  readonly size: number;
}

/** The streams of a compound file. */
export class CompoundFile {
  readonly #bytes: Buffer;
  readonly #sectorSize: number;
  readonly #miniSize: number;
  readonly #miniCutoff: number;
  readonly #fat: number[] = [];
  #miniFat: Buffer = Buffer.alloc(0);
  #miniStream: Buffer = Buffer.alloc(0);
  readonly #entries: Entry[] = [];
  #top: readonly Entry[] | undefined;

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#sectorSize = 1 << bytes.readUInt16LE(30);
    this.#miniSize = 1 << bytes.readUInt16LE(32);
    this.#miniCutoff = bytes.readUInt32LE(56);
  }

  /** Opens a compound file; undefined for anything else. */
  static open(octets: Uint8Array): CompoundFile | undefined {
    const bytes = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
    if (bytes.length < 512 || bytes.toString('hex', 0, 8) !== SIGNATURE) return undefined;
    const [shift, miniShift] = [bytes.readUInt16LE(30), bytes.readUInt16LE(32)];
    if ((shift !== 9 && shift !== 12) || miniShift !== 6) return undefined;
    const file = new CompoundFile(bytes);
    file.#load();
    return file;
  }

  // Header ([MS-CFB] 2.2): directory start u32 @48, mini FAT start u32 @60, DIFAT start u32 @68, DIFAT u32[109] @76.
  #load(): void {
    const sectors: number[] = [];
    for (let i = 0; i < HEADER_DIFAT; i++) sectors.push(this.#bytes.readUInt32LE(76 + 4 * i));
    const perSector = this.#sectorSize / 4;
    let next = this.#bytes.readUInt32LE(68);
    for (let left = this.#bytes.length / this.#sectorSize; left > 0 && next < END_OF_CHAIN; left--) {
      const sector = this.#sector(next);
      if (sector.length < this.#sectorSize) break;
      for (let i = 0; i < perSector - 1; i++) sectors.push(sector.readUInt32LE(4 * i));
      next = sector.readUInt32LE(4 * (perSector - 1));
    }
    for (const number of sectors) this.#readFat(number);
    this.#readDirectory();
    this.#miniFat = this.#chain(this.#bytes.readUInt32LE(60));
    const root = this.#entries.find((entry) => entry.type === ROOT);
    if (root) this.#miniStream = this.#chain(root.start).subarray(0, root.size);
  }

  #sector(number: number): Buffer {
    return this.#bytes.subarray((number + 1) * this.#sectorSize, (number + 2) * this.#sectorSize);
  }

  #readFat(number: number): void {
    if (number >= END_OF_CHAIN || this.#fat.length * this.#sectorSize > this.#bytes.length + this.#sectorSize ** 2) return;
    const sector = this.#sector(number);
    for (let at = 0; at + 4 <= sector.length; at += 4) this.#fat.push(sector.readUInt32LE(at));
  }

  #chain(start: number): Buffer {
    const parts: Buffer[] = [];
    let number = start;
    for (let left = this.#bytes.length / this.#sectorSize; left > 0 && number < END_OF_CHAIN; left--) {
      parts.push(this.#sector(number));
      number = this.#fat[number] ?? END_OF_CHAIN;
    }
    return Buffer.concat(parts);
  }

  #miniChain(start: number): Buffer {
    const parts: Buffer[] = [];
    let number = start;
    for (let left = this.#miniStream.length / this.#miniSize; left > 0 && number < END_OF_CHAIN; left--) {
      parts.push(this.#miniStream.subarray(number * this.#miniSize, (number + 1) * this.#miniSize));
      number = 4 * number + 4 <= this.#miniFat.length ? this.#miniFat.readUInt32LE(4 * number) : END_OF_CHAIN;
    }
    return Buffer.concat(parts);
  }

  // Directory entry ([MS-CFB] 2.6.1): name u16[32], octets of name u16 @64, type u8 @66, left u32 @68, right u32 @72, child u32 @76, start u32 @116, size u64 @120.
  #readDirectory(): void {
    const directory = this.#chain(this.#bytes.readUInt32LE(48));
    for (let at = 0; at + ENTRY_SIZE <= directory.length && this.#entries.length < MAX_ENTRIES; at += ENTRY_SIZE) {
      const octets = Math.min(64, Math.max(0, directory.readUInt16LE(at + 64) - 2));
      this.#entries.push({
        name: directory.toString('utf16le', at, at + octets),
        type: directory.readUInt8(at + 66),
        left: directory.readUInt32LE(at + 68),
        right: directory.readUInt32LE(at + 72),
        child: directory.readUInt32LE(at + 76),
        start: directory.readUInt32LE(at + 116),
        size: directory.readUInt32LE(at + 120),
      });
    }
  }

  /** What lies in the root storage; everything where its tree is damaged. */
  #topLevel(): readonly Entry[] {
    const numbers = new Set<number>();
    const open = [this.#entries.find((entry) => entry.type === ROOT)?.child ?? NO_ENTRY];
    for (let number = open.pop(); number !== undefined; number = open.pop()) {
      const entry = this.#entries[number];
      if (entry === undefined || numbers.has(number)) continue;
      numbers.add(number);
      open.push(entry.left, entry.right);
    }
    const found = this.#entries.filter((_, number) => numbers.has(number));
    return found.length === 0 ? this.#entries : found;
  }

  /** The octets of the stream of this name in the root storage, not of one in an object inside; case does not matter. */
  stream(name: string): Uint8Array | undefined {
    const entry = this.#entryOf(name);
    if (!entry) return undefined;
    const chain = entry.size < this.#miniCutoff ? this.#miniChain(entry.start) : this.#chain(entry.start);
    return chain.subarray(0, entry.size);
  }

  /** True when the root storage has such a stream. */
  has(name: string): boolean {
    return this.#entryOf(name) !== undefined;
  }

  #entryOf(name: string): Entry | undefined {
    this.#top ??= this.#topLevel();
    return this.#top.find((candidate) => candidate.type === STREAM && candidate.name.toLowerCase() === name.toLowerCase());
  }
}
