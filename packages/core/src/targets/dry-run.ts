import { EMPTY_LEDGER, type LedgerView } from '../model/ledger.js';
import type { MailTarget } from '../model/target.js';
import { ReadWhole } from './read-whole.js';

/**
 * A target that says what would happen and writes nothing: reads of the inner target go through, writes do not.
 * What the inner target's ledger knows counts as already there; all else counts as written.
 */
export function dryRun(target: MailTarget): MailTarget {
  let view: LedgerView = EMPTY_LEDGER;
  let whole = new ReadWhole([]);
  return {
    format: target.format,
    location: target.location,
    get issues() {
      return target.issues;
    },
    async ledger() {
      view = await target.ledger();
      whole = new ReadWhole(view.sources?.() ?? []);
      return view;
    },
    noteSources: (files) => whole.list(files),
    noteSourceRead: (file, facts) => void whole.note(file, facts),
    async *gone(options) {
      const comparable = whole.comparable(options);
      if (comparable.isEmpty) return;
      for (const entry of view.unseen?.() ?? []) {
        const isNews = entry.isGone !== true || (options.propagate && !entry.flags.has('\\Deleted'));
        if (isNews && comparable.covers(entry.source, entry.folder)) yield entry;
      }
    },
    createFolder: async () => {},
    async *deliver(batches, last) {
      for await (const batch of batches) {
        for (const message of batch) {
          const known = last.size > 0 && last.find(message.folder, message.identity) !== undefined;
          yield { message, status: known ? 'alreadyPresent' : 'written' };
        }
      }
    },
    async *deliverItems(items) {
      for await (const item of items) yield { item, status: 'written' };
    },
    commit: async () => {},
    [Symbol.asyncDispose]: () => target[Symbol.asyncDispose](),
  };
}
