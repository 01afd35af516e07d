// Which quoting of From_ lines an old tool added: that whose undoing makes a broken signature hold again. Never a change without such a proof.
import { toCrlf } from '../content/line-ends.js';
import { mostTries } from './detached-signature.js';
import { witnessesOf } from './witness.js';
import type { Witness, WitnessKind } from './witness-kind.js';

/** A `>` before `From ` at the start of a line. */
export interface QuoteMark {
  /** Offset in the message. */
  readonly at: number;
  /** How many stand there. */
  readonly depth: number;
}

/** A proved undoing. */
export interface Healing {
  /** Of the marks that were given: those that leave. */
  readonly marks: readonly QuoteMark[];
  /** Signatures that hold now and did not before. */
  readonly healed: readonly WitnessKind[];
}

/** Up to so many marks every choice among them is tried. */
const ALL_CHOICES = 12;
/** Octets that are hashed for one message at the most. */
const MOST_OCTETS = 64 * 1024 * 1024;
/** The 16 bits of a PGP signature prove little: a repair by luck has this chance at the most, and only where a signature was broken in another way. */
const PGP_TRIES: number = mostTries({ bits: 16 }, 2 ** -12);

/** Finds the marks whose removal makes a signature hold that did not, and lets all hold that did; undefined when there are none. */
export function healQuoting(message: Buffer, marks: readonly QuoteMark[]): Healing | undefined {
  const before = witnessesOf(crlf(message));
  const broken = before.filter(({ holds }) => holds === false);
  if (broken.length === 0 || marks.length === 0) return undefined;
  const isWeak = broken.every(({ kind }) => kind === 'pgp');
  let left = Math.min(isWeak ? PGP_TRIES : Number.POSITIVE_INFINITY, Math.max(2, Math.floor(MOST_OCTETS / Math.max(message.length, 1))));
  for (const chosen of choices(marks)) {
    left -= 1;
    if (left < 0) return undefined;
    const healed = proof(before, witnessesOf(crlf(without(message, chosen))));
    if (healed.length > 0) return { marks: chosen, healed };
  }
  return undefined;
}

/** As mboxo and mboxrd write first, then every other choice where they are few, else all but one. */
function* choices(marks: readonly QuoteMark[]): Generator<readonly QuoteMark[]> {
  const once = marks.filter(({ depth }) => depth === 1);
  if (once.length > 0) yield once;
  if (once.length < marks.length) yield marks;
  if (marks.length > ALL_CHOICES) {
    for (const one of marks) yield marks.filter((other) => other !== one);
    return;
  }
  for (let bits = (1 << marks.length) - 1; bits > 0; bits -= 1) {
    const chosen = marks.filter((_, i) => (bits & (1 << i)) !== 0);
    if (chosen.length !== once.length || chosen.some((mark) => mark.depth !== 1)) yield chosen;
  }
}

/** Signatures that hold only now; none when one that held does no more. */
function proof(before: readonly Witness[], after: readonly Witness[]): WitnessKind[] {
  if (before.some(({ holds }, i) => holds === true && after[i]?.holds !== true)) return [];
  return before.filter(({ holds }, i) => holds === false && after[i]?.holds === true).map(({ kind }) => kind);
}

function without(message: Buffer, marks: readonly QuoteMark[]): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (const { at } of marks) {
    parts.push(message.subarray(from, at));
    from = at + 1;
  }
  return Buffer.concat([...parts, message.subarray(from)]);
}

function crlf(message: Buffer): Buffer {
  const octets = toCrlf([message]);
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length);
}
