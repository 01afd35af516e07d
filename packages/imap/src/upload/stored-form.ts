// What a server makes of the octets that it is sent, where its kind is known to change them in one way: by that size and hash a message is found again
// after a cut, without a ledger and by `verify`, also where no Message-ID names it.
import type { ServerPreset } from '../session/preset.js';

/** Whether a carriage return goes, and which; NUL and 8-bit header octets become others; a line end is added. */
export type Alterations = Pick<ServerPreset, 'nul' | 'bareCr' | 'header8bit' | 'needsFinalLineEnd'>;

/** Runs of two carriage returns and more before a line end: the last two and the line end. */
const DOUBLE_CR = /\r\r\n/g;
const LONE_CR = /\r(?!\n)/g;

/**
 * The octets as the server will hold them.
 *
 * @param chunks the message as sent
 * @param headerSize octets of its header, the empty line included
 */
export function* storedChunks(chunks: Iterable<Uint8Array>, preset: Alterations, headerSize: number): Generator<Uint8Array> {
  let carried = '';
  let at = 0;
  /** The last octet as sent: a carriage return there counts for the server though it drops it. */
  let last = '\n';
  for (const chunk of chunks) {
    const octets = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
    const header = Math.max(0, headerSize - at);
    at += octets.length;
    last = octets.at(-1) ?? last;
    const text = carried + withoutNul(withAsciiHeader(octets, header, preset), preset);
    // What a carriage return at the end becomes depends on what follows.
    carried = /\r{0,2}$/.exec(text)?.[0] ?? '';
    const piece = withoutCr(carried === '' ? text : text.slice(0, -carried.length), preset);
    if (piece !== '') yield Buffer.from(piece, 'latin1');
  }
  const end = ending(carried, preset);
  const all = preset.needsFinalLineEnd && last !== '\n' ? `${end}\r\n` : end;
  if (all !== '') yield Buffer.from(all, 'latin1');
}

function withAsciiHeader(octets: string, header: number, { header8bit }: Alterations): string {
  if (header8bit === 'kept' || header === 0) return octets;
  return octets.slice(0, header).replace(/[\x80-\xff]/g, 'X') + octets.slice(header);
}

function withoutNul(text: string, { nul }: Alterations): string {
  return nul === 'altered' ? text.replaceAll('\0', '\x80') : text;
}

function withoutCr(text: string, { bareCr }: Alterations): string {
  if (bareCr === 'lostAtLineEnd') return text.replace(DOUBLE_CR, '\r\n');
  return bareCr === 'altered' ? text.replace(LONE_CR, '') : text;
}

/** Carriage returns behind which nothing comes. */
function ending(carried: string, { bareCr }: Alterations): string {
  if (bareCr === 'lostAtLineEnd') return carried.slice(0, -1);
  return bareCr === 'altered' ? '' : carried;
}
