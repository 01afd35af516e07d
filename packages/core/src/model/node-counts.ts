import type { NodeBooks, NodeCounts } from './store.js';

/** The sum of the books of several files; undefined where none has nodes. */
export function sumNodes(books: Iterable<NodeCounts | undefined>): NodeCounts | undefined {
  let sum: { expected: number; outcomes: Record<string, number> } | undefined;
  for (const one of books) {
    if (one === undefined) continue;
    sum ??= { expected: 0, outcomes: {} };
    sum.expected += one.expected;
    for (const [outcome, count] of Object.entries(one.outcomes)) sum.outcomes[outcome] = (sum.outcomes[outcome] ?? 0) + count;
  }
  return sum;
}

/** How many nodes came to which end. */
export function countNodes({ expected, outcomes }: NodeBooks): NodeCounts {
  return { expected, outcomes: Object.fromEntries([...outcomes].map(([outcome, nids]) => [outcome, nids.length])) };
}
