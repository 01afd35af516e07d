import { opendirSync } from 'node:fs';
import { join } from 'node:path';
import { type NameOrder, nameOrder, parseBaseName, parseFileName } from '../../formats/maildir/filename.js';
import { bitsOfLetters } from './flag-letters.js';
import type { IdentityTable } from './identity-table.js';

/** Learns which messages of ours a folder holds, and the order of the latest name. */
export function scanFolder(directory: string, known: IdentityTable): NameOrder {
  let latest: NameOrder = { seconds: 0, counter: 0 };
  for (const part of ['cur', 'new']) {
    for (const name of namesIn(join(directory, part))) {
      const { base, letters } = parseFileName(name);
      const ours = parseBaseName(base);
      if (ours !== undefined) {
        known.set(ours.key, bitsOfLetters(letters ?? ''));
      }
      const order = ours ?? nameOrder(base);
      if (order.seconds > latest.seconds || (order.seconds === latest.seconds && order.counter > latest.counter)) {
        latest = { seconds: order.seconds, counter: order.counter };
      }
    }
  }
  return latest;
}

/** Names of regular files, without holding all of them; none when there is no directory. */
export function* namesIn(directory: string): Generator<string> {
  let entries: ReturnType<typeof opendirSync>;
  try {
    entries = opendirSync(directory, { bufferSize: 512 });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return;
    }
    throw error;
  }
  try {
    for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) {
      if (entry.isFile()) {
        yield entry.name;
      }
    }
  } finally {
    entries.closeSync();
  }
}
