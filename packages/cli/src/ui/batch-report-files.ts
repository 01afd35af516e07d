import {
  BATCH_TEXTS,
  type BatchReport,
  buildBatchReport,
  readKeptReport,
  readStateDirectory,
  renderBatchHtml,
  renderBatchJson,
  renderBatchText,
} from '@mailferry/batch';
import { SourceError } from '@mailferry/core';
import { formOf, writeReportFile } from './report-files.js';

/** A language that a batch report can be in. */
export type ReportLanguage = keyof typeof BATCH_TEXTS;

/**
 * The report of the batch whose state lies in a directory.
 * @throws {@link SourceError} STATE_NOT_FOUND when no batch has run there, STATE_UNREADABLE.
 */
export function readBatchReport(directory: string, language: ReportLanguage = 'en'): BatchReport {
  const state = readStateDirectory(directory);
  if (state.jobs.size === 0) {
    throw new SourceError('STATE_NOT_FOUND', 'no batch has run here', {
      where: { path: directory },
      help: 'name the manifest of the batch, or its directory with --state',
    });
  }
  return buildBatchReport(state, (path) => readKeptReport(directory, path), BATCH_TEXTS[language]);
}

/** Writes the report of a batch in every form that was asked for. @throws {@link TargetError} OUTPUT_UNWRITABLE. */
export function writeBatchReportFiles(report: BatchReport, paths: readonly string[], language: ReportLanguage = 'en'): void {
  const texts = BATCH_TEXTS[language];
  for (const path of paths) {
    const form = formOf(path);
    writeReportFile(
      path,
      form === '.html' ? renderBatchHtml(report, texts) : form === '.json' ? renderBatchJson(report) : renderBatchText(report, texts),
    );
  }
}
