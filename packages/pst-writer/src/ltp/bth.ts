// BTree-on-heap, [MS-PST] 2.3.2, built bottom up from sorted records.
import { type Heap, type HeapItem, MAX_HEAP_ITEM } from './heap.js';

const BTH_TYPE = 0xb5;

/** Records of one width, ascending by key. */
export interface BthRecords {
  readonly keySize: number;
  readonly dataSize: number;
  /** All records one after another. */
  readonly bytes: Buffer;
}

/** Takes the BTHHEADER from the heap, so that it can be its first item. */
export function reserveBth(heap: Heap): HeapItem {
  return heap.allocate(8);
}

/** Fills the BTHHEADER, [MS-PST] 2.3.2.1: bType(1) cbKey(1) cbEnt(1) bIdxLevels(1) hidRoot(4), and adds the levels. */
export function writeBth(heap: Heap, header: HeapItem, records: BthRecords): void {
  let level = split(heap, records.bytes, records.keySize + records.dataSize, records.keySize);
  let depth = 0;
  while (level.length > 1) {
    level = split(heap, indexRecords(level, records.keySize), records.keySize + 4, records.keySize);
    depth++;
  }
  header.bytes.writeUInt8(BTH_TYPE, 0);
  header.bytes.writeUInt8(records.keySize, 1);
  header.bytes.writeUInt8(records.dataSize, 2);
  header.bytes.writeUInt8(depth, 3);
  header.bytes.writeUInt32LE(level[0]?.hid ?? 0, 4);
}

interface Part {
  readonly key: Buffer;
  readonly hid: number;
}

/** Puts the records into heap items; returns the first key and the HID of each. */
function split(heap: Heap, bytes: Buffer, recordSize: number, keySize: number): Part[] {
  const step = Math.floor(MAX_HEAP_ITEM / recordSize) * recordSize;
  const parts: Part[] = [];
  for (let at = 0; at < bytes.length; at += step) {
    parts.push({ key: bytes.subarray(at, at + keySize), hid: heap.add(bytes.subarray(at, at + step)) });
  }
  return parts;
}

/** Records of an upper level, [MS-PST] 2.3.2.2: key, hidNextLevel(4). */
function indexRecords(parts: readonly Part[], keySize: number): Buffer {
  const bytes = Buffer.alloc(parts.length * (keySize + 4));
  for (const [index, part] of parts.entries()) {
    const at = index * (keySize + 4);
    bytes.set(part.key, at);
    bytes.writeUInt32LE(part.hid, at + keySize);
  }
  return bytes;
}
