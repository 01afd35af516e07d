import type { DamageSink } from '../ndb/damage.js';
import { u16, u32 } from '../ndb/octets.js';
import type { Heap } from './heap.js';

/** The records of a B-tree on a heap ([MS-PST] 2.3.2), in the order of their keys. */
export interface BthRecords {
  readonly keySize: number;
  /** Octets of a record after its key. */
  readonly valueSize: number;
  /** Records side by side, a view a leaf. */
  readonly leaves: readonly Uint8Array[];
}

const BTH_TYPE = 0xb5;
const MAX_LEVELS = 8;

/**
 * Reads a whole tree. Any number of levels; a leaf that is missing costs its own records.
 *
 * ```
 * header   0 bType u8 = 0xB5   1 cbKey u8   2 cbEnt u8   3 bIdxLevels u8   4 hidRoot u32      ([MS-PST] 2.3.2.1)
 * branch   records of key (cbKey), hidNextLevel u32
 * leaf     records of key (cbKey), value (cbEnt)
 * ```
 */
export function readBth(heap: Heap, hid: number, damage: DamageSink): BthRecords | undefined {
  const header = heap.item(hid);
  const keySize = header?.[1] ?? 0;
  const valueSize = header?.[2] ?? 0;
  if (header === undefined || header.length < 8 || header[0] !== BTH_TYPE || keySize === 0 || valueSize === 0) {
    damage('PST_HEAP_DAMAGED', 'a tree on a heap has no header');
    return undefined;
  }
  const levels = Math.min(header[3] ?? 0, MAX_LEVELS);
  return { keySize, valueSize, leaves: collectLeaves(heap, u32(header, 4), levels, keySize, damage) };
}

function collectLeaves(heap: Heap, root: number, levels: number, keySize: number, damage: DamageSink): Uint8Array[] {
  // Nearly every tree is one leaf.
  const only = levels === 0 && root !== 0 ? heap.item(root) : undefined;
  if (only !== undefined) return [only];
  const leaves: Uint8Array[] = [];
  const seen = new Set<number>();
  const stack = root === 0 ? [] : [{ hid: root, level: levels }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { hid, level } = next;
    const records = seen.has(hid) ? undefined : heap.item(hid);
    seen.add(hid);
    if (records === undefined) {
      damage('PST_HEAP_DAMAGED', 'a tree on a heap has lost a branch');
    } else if (level === 0) {
      leaves.push(records);
    } else {
      const size = keySize + 4;
      for (let i = Math.floor(records.length / size) - 1; i >= 0; i -= 1) {
        stack.push({ hid: u32(records, i * size + keySize), level: level - 1 });
      }
    }
  }
  return leaves;
}

/** A key or a value of two or four octets. */
export function bthNumber(octets: Uint8Array, at: number, size: number): number {
  return size === 2 ? u16(octets, at) : u32(octets, at);
}
