import type { Completion } from '../connection/connection.js';
import type { SentBatch } from './ledger.js';
import type { Prepared } from './prepared.js';

/** Messages of one APPEND command, and what became of it. */
export interface Group {
  /** The write-ahead entry, and where in it each item is. */
  batch: SentBatch;
  indexes: number[];
  items: Prepared[];
  /** True when octets of it may have reached the server and its answer did not reach us. */
  isDoubtful: boolean;
  /** When the server was asked in vain for what it may still be about to store, ms since the epoch. */
  missingSince: number | undefined;
  /** What the server said against it. */
  refusal: Completion | undefined;
  /** Times that it was told to wait. */
  waits: number;
  /** Connections that it has seen die. */
  losses: number;
  /** Nothing but synchronising literals: it has put a server out of step. */
  isCareful: boolean;
}

/** A new group of items of a batch. */
export function group(batch: SentBatch, indexes: number[], items: Prepared[]): Group {
  return { batch, indexes, items, isDoubtful: false, missingSince: undefined, refusal: undefined, waits: 0, losses: 0, isCareful: false };
}

/** Octets of a group. */
export function octetsOf({ items }: Group): number {
  let octets = 0;
  for (const { size } of items) octets += size;
  return octets;
}

/** A group in pieces of `size` items; what is known of it holds for each piece. */
export function split(whole: Group, size: number): Group[] {
  const pieces: Group[] = [];
  for (let at = 0; at < whole.items.length; at += size) {
    pieces.push({ ...whole, indexes: whole.indexes.slice(at, at + size), items: whole.items.slice(at, at + size), refusal: undefined });
  }
  return pieces;
}

/** Takes the items at these places out of a group. */
export function without(whole: Group, places: ReadonlySet<number>): void {
  whole.items = whole.items.filter((_, i) => !places.has(i));
  whole.indexes = whole.indexes.filter((_, i) => !places.has(i));
}
