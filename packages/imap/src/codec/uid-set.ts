import { RemoteError } from '@mailferry/core';

const RANGE = /^(\d{1,10})(?::(\d{1,10}))?$/;
const MOST = 1_000_000;

/**
 * The UIDs of a `uid-set` (RFC 4315 §4) in its order: `4:6,9` is 4, 5, 6, 9; `6:4` counts up as well.
 *
 * @throws {@link RemoteError} IMAP_PROTOCOL when it is none, or longer than a million.
 */
export function parseUidSet(text: string): number[] {
  const uids: number[] = [];
  for (const part of text.split(',')) {
    const match = RANGE.exec(part);
    if (match === null) throw invalid(text);
    const a = Number(match[1]);
    const b = match[2] === undefined ? a : Number(match[2]);
    const [low, high] = a < b ? [a, b] : [b, a];
    if (low === 0 || uids.length + high - low >= MOST) throw invalid(text);
    for (let uid = low; uid <= high; uid++) uids.push(uid);
  }
  return uids;
}

/** The shortest set for these UIDs: `4:6,9`. They are sorted first. */
export function formatUidSet(uids: Iterable<number>): string {
  const sorted = [...uids].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    const first = sorted[i] ?? 0;
    let last = first;
    while (i < sorted.length && (sorted[i] ?? 0) <= last + 1) last = sorted[i++] ?? last;
    parts.push(first === last ? String(first) : `${first}:${last}`);
  }
  return parts.join(',');
}

/** Sets of at most `octets` octets each, so that no command line grows beyond what servers read (8,000 is safe). */
export function* splitUidSet(uids: Iterable<number>, octets: number = 4000): Generator<string> {
  let line = '';
  for (const part of formatUidSet(uids).split(',')) {
    if (line !== '' && line.length + part.length >= octets) {
      yield line;
      line = '';
    }
    line = line === '' ? part : `${line},${part}`;
  }
  if (line !== '') yield line;
}

function invalid(text: string): RemoteError {
  return new RemoteError('IMAP_PROTOCOL', 'the server sent a set of UIDs that is none', { notes: [`it said: ${text.slice(0, 100)}`] });
}
