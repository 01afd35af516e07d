import { loadBlockTable, loadNodeTable } from './b-tree.js';
import { BlockReader } from './block.js';
import { BlockTable, type SharedBlocks } from './block-table.js';
import type { DamageSink } from './damage.js';
import { DataTree } from './data-tree.js';
import { type CryptMethod, type Header, readHeader, readRoot } from './header.js';
import { LAYOUTS, type Layout } from './layout.js';
import { NID } from './nid.js';
import { NodeTable, type SharedNodes } from './node-table.js';
import { PAGE_TYPE, readTreePage } from './page.js';
import type { RandomAccess } from './random-access.js';
import { type NodeBlocks, readSubNodes } from './sub-node-tree.js';

/** Both indexes, in memory that all threads see. */
export interface SharedIndexes {
  readonly blocks: SharedBlocks;
  readonly nodes: SharedNodes;
}

/** The lowest layer of a PST ([MS-PST] 2.2): nodes by id, their data and their subnodes. */
export interface NodeDatabase {
  readonly header: Header;
  readonly layout: Layout;
  readonly crypt: CryptMethod;
  readonly nodes: NodeTable;
  readonly blockCount: number;
  /** The data of a node or subnode. */
  data(blocks: NodeBlocks, damage: DamageSink): DataTree;
  /** The subnodes of a node or subnode by id. */
  subNodes(blocks: NodeBlocks, damage: DamageSink): ReadonlyMap<number, NodeBlocks>;
  /** The indexes for another thread, which need not read them again. */
  share(): SharedIndexes;
}

/**
 * Opens the node database: reads the header and loads both indexes, unless another thread shares them.
 *
 * @throws {@link SourceError} PST_NOT_RECOGNISED when the file is no PST
 */
export function openNodeDatabase(file: RandomAccess, path: string, damage: DamageSink, shared?: SharedIndexes): NodeDatabase {
  const header = readHeader(file, damage, path);
  const layout = chooseLayout(file, header, damage);
  const root = readRoot(file, layout);
  if (root.fileSize > file.size) {
    damage('PST_TRUNCATED', `the header promises ${root.fileSize} octets, the file has ${file.size}`, file.size);
  }
  const table = shared === undefined ? loadBlockTable(file, layout, root.blockTree, damage) : BlockTable.of(shared.blocks);
  const nodes = shared === undefined ? loadNodeTable(file, layout, root.nodeTree, damage) : NodeTable.of(shared.nodes);
  const crypt = chooseCrypt(file, header, layout, table, nodes, damage);
  const reader = new BlockReader(file, layout, table, crypt);
  return {
    header,
    layout,
    crypt,
    nodes,
    blockCount: table.count,
    data: (blocks, sink) => DataTree.open(reader, blocks.bidData, sink),
    subNodes: (blocks, sink) => readSubNodes(reader, blocks.bidSub, sink),
    share: () => ({ blocks: table.share(), nodes: nodes.share() }),
  };
}

/** The layout that the version names, unless neither root page is one of it while another layout finds both. */
function chooseLayout(file: RandomAccess, header: Header, damage: DamageSink): Layout {
  const fits = (layout: Layout): number => {
    const root = readRoot(file, layout);
    const blocks = readTreePage(file, layout, PAGE_TYPE.blocks, root.blockTree, undefined);
    const nodes = readTreePage(file, layout, PAGE_TYPE.nodes, root.nodeTree, undefined);
    return Number(blocks !== undefined) + Number(nodes !== undefined);
  };
  if (header.layout !== undefined && fits(header.layout) > 0) {
    return header.layout;
  }
  const found = LAYOUTS.find((layout) => fits(layout) === 2);
  if (found !== undefined) {
    damage('PST_HEADER_DAMAGED', `the version ${header.version} does not fit, the file is laid out as ${found.variant}`, 10);
  }
  return found ?? header.layout ?? (LAYOUTS[0] as Layout);
}

/** Nodes that every store has, and whose data begins with a heap. */
const WELL_KNOWN = [NID.messageStore, NID.nameToIdMap, NID.rootFolder];
const HEAP_SIGNATURE = 0xec;

/** The method that the header names, unless the heaps of the well-known nodes show with another alone. */
function chooseCrypt(
  file: RandomAccess,
  header: Header,
  layout: Layout,
  table: BlockTable,
  nodes: NodeTable,
  damage: DamageSink,
): CryptMethod {
  const ignore: DamageSink = () => undefined;
  const shows = (crypt: CryptMethod): boolean => {
    const reader = new BlockReader(file, layout, table, crypt);
    return WELL_KNOWN.some((nid) => {
      const node = nodes.find(nid);
      return node !== undefined && DataTree.open(reader, node.bidData, ignore).block(0)?.[2] === HEAP_SIGNATURE;
    });
  };
  if (header.crypt !== undefined && shows(header.crypt)) {
    return header.crypt;
  }
  const found = (['permute', 'none', 'cyclic'] as const).find(shows);
  if (found !== undefined) {
    damage('PST_HEADER_DAMAGED', `the encryption method does not fit, the blocks are ${found}`, layout.headerCrypt);
  }
  return found ?? header.crypt ?? 'permute';
}
