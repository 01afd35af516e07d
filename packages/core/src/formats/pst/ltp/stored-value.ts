import type { Heap } from './heap.js';
import type { NodeHandle } from './node-handle.js';

/** Octets of a property that is read whole; no body or table of a real file is larger, and attachments are streamed. */
const MAX_VALUE_SIZE = 64 * 1024 * 1024;

/**
 * The octets that an HNID stands for ([MS-PST] 2.3.3.2): an item of the heap, or a subnode where its low five bits are not 0.
 * An id of 0 is an empty value.
 */
export function storedValue(hnid: number, heap: Heap, node: NodeHandle, id: number): Uint8Array | undefined {
  if (hnid === 0) {
    return new Uint8Array(0);
  }
  if ((hnid & 0x1f) === 0) {
    const item = heap.item(hnid);
    if (item === undefined) {
      node.damage('PST_PROPERTY_UNREADABLE', `the heap has no value for the property ${formatId(id)}`);
    }
    return item;
  }
  const data = node.subData(hnid);
  if (data === undefined || data.size > MAX_VALUE_SIZE) {
    const why = data === undefined ? 'has no node' : `is of ${data.size} octets`;
    node.damage('PST_PROPERTY_UNREADABLE', `the value of the property ${formatId(id)} ${why}`);
    return undefined;
  }
  return data.bytes();
}

/** `0x0037`. */
export function formatId(id: number): string {
  return `0x${id.toString(16).padStart(4, '0')}`;
}
