// Compressed RTF ([MS-OXRTFCP]): LZ77 with a window of 4096 octets that starts out filled. Own code: it decodes into one typed array,
// stops at a limit, and gives what it has when the data ends early; the sizes in the header and the CRC are hints at best (half
// of the real files have them wrong), so neither refuses anything.

const COMPRESSED = 0x75465a4c;
const UNCOMPRESSED = 0x414c454d;
const HEADER = 16;
const WINDOW = 4096;
/** What the window holds at first ([MS-OXRTFCP] 2.1.2.1). */
const PRELOAD: Buffer = Buffer.from(
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx',
  'latin1',
);
/** Octets of RTF that any body may have. */
const MAX_SIZE: number = 256 * 1024 * 1024;
/** No run of the format gives more than 17 octets for two, so this bounds what compressed data can become. */
const MAX_RATIO = 9;

/**
 * The RTF in PidTagRtfCompressed, undefined when it is none.
 * @param limit octets after which to stop
 */
export function decompressRtf(data: Uint8Array, limit: number = MAX_SIZE): Uint8Array | undefined {
  if (data.length < HEADER) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const kind = view.getUint32(8, true);
  if (kind === UNCOMPRESSED) return data.subarray(HEADER, Math.min(data.length, HEADER + Math.min(view.getUint32(4, true), limit)));
  if (kind !== COMPRESSED) return undefined;
  return inflate(data, Math.min(limit, data.length * MAX_RATIO, MAX_SIZE));
}

// A control octet, then for each of its bits from the lowest: 0 a literal octet, 1 a reference of 12 bits offset and 4 bits length - 2;
// a reference to the write position ends the data.
function inflate(data: Uint8Array, limit: number): Uint8Array {
  const out = new Uint8Array(PRELOAD.length + limit + 17);
  out.set(PRELOAD, 0);
  const end = PRELOAD.length + limit;
  let to = PRELOAD.length;
  let from = HEADER;
  while (from < data.length && to < end) {
    const control = data[from++] ?? 0;
    for (let bit = 0; bit < 8 && from < data.length && to < end; bit++) {
      if ((control & (1 << bit)) === 0) {
        out[to++] = data[from++] ?? 0;
        continue;
      }
      const reference = ((data[from] ?? 0) << 8) | (data[from + 1] ?? 0);
      from += 2;
      const back = ((to & (WINDOW - 1)) - (reference >> 4) + WINDOW) & (WINDOW - 1);
      if (back === 0) return out.subarray(PRELOAD.length, to);
      to = copyBack(out, to, back, (reference & 0xf) + 2);
    }
  }
  return out.subarray(PRELOAD.length, Math.min(to, end));
}

/** Copies octet by octet: the run may overlap what it writes. What lies before the start of the window is empty. */
function copyBack(out: Uint8Array, to: number, back: number, length: number): number {
  let from = to - back;
  let at = to;
  for (let i = 0; i < length; i++) {
    out[at++] = from >= 0 ? (out[from] ?? 0) : 0x20;
    from++;
  }
  return at;
}
