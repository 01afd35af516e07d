import {
  formatCount,
  formatPlace,
  ISSUES,
  type Issue,
  type IssueSeverity,
  printable,
  printablePath,
  type ReportIssue,
} from '@mailferry/core';
import type { Palette } from './palette.js';

const WORDS: Readonly<Record<IssueSeverity, string>> = { failure: 'failed', warning: 'warning', notice: 'notice' };

/** All issues of one code in one line: how many, where the first one is and what is said of it. */
export function issueSummaryLine(issue: ReportIssue, palette: Palette): string {
  const first = issue.first[0];
  const place = formatPlace(first?.where, first?.sourceId);
  const times = issue.count === 1 ? '' : `${formatCount(issue.count)} times`;
  const where = place === '' ? '' : `${issue.count === 1 ? '' : ', first '}at ${place}`;
  const facts = times + where;
  const note = first?.note === undefined ? '' : `: ${printable(first.note)}`;
  return `${label(issue, palette)}: ${issue.title}${facts === '' ? '' : ` (${facts})`}${note}`;
}

/** One issue in one line, for `-v`. */
export function issueLine(
  issue: Issue,
  place: { folder?: readonly string[] | undefined; sourceId?: string | undefined },
  palette: Palette,
): string {
  const folder = place.folder === undefined ? '' : `${printablePath(place.folder)} `;
  const where = issue.where === undefined ? folder + printable(place.sourceId ?? '') : formatPlace(issue.where, place.sourceId);
  const note = issue.note === undefined ? ISSUES[issue.code].title : printable(issue.note);
  return `${label({ code: issue.code, severity: ISSUES[issue.code].severity }, palette)}: ${note}${where.trim() === '' ? '' : ` (at ${where.trim()})`}`;
}

function label({ code, severity }: Pick<ReportIssue, 'code' | 'severity'>, palette: Palette): string {
  const text = `${WORDS[severity]}[${code}]`;
  return severity === 'notice' ? palette.soft(text) : severity === 'warning' ? palette.warn(text) : palette.bad(text);
}
