// The message nodes of a PST in the books: what its store made of each, and which of those that are mail went no further.
import { countNodes, sumNodes } from '../model/node-counts.js';
import type { NodeBooks, NodeCounts } from '../model/store.js';
import type { Delivery } from '../model/target.js';

/** Keeps the nodes of one run. */
export class NodeKeeper {
  /** By file: node → why it is not in the target. Few. */
  readonly #exceptions = new Map<number, Map<number, string>>();
  #sum: NodeCounts | undefined;

  /** A message has come to its end. What the user removed was delivered once, and is mail in the books. */
  settle(file: number, { message, status, reason = 'option' }: Delivery): void {
    if (!message.sourceId.startsWith('nid:') || (status !== 'failed' && status !== 'filtered') || reason === 'removedByUser') return;
    const nodes = this.#exceptions.get(file) ?? new Map<number, string>();
    nodes.set(Number(message.sourceId.slice(4)), status === 'failed' ? 'failed' : `filtered:${reason}`);
    this.#exceptions.set(file, nodes);
  }

  /** A file was read to its end, or an earlier run did: its books as a target takes them. */
  close(file: number, books: NodeBooks | undefined): { readonly nodes?: NodeCounts; readonly nodeBooks?: NodeBooks } {
    if (books === undefined) return {};
    const nodeBooks = moved(books, this.#exceptions.get(file) ?? new Map());
    const nodes = countNodes(nodeBooks);
    this.add(nodes);
    return { nodes, nodeBooks };
  }

  /** Adds the books of a file that need not be read. */
  add(nodes: NodeCounts | undefined): void {
    this.#sum = sumNodes([this.#sum, nodes]);
  }

  /** All files so far; undefined where none consists of nodes. */
  get sum(): NodeCounts | undefined {
    return this.#sum;
  }
}

function moved({ expected, outcomes }: NodeBooks, exceptions: ReadonlyMap<number, string>): NodeBooks {
  if (exceptions.size === 0) return { expected, outcomes };
  const all = new Map<string, number[]>();
  for (const [outcome, nids] of outcomes) {
    for (const nid of nids) {
      const end = exceptions.get(nid) ?? outcome;
      const list = all.get(end);
      if (list === undefined) all.set(end, [nid]);
      else list.push(nid);
    }
  }
  return { expected, outcomes: new Map([...all].map(([outcome, nids]) => [outcome, nids.sort((a, b) => a - b)])) };
}
