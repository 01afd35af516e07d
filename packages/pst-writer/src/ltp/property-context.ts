// Property context, [MS-PST] 2.3.3: a BTH by property id.
import { writeDataTree } from '../ndb/data-tree.js';
import type { NodeDatabase } from '../ndb/node-database.js';
import { NID_TYPE_LTP, type SubnodeTree } from '../ndb/subnode-tree.js';
import { reserveBth, writeBth } from './bth.js';
import { CLIENT_PROPERTIES, Heap, MAX_HEAP_ITEM } from './heap.js';
import { encodeValue, fixedSize } from './property.js';
import type { PropertyBag, TypedValue } from './property-bag.js';

const RECORD_SIZE = 8;

/**
 * Writes a PC and returns the BID of its data; values above 3580 octets become subnodes in `subnodes`.
 *
 * Each record, [MS-PST] 2.3.3.3: wPropId(2) wPropType(2) dwValueHnid(4).
 */
export function writePropertyContext(db: NodeDatabase, bag: PropertyBag, subnodes: SubnodeTree): number {
  const heap = new Heap(db, CLIENT_PROPERTIES);
  const header = reserveBth(heap);
  const sorted = bag.sorted();
  const bytes = Buffer.alloc(sorted.length * RECORD_SIZE);
  for (const [index, [id, typed]] of sorted.entries()) {
    const at = index * RECORD_SIZE;
    bytes.writeUInt16LE(id, at);
    bytes.writeUInt16LE(typed.type, at + 2);
    bytes.writeUInt32LE(storeValue(db, heap, subnodes, typed), at + 4);
  }
  writeBth(heap, header, { keySize: 2, dataSize: 6, bytes });
  return heap.write(header.hid);
}

/** dwValueHnid: the value itself up to 4 octets, else a HID, else the NID of a subnode. */
function storeValue(db: NodeDatabase, heap: Heap, subnodes: SubnodeTree, { type, value }: TypedValue): number {
  const bytes = encodeValue(type, value);
  if (isInline(type, bytes, value)) {
    return Buffer.concat([bytes, Buffer.alloc(4)]).readUInt32LE(0);
  }
  return storeBytes(db, heap, subnodes, bytes);
}

function isInline(type: number, bytes: Uint8Array, value: unknown): boolean {
  const size = fixedSize(type);
  return (size > 0 && size <= 4) || (typeof value === 'number' && size === 0 && bytes.length === 4);
}

/** Puts octets into the heap, or into a subnode where they are too many; returns the HNID. */
export function storeBytes(db: NodeDatabase, heap: Heap, subnodes: SubnodeTree, bytes: Uint8Array): number {
  if (bytes.length <= MAX_HEAP_ITEM) {
    return heap.add(bytes);
  }
  const nid = subnodes.nextNid(NID_TYPE_LTP);
  subnodes.add(nid, writeDataTree(db, bytes), 0);
  return nid;
}
