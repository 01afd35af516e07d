// Where the next page or block goes, and the bits of the AMap that say so ([MS-PST] 2.2.2.7.2). Space is given out
// strictly upwards and nothing is ever freed. At fixed offsets stand the map pages: an AMap at the start of each
// section, after every 8th a PMap, and (64-bit and 32-bit only) FMaps and FPMaps where the header's own ones end.
import type { Variant } from './variant.js';

/** A page that stands at a fixed offset: [MS-PST] 2.2.2.7.2 to 2.2.2.7.5. */
export interface MapPage {
  readonly type: number;
  readonly offset: number;
  /** The bitmap of an AMap; absent for the deprecated maps, which are all ones. */
  readonly bits?: Buffer;
}

const PTYPE_FMAP = 0x82;
const PTYPE_PMAP = 0x83;
export const PTYPE_AMAP = 0x84;
const PTYPE_FPMAP = 0x85;

const PMAP_EVERY = 8;
const FMAP_FIRST = 128;
const FPMAP_FIRST = 128 * 64;

/** Hands out file space. */
export class Allocator {
  readonly pages: MapPage[] = [];
  readonly #variant: Variant;
  readonly #interval: number;
  #bits: Buffer = Buffer.alloc(0);
  #sectionStart = 0;
  #sectionEnd: number;
  #next: number;
  #sections = 0;
  #usedUnits = 0;

  constructor(variant: Variant) {
    this.#variant = variant;
    this.#interval = variant.amapBytes * 8 * variant.blockAlign;
    this.#sectionEnd = variant.firstAMap;
    this.#next = variant.firstAMap;
  }

  /** The offset of `size` octets (a multiple of the block alignment), themselves aligned to `align`. */
  allocate(size: number, align: number): number {
    let offset = Math.ceil(this.#next / align) * align;
    if (offset + size > this.#sectionEnd) {
      this.#openSection();
      offset = Math.ceil(this.#next / align) * align;
    }
    this.#mark(offset, size);
    return offset;
  }

  /** `ibAMapLast` of the header. */
  get lastAMap(): number {
    return this.#sectionStart;
  }

  /** `ibFileEof` of the header: the end of what the last AMap stands for. */
  get fileEnd(): number {
    return this.#sectionEnd;
  }

  /** `cbAMapFree` of the header. */
  get freeBytes(): number {
    return this.#sections * this.#interval - this.#usedUnits * this.#variant.blockAlign;
  }

  #openSection(): void {
    this.#sectionStart = this.#sectionEnd;
    this.#sectionEnd += this.#interval;
    this.#bits = Buffer.alloc(this.#variant.amapBytes);
    this.#next = this.#sectionStart;
    const section = this.#sections++;
    for (const type of mapsOfSection(this.#variant, section)) {
      const offset = this.#next;
      this.#mark(offset, this.#variant.pageSize);
      this.pages.push(type === PTYPE_AMAP ? { type, offset, bits: this.#bits } : { type, offset });
    }
  }

  /** Bit 7 of octet 0 stands for the first unit of the section. */
  #mark(offset: number, size: number): void {
    const unit = this.#variant.blockAlign;
    const first = (offset - this.#sectionStart) / unit;
    const count = size / unit;
    for (let i = first; i < first + count; i++) {
      this.#bits[i >> 3] = (this.#bits[i >> 3] as number) | (0x80 >> (i & 7));
    }
    this.#usedUnits += count;
    this.#next = offset + size;
  }
}

/** The map pages at the start of section `index`; in 4 KiB files only AMaps were ever seen. */
function mapsOfSection(variant: Variant, index: number): number[] {
  const maps = [PTYPE_AMAP];
  if (variant.pageSize !== 512) {
    return maps;
  }
  if (index % PMAP_EVERY === 0) {
    maps.push(PTYPE_PMAP);
  }
  if (index >= FMAP_FIRST && (index - FMAP_FIRST) % variant.amapBytes === 0) {
    maps.push(PTYPE_FMAP);
  }
  if (variant.isWide && index >= FPMAP_FIRST && (index - FPMAP_FIRST) % (variant.amapBytes * 64) === 0) {
    maps.push(PTYPE_FPMAP);
  }
  return maps;
}
