import type { ItemKind } from '../../../model/item.js';
import type { NodeBooks } from '../../../model/store.js';
import { NID_TYPE, nidType } from '../ndb/nid.js';
import type { ExclusionReason } from './folder.js';

/** Where every message node of a store went: `expected = delivered + items + excluded + failed + unread`. */
export interface PstReconciliation {
  /** Message nodes (type 0x04) of the node tree. */
  readonly expected: number;
  /** Yielded as mail, what was found unlisted among them. */
  readonly delivered: number;
  /** What is not mail, by kind. */
  readonly items: Readonly<Partial<Record<ItemKind, number>>>;
  /** Not read, by reason: where they lie. */
  readonly excluded: Readonly<Partial<Record<ExclusionReason, number>>>;
  /** Yielded as failures. */
  readonly failed: number;
  /** Not read yet, or not selected. 0 after a whole pass. */
  readonly unread: number;
  /** Of the delivered and failed: messages that no contents table lists. */
  readonly unlisted: number;
  /** Listed in a contents table and not in the node tree; not among the expected. */
  readonly missing: number;
  /** Associated messages (FAI) that were read; not among the expected. */
  readonly associated: number;
}

/** What became of one message node. */
export type Outcome = 'mail' | 'failed' | ItemKind;

/** Keeps the outcome of each message node; reading one twice counts once. */
export class OutcomeBook {
  readonly #outcomes = new Map<number, Outcome>();

  /** What became of a message, undefined before it was read. */
  outcome(nid: number): Outcome | undefined {
    return this.#outcomes.get(nid);
  }

  /** Enters a message. */
  enter(nid: number, outcome: Outcome): void {
    this.#outcomes.set(nid, outcome);
  }

  /** The same, node by node: every message node of the node tree under one outcome, those that were not asked for as `notSelected`. */
  books(
    index: { readonly expected: number; readonly byFolder: ReadonlyMap<number, readonly number[]>; readonly lost: readonly number[] },
    excluded: ReadonlyMap<ExclusionReason, readonly number[]>,
  ): NodeBooks {
    const reasons = new Map<number, string>();
    for (const [reason, nids] of excluded) for (const nid of nids) reasons.set(nid, reason);
    const outcomes = new Map<string, number[]>();
    for (const nids of [...index.byFolder.values(), index.lost]) {
      for (const nid of nids) {
        const outcome = this.#outcomes.get(nid) ?? reasons.get(nid) ?? 'notSelected';
        const list = outcomes.get(outcome);
        if (list === undefined) outcomes.set(outcome, [nid]);
        else list.push(nid);
      }
    }
    for (const list of outcomes.values()) list.sort((a, b) => a - b);
    return { expected: index.expected, outcomes };
  }

  /** Adds it all up. */
  close(
    index: { readonly expected: number; readonly missing: number; readonly unlisted: ReadonlySet<number> },
    excluded: PstReconciliation['excluded'],
  ): PstReconciliation {
    const counts = new Map<Outcome, number>();
    let read = 0;
    for (const [nid, outcome] of this.#outcomes) {
      if (nidType(nid) !== NID_TYPE.message) {
        continue;
      }
      read += 1;
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
    const delivered = counts.get('mail') ?? 0;
    const failed = counts.get('failed') ?? 0;
    counts.delete('mail');
    counts.delete('failed');
    const left = Object.values(excluded).reduce((sum, count) => sum + count, 0);
    return {
      expected: index.expected,
      delivered,
      items: Object.fromEntries(counts),
      excluded,
      failed,
      unread: index.expected - read - left,
      unlisted: [...index.unlisted].filter((nid) => this.#outcomes.has(nid)).length,
      missing: index.missing,
      associated: this.#outcomes.size - read,
    };
  }
}
