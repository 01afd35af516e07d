import { formatBytes, formatCountOf, printable, restore } from '@mailferry/core';
import type { Context } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { maildirLocation } from './maildir-location.js';
import { demandMaildir } from './named-maildir.js';

/** Restores the source files of a Maildir; the exit status. */
export async function runRestore({ args, output }: Context): Promise<number> {
  const { path } = maildirLocation(args[0] ?? '');
  demandMaildir(path, 'to restore from', 'first');
  const { restored, refused } = restore(path, args[1] ?? '');
  for (const file of restored) {
    output.event({ type: 'restored', ...file });
    if (!output.isQuiet) output.result(`${printable(file.path)}: ${formatBytes(file.size)}, ${formatCountOf(file.messages, 'message')}`);
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
