import type { MailTarget } from '../model/target.js';

/**
 * A target that says what would happen and writes nothing: reads of the inner target go through, writes do not.
 * What the inner target's ledger knows counts as already there; all else counts as written.
 */
export function dryRun(target: MailTarget): MailTarget {
  return {
    format: target.format,
    location: target.location,
    get issues() {
      return target.issues;
    },
    ledger: () => target.ledger(),
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
