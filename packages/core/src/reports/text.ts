import { nodeLine } from './node-line.js';
import { numbersOf } from './numbers.js';
import { formatPlace } from './place.js';
import { printable, printablePath } from './printable.js';
import type { Report, ReportIssue } from './report.js';
import { textTable } from './text-table.js';
import { EN } from './texts/en.js';
import type { ReportTexts } from './texts/texts.js';

/** Renders a report as plain text, lines of any width, a line end at the end. */
export function reportToText(report: Report, texts: ReportTexts = EN): string {
  const sections = [
    [printable(report.verdict)],
    section(texts.books, booksLines(report, texts)),
    section(texts.folders, folderLines(report, texts)),
    section(texts.failures, issueLines(report.failures, texts)),
    section(texts.issues, report.issues.length === 0 ? [`  ${texts.noIssues}`] : issueLines(report.issues, texts)),
    section(texts.invented, inventedLines(report, texts)),
    section(
      texts.leftAlone,
      report.leftAlone.map(({ path, reason }) => `  ${printable(path)}: ${printable(reason)}`),
    ),
    section(texts.details, detailLines(report)),
    section(texts.run, runLines(report, texts)),
    section(
      texts.next,
      report.next.map((line) => `  ${printable(line)}`),
    ),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** Renders a report as JSON, indented, a line end at the end. */
export function reportToJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

function booksLines({ totals }: Report, texts: ReportTexts): string[] {
  const { count } = numbersOf(texts);
  const rows: [string, string][] = [
    [count(totals.read), texts.read],
    [count(totals.written), texts.written],
    [count(totals.alreadyPresent), texts.alreadyPresent],
  ];
  if (totals.updated > 0) rows.push([count(totals.updated), texts.updated]);
  rows.push([count(totals.filtered), texts.filtered + filteredWhy(totals.filteredBy, texts)], [count(totals.failed), texts.failed]);
  if (totals.items.read > 0) rows.push([count(totals.items.read), texts.items]);
  const width = Math.max(...rows.map(([number]) => number.length));
  return rows.map(([number, what]) => `  ${number.padStart(width)}  ${what}`);
}

/** Why messages were filtered, in brackets; empty when none was. */
export function filteredWhy(filteredBy: Report['totals']['filteredBy'], texts: ReportTexts): string {
  const { count } = numbersOf(texts);
  const why = Object.entries(filteredBy).filter(([, number]) => number > 0);
  if (why.length === 0) return '';
  return ` (${why.map(([reason, number]) => `${count(number)} ${texts.filteredBy[reason as keyof typeof texts.filteredBy]}`).join(', ')})`;
}

function folderLines(report: Report, texts: ReportTexts): string[] {
  const { count, size, day } = numbersOf(texts);
  const numeric = [texts.read, texts.written, texts.alreadyPresent, texts.filtered, texts.failed, texts.size];
  const columns = [
    { head: texts.folder },
    ...numeric.map((head) => ({ head, isNumber: true })),
    { head: texts.oldest },
    { head: texts.newest },
  ];
  return textTable(
    columns,
    report.folders.map((folder) => [
      printablePath(folder.path),
      count(folder.read),
      count(folder.written),
      count(folder.alreadyPresent),
      count(folder.filtered),
      count(folder.failed),
      size(folder.bytes, folder.read),
      day(folder.oldest),
      day(folder.newest),
    ]),
  );
}

function issueLines(issues: readonly ReportIssue[], texts: ReportTexts): string[] {
  const { count } = numbersOf(texts);
  return issues.flatMap((issue) => [
    `  ${count(issue.count)}  ${issue.code}  ${issue.title}`,
    ...issue.first.map(({ where, note, sourceId }) => {
      const place = formatPlace(where, sourceId);
      return `      ${place}${note === undefined ? '' : `${place === '' ? '' : ': '}${printable(note)}`}`.trimEnd();
    }),
  ]);
}

/** What had to be invented, a line each. */
export function inventedLines(report: Report, texts: ReportTexts): string[] {
  const { count } = numbersOf(texts);
  const { dates, messageIds, names } = report.invented;
  const lines = Object.entries(dates).map(([source, number]) => `  ${count(number)}  ${texts.dateFrom[source] ?? source}`);
  if (messageIds > 0) lines.push(`  ${count(messageIds)}  ${texts.inventedMessageIds}`);
  if (names > 0) lines.push(`  ${count(names)}  ${texts.inventedNames}`);
  return lines.length === 0 ? [`  ${texts.nothingInvented}`] : lines;
}

function detailLines(report: Report): string[] {
  return (report.details ?? []).map(({ code, folder, sourceId, subject, from }) =>
    printable(`  ${code}  ${printablePath(folder)}  ${sourceId}  ${from ?? ''}  ${subject ?? ''}`).trimEnd(),
  );
}

function runLines(report: Report, texts: ReportTexts): string[] {
  return runFacts(report, texts).map(([name, value]) => `  ${name}: ${value}`);
}

/** A format with its dialect, where that says more: `mbox, mboxrd`. */
export function formatName({ format, dialect }: { readonly format: string; readonly dialect?: string }): string {
  return dialect === undefined || dialect === '' || dialect === format ? format : `${format}, ${printable(dialect)}`;
}

/** What a report says of the run itself: pairs of name and value. */
export function runFacts(report: Report, texts: ReportTexts): [string, string][] {
  const { duration, rate } = numbersOf(texts);
  const ms = report.seconds * 1000;
  const { source, target } = report;
  const facts: [string, string][] = [
    [texts.command, report.command],
    [texts.source, `${printable(source.location)} (${formatName(source)})`],
    [texts.targetWord, `${printable(target.location)} (${target.format})`],
    ...(report.nodes === undefined ? [] : ([[texts.nodes, nodeLine(report.nodes, texts)]] satisfies [string, string][])),
    [texts.started, report.started],
    [texts.duration, duration(ms)],
    [texts.rate, rate(report.totals.bytesRead, ms)],
    [texts.dryRun, report.dryRun ? texts.yes : texts.no],
    [
      texts.versions,
      Object.entries(report.versions)
        .map((pair) => pair.join(' '))
        .join(', '),
    ],
  ];
  const options = Object.entries(report.options).map(([name, value]) =>
    value === true ? `--${name}` : `--${name} ${printable(String(value))}`,
  );
  return options.length === 0 ? facts : [...facts, [texts.options, options.join(' ')]];
}
