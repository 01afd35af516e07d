// A structure checker of the node database layer. It reads what the specification says and shares no code with the
// writer, so that neither hides a mistake of the other. It reads the whole file.
import { checkAllocation } from './check-allocation.js';
import { type CheckedBlock, checkBlocks, decodeBlockEntry, withoutBit0 } from './check-blocks.js';
import { walkTree } from './check-tree.js';
import { CheckedFile, type Extents, hex } from './checked-file.js';
import { tableCrc } from './crc.js';
import { idAt, type Layout, layoutFor } from './layout.js';

/** What {@link checkPst} found. */
export interface PstCheck {
  /** `wVer`; 0 if it is no PST. */
  readonly version: number;
  readonly blocks: number;
  readonly nodes: number;
  /** Nodes of type 0x04. */
  readonly messages: number;
  /** One sentence each, at most 1000. */
  readonly problems: readonly string[];
}

/**
 * Checks header CRCs, all pages and blocks of both B-trees (type, signature, CRC, BID, order, level), that every
 * reference has its block and every block a reference, the reference counts, and the AMaps against all of it.
 */
export function checkPst(path: string): PstCheck {
  using file = new CheckedFile(path);
  const header = file.read(0, 564);
  const layout = layoutFor(header.readUInt16LE(10));
  if (header.toString('latin1', 0, 4) !== '!BDN' || layout === undefined) {
    return { version: 0, blocks: 0, nodes: 0, messages: 0, problems: ['no PST header'] };
  }
  checkHeader(file, layout, header);
  return checkBody(file, layout, header);
}

/** [MS-PST] 2.2.2.6: dwCRCPartial over 471 octets from 8, dwCRCFull over 516. */
function checkHeader(file: CheckedFile, layout: Layout, header: Buffer): void {
  file.expect(header.readUInt32LE(4) === tableCrc(header.subarray(8, 479)), 'header: wrong dwCRCPartial');
  if (layout.idSize === 8) {
    file.expect(header.readUInt32LE(524) === tableCrc(header.subarray(8, 524)), 'header: wrong dwCRCFull');
  }
  file.expect(header[layout.idSize === 8 ? 512 : 460] === 0x80, 'header: no sentinel');
}

function checkBody(file: CheckedFile, layout: Layout, header: Buffer): PstCheck {
  const field = (index: number): number => idAt(layout, header, layout.rootAt + index * layout.idSize);
  const extents: Extents = { layout, list: [] };
  const nodes = walkTree(file, extents, 0x81, field(4), field(5));
  const blocks = walkTree(file, extents, 0x80, field(6), field(7)).map((entry) => decodeBlockEntry(layout, entry));
  const { references } = checkBlocks(file, extents, blocks);
  for (const node of nodes) {
    for (const bid of [idAt(layout, node, layout.idSize), idAt(layout, node, 2 * layout.idSize)].filter((each) => each > 1)) {
      references.set(withoutBit0(bid), (references.get(withoutBit0(bid)) ?? 0) + 1);
    }
  }
  checkReferences(file, blocks, references);
  const free = checkAllocation(file, extents, field(0));
  file.expect(field(0) === file.size, `header: ibFileEof ${hex(field(0))}, the file has ${hex(file.size)}`);
  file.expect(field(2) === free, `header: cbAMapFree ${field(2)}, the AMaps have ${free}`);
  const messages = nodes.filter((node) => (node.readUInt32LE(0) & 0x1f) === 4).length;
  return { version: layout.version, blocks: blocks.length, nodes: nodes.length, messages, problems: file.problems };
}

/** cRef is 1 more than the uses; what is used exists, and what exists is used. */
function checkReferences(file: CheckedFile, blocks: readonly CheckedBlock[], references: ReadonlyMap<number, number>): void {
  const known = new Set(blocks.map(({ bid }) => bid));
  for (const bid of references.keys()) {
    file.expect(known.has(bid), `block ${hex(bid)}: referred to, but not in the BBT`);
  }
  for (const { bid, references: counted } of blocks) {
    const uses = references.get(bid) ?? 0;
    file.expect(uses > 0, `block ${hex(bid)}: nothing refers to it`);
    file.expect(counted === uses + 1, `block ${hex(bid)}: cRef ${counted}, but ${uses} uses`);
  }
}
