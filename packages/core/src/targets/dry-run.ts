import { EMPTY_LEDGER, type LedgerEntry, type LedgerView, wasTakenByUs } from '../model/ledger.js';
import type { Message } from '../model/message.js';
import type { Delivery, MailTarget } from '../model/target.js';
import { sameFlags } from './maildir/flag-letters.js';
import { ReadWhole } from './read-whole.js';

/**
 * A target that says what would happen and writes nothing: reads of the inner target go through, writes do not.
 * What the inner target's ledger knows, or the target has, counts as already there, or as updated when the source gave it other flags since; what the
 * ledger knows and the target has no more was removed by the user; all else counts as written.
 */
export function dryRun(target: MailTarget): MailTarget {
  let view: LedgerView = EMPTY_LEDGER;
  let whole = new ReadWhole([]);
  return {
    format: target.format,
    location: target.location,
    ...(target.itemsLocation === undefined ? {} : { itemsLocation: target.itemsLocation }),
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
    ...(target.holdsItems === undefined ? {} : { holdsItems: target.holdsItems.bind(target) }),
    createFolder: async (folder) => await target.foreseeFolder?.(folder),
    async *deliver(batches, last) {
      for await (const batch of batches) {
        for (const message of batch) {
          yield foresee(message, last.size > 0 ? last.find(message.folder, message.identity) : undefined, target.holds?.(message));
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

function foresee(message: Message, entry: LedgerEntry | undefined, isThere: boolean | undefined): Delivery {
  if (entry === undefined) return { message, status: isThere === true ? 'alreadyPresent' : 'written' };
  if (isThere !== false) return { message, status: sameFlags(entry.flags, message.flags) ? 'alreadyPresent' : 'updated' };
  return wasTakenByUs(entry) ? { message, status: 'written' } : { message, status: 'filtered', reason: 'removedByUser' };
}
