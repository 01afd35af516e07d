import { TargetError } from '../../errors.js';
import { diskError } from './disk-error.js';
import { Dotlock } from './dotlock.js';
import { LEDGER_FILE } from './ledger-file.js';

/** Two runs on one Maildir would take each other's staged files for leftovers. */
export async function lockRun(root: string): Promise<Dotlock> {
  try {
    return await Dotlock.take(`${root}/${LEDGER_FILE}`, 0);
  } catch (error) {
    if (error instanceof TargetError && error.code === 'TARGET_LOCKED') {
      throw new TargetError('TARGET_BUSY', 'another run is writing to this Maildir', {
        where: { path: root },
        notes: error.notes,
        help: `wait until it has ended, then run the same command again; if none runs (the machine was switched off meanwhile, say), remove ${root}/${LEDGER_FILE}.lock`,
        retryable: true,
      });
    }
    throw diskError(error, root);
  }
}
