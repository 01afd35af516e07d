import type { FolderPath } from '../model/folder.js';

/**
 * What a difference is.
 * Failures: `missing`, `altered` (its octets), `doubled`, `flags`, `date`, `uid`, `unreadable`.
 * No failures: `removedByUser`, `movedByUser`, `flagsByUser` (explained by ledger and UIDs), `flagsUnproven` (no ledger to tell who changed them),
 * `alteredByServer` (its octets, as foreseen before it was sent), `repaired` (changed on the way, as the ledger says), `additional` (mail that no source has).
 */
export type DifferenceKind =
  | 'missing'
  | 'altered'
  | 'doubled'
  | 'flags'
  | 'date'
  | 'uid'
  | 'unreadable'
  | 'removedByUser'
  | 'movedByUser'
  | 'flagsByUser'
  | 'flagsUnproven'
  | 'alteredByServer'
  | 'repaired'
  | 'additional';

const FAILURES: ReadonlySet<DifferenceKind> = new Set(['missing', 'altered', 'doubled', 'flags', 'date', 'uid', 'unreadable']);

/** True when a difference means that something was lost, changed or made up. */
export function isFailure(kind: DifferenceKind): boolean {
  return FAILURES.has(kind);
}

/** One message in which source and target differ. */
export interface Difference {
  readonly kind: DifferenceKind;
  readonly folder: FolderPath;
  /** In the source; absent for what only the target has. */
  readonly sourceId?: string;
  /** In the target, when something is there. */
  readonly targetId?: string;
  readonly uid?: number;
  /** What differs, one line. */
  readonly note?: string;
}
