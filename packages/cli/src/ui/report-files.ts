import { closeSync, constants, openSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import { type Report, reportToHtml, reportToJson, reportToText, UsageError } from '@mailferry/core';
import { unwritable } from './log-file.js';

const RENDERINGS: Readonly<Record<string, (report: Report) => string>> = {
  '.txt': (report) => reportToText(report),
  '.json': (report) => reportToJson(report),
  '.html': (report) => reportToHtml(report),
};

/**
 * Looks at the names given with `--report` before the work begins.
 *
 * @throws {@link UsageError} USAGE for another extension, {@link TargetError} OUTPUT_UNWRITABLE where the directory is missing.
 */
export function checkReportFiles(paths: readonly string[]): void {
  for (const path of paths) {
    if (RENDERINGS[formOf(path)] === undefined) {
      throw new UsageError('USAGE', `--report cannot tell the form of "${path}"`, { help: 'end the name with .txt, .json or .html' });
    }
    try {
      statSync(dirname(path));
    } catch (cause) {
      throw unwritable('the report', path, cause);
    }
  }
}

/** Writes one report in every form that was asked for. @throws {@link TargetError} OUTPUT_UNWRITABLE. */
export function writeReportFiles(report: Report, paths: readonly string[]): void {
  for (const path of paths) writeReportFile(path, RENDERINGS[formOf(path)]?.(report) ?? '');
}

/** The form that a name asks for: `.txt`, `.json`, `.html`. */
export function formOf(path: string): string {
  return extname(path).toLowerCase();
}

/** Writes a text to a file that only its owner may read; a link in its place is refused. @throws {@link TargetError} OUTPUT_UNWRITABLE. */
export function writeReportFile(path: string, text: string): void {
  try {
    const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW, 0o600);
    try {
      writeFileSync(file, text);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw unwritable('the report', path, cause);
  }
}
