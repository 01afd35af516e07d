import { resolve } from 'node:path';
import { BATCH_TEXTS, renderBatchText, stateDirectoryOf } from '@mailferry/batch';
import { UsageError } from '@mailferry/core';
import type { Context } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { type ReportLanguage, readBatchReport, writeBatchReportFiles } from './batch-report-files.js';
import { checkReportFiles } from './report-files.js';
import type { Settings } from './settings.js';

/** Shows or writes what a batch came to; the exit status: 0 when everyone is done. */
export async function runReport({ args, settings, output }: Context): Promise<number> {
  const paths = settings.list('report');
  checkReportFiles(paths);
  const language = (settings.text('language') ?? 'en') as ReportLanguage;
  const report = readBatchReport(stateDirectoryIn(args, settings), language);
  writeBatchReportFiles(report, paths, language);
  output.event({ type: 'batchReport', ...report });
  output.result(paths.length === 0 ? renderBatchText(report, BATCH_TEXTS[language]).trimEnd() : report.verdict);
  return report.outcome === 'complete' ? EXIT.ok : EXIT.someFailed;
}

/** The directory of a batch, from its manifest or by its own name. */
export function stateDirectoryIn(args: readonly string[], settings: Settings): string {
  const [manifest] = args;
  const directory = settings.text('state') ?? (manifest === undefined ? undefined : stateDirectoryOf(manifest));
  if (directory === undefined) {
    throw new UsageError('USAGE', 'it was not said which batch', { help: 'name its manifest, or its directory with --state' });
  }
  return resolve(directory);
}
