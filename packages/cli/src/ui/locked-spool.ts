import { mailboxLocked } from '@mailferry/core';

/**
 * Waits for the locks in the spool that a helper takes for this process.
 * @throws {@link SourceError} SOURCE_LOCKED when another program keeps one of them.
 */
export async function demandLocks(busy: () => Promise<string | undefined>): Promise<void> {
  const path = await busy();
  if (path !== undefined) throw mailboxLocked(path, `${path}.lock is there`);
}
