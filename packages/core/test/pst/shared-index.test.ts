import { describe, expect, it } from 'vitest';
import { BlockTable } from '../../src/formats/pst/ndb/block-table.js';
import { NodeTable } from '../../src/formats/pst/ndb/node-table.js';

/** What a table finds of these keys, and of some that it lacks. */
const KEYS = [4, 8, 12, 16, 20, 24, 28];

function blocks(bids: readonly number[]): BlockTable {
  const table = new BlockTable();
  for (const bid of bids) table.add(bid, bid * 100, bid + 1, bid + 2);
  return table;
}

function nodes(nids: readonly number[]): NodeTable {
  const table = new NodeTable();
  for (const [i, nid] of nids.entries()) table.add({ nid, bidData: i, bidSub: nid, parent: 7 });
  return table;
}

const lookUp = (table: BlockTable) =>
  KEYS.map((bid) => {
    const at = table.find(bid);
    return at < 0 ? undefined : [table.offset(at), table.size(at), table.inflatedSize(at)];
  });

describe('indexes that another thread has read', () => {
  it.each([[[4, 12, 20, 28]], [[28, 4, 20, 12]], [[]]])('have the same blocks: %j', (bids) => {
    const own = blocks(bids);
    const before = lookUp(own);
    const other = BlockTable.of(own.share());
    expect(lookUp(other)).toEqual(before);
    expect(lookUp(own)).toEqual(before);
    expect(other.count).toBe(bids.length);
    expect(own.share().bids.buffer).toBe(other.share().bids.buffer);
  });

  it.each([[[4, 12, 20, 28]], [[28, 4, 20, 4, 12]], [[]]])('have the same nodes: %j', (nids) => {
    const own = nodes(nids);
    const before = [KEYS.map((nid) => own.find(nid)), [...own.entries()]];
    const other = NodeTable.of(own.share());
    expect([KEYS.map((nid) => other.find(nid)), [...other.entries()]]).toEqual(before);
    expect([KEYS.map((nid) => own.find(nid)), [...own.entries()]]).toEqual(before);
    expect(own.share().nids.buffer).toBe(other.share().nids.buffer);
  });
});
