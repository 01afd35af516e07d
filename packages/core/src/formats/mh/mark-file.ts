// Claws Mail and Sylpheed keep flags beside the messages of an MH folder, in .claws_mark or .sylpheed_mark: a version (2), then for each message its number
// and its flags, each of four octets in the order of the machine that wrote them. What is appended later holds. Bits as in procmsg.h of both.
import type { Flag } from '../../model/flag.js';

const VERSION = 2;
const UNREAD = 1 << 1;
const FLAG_BITS: readonly (readonly [bit: number, flag: Flag])[] = [
  [1 << 2, '\\Flagged'],
  [1 << 3, '\\Deleted'],
  [1 << 4, '\\Answered'],
  [1 << 5, '$Forwarded'],
];

/** Flags by message number; undefined for a file of another version. A last record that is cut is passed over. */
export function parseMarkFile(octets: Uint8Array): ReadonlyMap<number, ReadonlySet<Flag>> | undefined {
  if (octets.length < 4) return undefined;
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  const isLittle = view.getUint32(0, true) === VERSION;
  if (!isLittle && view.getUint32(0) !== VERSION) return undefined;
  const marks = new Map<number, ReadonlySet<Flag>>();
  for (let at = 4; at + 8 <= octets.length; at += 8) marks.set(view.getUint32(at, isLittle), flagsOf(view.getUint32(at + 4, isLittle)));
  return marks;
}

function flagsOf(bits: number): ReadonlySet<Flag> {
  const flags = new Set<Flag>((bits & UNREAD) === 0 ? ['\\Seen'] : []);
  for (const [bit, flag] of FLAG_BITS) if ((bits & bit) !== 0) flags.add(flag);
  return flags;
}
