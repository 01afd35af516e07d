// MH keeps flags beside the messages, in .mh_sequences: a line a sequence, "name: 1 3-7 9" (mh-sequence(5)).
// "unseen" is what MH calls the messages not read; where the file is there and the sequence is not, all were read.
import type { Flag } from '../../model/flag.js';

/** Ranges of message numbers, first and last. */
export type MhSequence = readonly (readonly [first: number, last: number])[];

/** Sequences by name. A line that is no sequence is passed over. */
export function parseMhSequences(text: string): ReadonlyMap<string, MhSequence> {
  const sequences = new Map<string, MhSequence>();
  for (const line of text.replace(/\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const match = /^([A-Za-z][\w-]*):(.*)$/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) continue;
    const ranges: [number, number][] = [];
    for (const range of match[2].trim().split(/\s+/)) {
      const [, first, last] = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(range) ?? [];
      if (first !== undefined) ranges.push([Number(first), Number(last ?? first)]);
    }
    sequences.set(match[1], ranges);
  }
  return sequences;
}

/** True when a sequence has a message number. */
function inMhSequence(sequence: MhSequence | undefined, number: number): boolean {
  return sequence?.some(([first, last]) => number >= first && number <= last) ?? false;
}

/** The flags of a message; undefined sequences (no file) give none. */
export function flagsOfMhMessage(sequences: ReadonlyMap<string, MhSequence> | undefined, number: number): Set<Flag> {
  const flags = new Set<Flag>();
  if (sequences === undefined) return flags;
  if (!inMhSequence(sequences.get('unseen'), number)) flags.add('\\Seen');
  if (inMhSequence(sequences.get('flagged'), number)) flags.add('\\Flagged');
  if (inMhSequence(sequences.get('replied'), number)) flags.add('\\Answered');
  if (inMhSequence(sequences.get('forwarded'), number)) flags.add('$Forwarded');
  return flags;
}
