import { formatCount, printable } from '@mailferry/core';
import { type UndoneFolder, undo } from '@mailferry/imap';
import type { Context } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { accountOptions, ledgerDirectory } from './account-options.js';

const NOTHING_LEFT = 'Nothing of that upload is left in the account';

/** Takes an upload back; the exit status. */
export async function runUndo(context: Context): Promise<number> {
  const { args, settings, output } = context;
  const isDryRun = settings.on('dry-run');
  const url = settings.text('url');
  const report = await undo(args[0] ?? '', {
    ...accountOptions(settings),
    ledger: ledgerDirectory(settings),
    isDryRun,
    removesChanged: settings.on('remove-changed'),
    marksOnly: settings.on('mark-only'),
    ...(url === undefined ? {} : { url }),
  });
  const verb = isDryRun ? 'would be removed' : settings.on('mark-only') ? 'marked as deleted' : 'removed';
  for (const folder of report.folders) {
    output.event({ ...folder, type: 'folder' });
    if (!output.isQuiet) output.result(folderText(folder, verb));
  }
  const kept = report.folders.reduce((sum, folder) => sum + folder.keptChanged + folder.unknown, 0);
  const removed = report.folders.reduce((sum, folder) => sum + folder.removed, 0);
  if (!output.isQuiet) output.result(report.folders.length === 0 ? NOTHING_LEFT : `In all: ${formatCount(removed)} ${verb}`);
  const exitStatus = report.folders.some(({ refusal }) => refusal !== undefined) ? EXIT.someFailed : EXIT.ok;
  output.event({ type: 'summary', run: report.run, removed, kept, dryRun: isDryRun, folders: report.folders.length, exitStatus });
  return exitStatus;
}

function folderText(folder: UndoneFolder, verb: string): string {
  const parts = [
    `${formatCount(folder.removed)} ${verb}`,
    folder.keptChanged > 0 ? `${formatCount(folder.keptChanged)} kept, changed since` : '',
    folder.gone > 0 ? `${formatCount(folder.gone)} already gone` : '',
    folder.unknown > 0 ? `${formatCount(folder.unknown)} kept, their UIDs are not known` : '',
    folder.isFolderRemoved ? 'folder removed' : '',
    folder.refusal ?? '',
  ];
  return `${printable(folder.path.join('/'))}: ${parts.filter((part) => part !== '').join(', ')}`;
}
