// Compares the AMaps with the extents of all pages and blocks, [MS-PST] 2.2.2.7.2.
import { checkPageTrailer } from './check-tree.js';
import { type CheckedFile, type Extents, hex } from './checked-file.js';

/** Octets that the AMaps say are free. */
export function checkAllocation(file: CheckedFile, extents: Extents, fileEnd: number): number {
  const { layout } = extents;
  const interval = layout.amapSize * 8 * layout.unit;
  const sections = Math.ceil((fileEnd - layout.firstAMap) / interval);
  const expected = Buffer.alloc(sections * layout.amapSize);
  markMaps(file, extents, sections, interval);
  for (const [offset, size] of extents.list) {
    mark(file, expected, (offset - layout.firstAMap) / layout.unit, size / layout.unit, offset);
  }
  let free = 0;
  for (let section = 0; section < sections; section++) {
    const offset = layout.firstAMap + section * interval;
    const page = file.read(offset, layout.pageSize);
    checkPageTrailer(file, layout, page, 0x84, offset, offset, true);
    const bits = page.subarray(layout.amapAt, layout.amapAt + layout.amapSize);
    const wanted = expected.subarray(section * layout.amapSize, (section + 1) * layout.amapSize);
    file.expect(covers(bits, wanted), `AMap ${hex(offset)}: a page or block stands in space marked free`);
    file.expect(covers(wanted, bits), `AMap ${hex(offset)}: space is marked used that nothing uses`);
    free += layout.unit * (8 * bits.length - bitCount(bits));
  }
  return free;
}

/** The map pages are allocated in the map as well. */
function markMaps(file: CheckedFile, extents: Extents, sections: number, interval: number): void {
  const { layout, list } = extents;
  for (let section = 0; section < sections; section++) {
    const offset = layout.firstAMap + section * interval;
    list.push([offset, layout.pageSize]);
    const types = layout.pageSize === 4096 ? [] : extraMaps(section, layout.idSize === 8);
    for (const [index, type] of types.entries()) {
      const at = offset + (index + 1) * layout.pageSize;
      checkPageTrailer(file, layout, file.read(at, layout.pageSize), type, at, at, true);
      list.push([at, layout.pageSize]);
    }
  }
}

/** PMap each 8 sections, FMap each 496 from the 128th, FPMap each 31,744 from the 8,192nd. */
function extraMaps(section: number, isWide: boolean): number[] {
  const types = section % 8 === 0 ? [0x83] : [];
  if (section >= 128 && (section - 128) % 496 === 0) {
    types.push(0x82);
  }
  if (isWide && section >= 8192 && (section - 8192) % 31_744 === 0) {
    types.push(0x85);
  }
  return types;
}

function mark(file: CheckedFile, bits: Buffer, first: number, count: number, offset: number): void {
  for (let i = first; i < first + count; i++) {
    const octet = bits[i >> 3];
    const bit = 0x80 >> (i & 7);
    file.expect(octet !== undefined && (octet & bit) === 0, `offset ${hex(offset)}: outside the file or used twice`);
    bits[i >> 3] = (octet ?? 0) | bit;
  }
}

function covers(bits: Buffer, wanted: Buffer): boolean {
  return wanted.every((octet, i) => (octet & ~(bits[i] as number)) === 0);
}

function bitCount(bits: Buffer): number {
  let count = 0;
  for (const octet of bits) {
    for (let rest = octet; rest !== 0; rest &= rest - 1) {
      count++;
    }
  }
  return count;
}
