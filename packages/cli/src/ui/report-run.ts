import { BATCH_TEXTS, renderBatchText } from '@mailferry/batch';
import type { Context } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { stateDirectory } from './batch-jobs.js';
import { type ReportLanguage, readBatchReport, writeBatchReportFiles } from './batch-report-files.js';
import { checkReportFiles } from './report-files.js';

/** Shows or writes what a batch came to; the exit status: 0 when everyone is done. */
export async function runReport({ args, settings, output }: Context): Promise<number> {
  const paths = settings.list('report');
  checkReportFiles(paths);
  const language = (settings.text('language') ?? 'en') as ReportLanguage;
  const report = readBatchReport(stateDirectory(args, settings), language);
  writeBatchReportFiles(report, paths, language);
  output.event({ type: 'batchReport', ...report });
  output.result(paths.length === 0 ? renderBatchText(report, BATCH_TEXTS[language]).trimEnd() : report.verdict);
  const exitStatus = report.outcome === 'complete' ? EXIT.ok : EXIT.someFailed;
  output.event({ type: 'summary', outcome: report.outcome, verdict: report.verdict, exitStatus });
  return exitStatus;
}
