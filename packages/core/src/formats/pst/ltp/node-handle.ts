import type { DamageSink } from '../ndb/damage.js';
import type { DataTree } from '../ndb/data-tree.js';
import type { NodeDatabase } from '../ndb/node-database.js';
import type { NodeBlocks } from '../ndb/sub-node-tree.js';

/** A node or subnode opened for reading, with the place that takes its damage. */
export class NodeHandle {
  readonly database: NodeDatabase;
  readonly blocks: NodeBlocks;
  readonly damage: DamageSink;
  #subNodes: ReadonlyMap<number, NodeBlocks> | undefined;

  constructor(database: NodeDatabase, blocks: NodeBlocks, damage: DamageSink) {
    this.database = database;
    this.blocks = blocks;
    this.damage = damage;
  }

  /** The subnodes by id, read at the first call. */
  get subNodes(): ReadonlyMap<number, NodeBlocks> {
    this.#subNodes ??= this.database.subNodes(this.blocks, this.damage);
    return this.#subNodes;
  }

  /** The data of the node itself. */
  data(): DataTree {
    return this.database.data(this.blocks, this.damage);
  }

  /** The data of a subnode. */
  subData(nid: number): DataTree | undefined {
    const blocks = this.subNodes.get(nid);
    return blocks === undefined ? undefined : this.database.data(blocks, this.damage);
  }

  /** A subnode as a node of its own. */
  sub(nid: number): NodeHandle | undefined {
    const blocks = this.subNodes.get(nid);
    return blocks === undefined ? undefined : new NodeHandle(this.database, blocks, this.damage);
  }
}
