import { RemoteError } from '@mailferry/core';
import { uidStore } from '../commands/uid-store.js';
import type { UploadContext } from './context.js';
import type { LanePool } from './lane.js';
import type { LedgerFolder } from './ledger.js';

/** A change of flags. */
export interface FlagChange {
  readonly sign: '+' | '-';
  readonly flags: readonly string[];
}

/**
 * Changes flags of messages that the ledger knows, again where the connection is lost; a mailbox that was numbered anew is left alone. Gives what the
 * server says where it will not do it: the mailbox is gone, or the user may not change flags there.
 */
export async function changeFlags(
  context: UploadContext,
  pool: LanePool,
  { mailbox, uidValidity }: LedgerFolder,
  sets: readonly string[],
  changes: readonly FlagChange[],
): Promise<string | undefined> {
  try {
    return await context.retried(async () => {
      const { connection, selected } = await pool.take(mailbox, 1);
      if (selected?.uidValidity !== uidValidity) return 'the server has numbered the folder anew';
      for (const { sign, flags } of changes) {
        if (flags.length > 0) for (const set of sets) await uidStore(connection, set, sign, flags);
      }
      return undefined;
    });
  } catch (error) {
    if (error instanceof RemoteError && error.code === 'IMAP_REFUSED' && !error.retryable) return error.message;
    throw error;
  }
}
