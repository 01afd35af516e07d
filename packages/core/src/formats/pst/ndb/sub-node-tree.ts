import { type BlockReader, isInternalBlock } from './block.js';
import type { DamageSink } from './damage.js';
import { u16, u32, uWord } from './octets.js';

/** What a node or a subnode stands on. */
export interface NodeBlocks {
  readonly bidData: number;
  readonly bidSub: number;
}

/**
 * The subnodes of a node by id: an SLBLOCK (cLevel 0), or a SIBLOCK (cLevel 1) whose entries are SLBLOCKs ([MS-PST] 2.2.2.8.3.3).
 *
 * ```
 * 0 btype u8 = 2   1 cLevel u8   2 cEnt u16   entries from 4 in ANSI files, from 8 in others
 * SLENTRY  ANSI nid u32, bidData u32, bidSub u32      Unicode nid u32 (of 8), bidData u64, bidSub u64
 * SIENTRY  ANSI nid u32, bid u32                      Unicode nid u32 (of 8), bid u64
 * ```
 */
export function readSubNodes(reader: BlockReader, bid: number, damage: DamageSink): ReadonlyMap<number, NodeBlocks> {
  const nodes = new Map<number, NodeBlocks>();
  if (bid === 0) {
    return nodes;
  }
  const root = readList(reader, bid, damage);
  if (root?.[1] === 0) {
    addEntries(nodes, reader, root);
  } else if (root !== undefined) {
    const seen = new Set<number>();
    for (const child of listed(reader, root)) {
      const list = seen.has(child) ? undefined : readList(reader, child, damage);
      seen.add(child);
      if (list?.[1] === 0) {
        addEntries(nodes, reader, list);
      }
    }
  }
  return nodes;
}

function readList(reader: BlockReader, bid: number, damage: DamageSink): Uint8Array | undefined {
  const list = isInternalBlock(bid) ? reader.read(bid, damage) : undefined;
  if (list?.[0] !== 2) {
    damage('PST_BLOCK_MISSING', `the block 0x${bid.toString(16)} lists no subnodes`);
    return undefined;
  }
  return list;
}

function addEntries(nodes: Map<number, NodeBlocks>, reader: BlockReader, list: Uint8Array): void {
  const { isAnsi } = reader.layout;
  const word = isAnsi ? 4 : 8;
  const start = isAnsi ? 4 : 8;
  const end = start + 3 * word * Math.min(u16(list, 2), Math.floor((list.length - start) / (3 * word)));
  for (let at = start; at < end; at += 3 * word) {
    const nid = u32(list, at);
    if (!nodes.has(nid)) {
      nodes.set(nid, { bidData: uWord(list, at + word, isAnsi), bidSub: uWord(list, at + 2 * word, isAnsi) });
    }
  }
}

function* listed(reader: BlockReader, list: Uint8Array): Iterable<number> {
  const { isAnsi } = reader.layout;
  const word = isAnsi ? 4 : 8;
  const start = isAnsi ? 4 : 8;
  const count = Math.min(u16(list, 2), Math.floor((list.length - start) / (2 * word)));
  for (let i = 0; i < count; i += 1) {
    yield uWord(list, start + i * 2 * word + word, isAnsi);
  }
}
