// How the ledger writes messages, UIDs and places in a batch: short, since there is a line for every hundred messages.
import type { DateSource } from '@mailferry/core';
import type { SentItem } from './sent-item.js';

/** A message as an array; the hash is 0 where the identity begins with it. */
export type SentTuple = readonly [string, string, number, string, string | 0, readonly string[], number, DateSource, number?];

/** For the ledger. */
export function toTuple(item: SentItem): SentTuple {
  const { identity, sourceId, size, key, sha256, flags, internalDate, dateSource, source } = item;
  const hash = isHashed(identity, sha256) ? 0 : sha256;
  const sent = [identity, sourceId, size, key, hash, flags, internalDate, dateSource] as const;
  return source === undefined ? sent : [...sent, source];
}

/** From the ledger. */
export function fromTuple([identity, sourceId, size, key, hash, flags, internalDate, dateSource, source]: SentTuple): SentItem {
  const sha256 = hash === 0 ? identity.slice(0, HASH_DIGITS) : hash;
  return { identity, sourceId, size, key, sha256, flags, internalDate, dateSource, source };
}

const HASH_DIGITS = 64;

function isHashed(identity: string, sha256: string): boolean {
  return sha256.length === HASH_DIGITS && identity.startsWith(sha256);
}

/** Runs of consecutive numbers as pairs of start and count. */
export function pack(numbers: readonly number[]): number[] {
  const pairs: number[] = [];
  let next: number | undefined;
  for (const number of numbers) {
    if (number === next) pairs[pairs.length - 1] = (pairs.at(-1) ?? 0) + 1;
    else pairs.push(number, 1);
    next = number + 1;
  }
  return pairs;
}

/** Numbers from such pairs. */
export function unpack(pairs: readonly number[]): number[] {
  const numbers: number[] = [];
  for (let i = 0; i + 1 < pairs.length; i += 2) for (let k = 0; k < (pairs[i + 1] ?? 0); k++) numbers.push((pairs[i] ?? 0) + k);
  return numbers;
}
