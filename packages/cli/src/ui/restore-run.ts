import { formatBytes, formatCount, printable, restore } from '@mailferry/core';
import type { Context } from '../command.js';
import { EXIT } from '../exit-codes.js';

/** Restores the source files of a Maildir; the exit status. */
export async function runRestore({ args, output }: Context): Promise<number> {
  const { restored, refused } = restore(args[0] ?? '', args[1] ?? '');
  for (const file of restored) {
    output.event({ type: 'restored', ...file });
    if (!output.isQuiet) output.result(`${printable(file.path)}: ${formatBytes(file.size)}, ${formatCount(file.messages)} messages`);
  }
  for (const { source, missing } of refused) {
    output.event({ type: 'refused', source, missing });
    output.say(`not restored: ${printable(source)}`);
    for (const line of missing) output.say(`  ${printable(line)}`);
  }
  const status = refused.length === 0 ? EXIT.ok : EXIT.someFailed;
  output.event({ type: 'summary', restored: restored.length, refused: refused.length, exitStatus: status });
  return status;
}
