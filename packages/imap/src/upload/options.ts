import type { TargetError } from '@mailferry/core';
import type { AccountOptions } from '../session/account.js';
import type { UploadTuning } from './context.js';
import type { RepairKind } from './repair-kind.js';

/** Options of {@link imapTarget}. */
export interface ImapTargetOptions extends AccountOptions, UploadTuning {
  /** Directory of the ledgers; without one, a second run knows only what the server tells. */
  readonly ledger?: string;
  /** Says what would happen, and changes nothing on the server or in the ledger. */
  readonly isDryRun?: boolean;
  /** Repairs that lose or invent something. */
  readonly repairs?: readonly RepairKind[];
  /** Subscribes every folder; default: those that the source has subscribed. */
  readonly subscribe?: boolean;
  /** Puts special folders (sent, drafts, junk, trash, archive) into those of the account; default true. */
  readonly mapsSpecialUse?: boolean;
  /** Where refused messages go (mbox); default: beside the ledger. */
  readonly refused?: string;
  /**
   * Called when the account is full. What was taken and is not on the server is then delivered as failed, so that the report is whole; stop
   * giving messages. Without it, the upload ends with an error.
   */
  readonly onFull?: (error: TargetError) => void;
  /** Name of the run; default: made from the clock. */
  readonly run?: string;
}
