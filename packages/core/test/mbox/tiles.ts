import type { ReadMbox } from './read-mbox.js';

/** Octets that messages and regions cover, one after the other, from the start without gap or overlap; throws where they do not. */
export function tilesOf({ messages, file }: ReadMbox): number {
  const stretches = [
    ...file.regions.map(({ offset, length }) => ({ offset, length })),
    ...messages.map(({ span }) => ({ offset: span?.offset ?? -1, length: span?.length ?? 0 })),
  ].sort((a, b) => a.offset - b.offset);
  let covered = 0;
  for (const { offset, length } of stretches) {
    if (offset !== covered || length <= 0) throw new Error(`a gap or an overlap at ${covered}: the next stretch is ${offset}+${length}`);
    covered += length;
  }
  return covered;
}
