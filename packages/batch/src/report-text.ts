import { filteredWhy, formatPlace, numbersOf, printable, printablePath, textTable } from '@mailferry/core';
import type { BatchIssue, BatchReport } from './report.js';
import { BATCH_TEXTS, type BatchTexts } from './report-texts/index.js';

/** Folder names that the text shows; the JSON has more. */
const FOLDERS = 40;
/** Users named below one thing to do. */
const NAMED = 20;

/** Renders the report of a batch as plain text. */
export function renderBatchText(report: BatchReport, texts: BatchTexts = BATCH_TEXTS.en): string {
  const { words } = texts;
  const { count, duration, rate } = numbersOf(words);
  const { totals } = report;
  const sections: [string, readonly string[]][] = [
    [
      words.books,
      [
        ...(['read', 'written', 'alreadyPresent', 'filtered', 'failed'] as const).map((key) => {
          const why = key === 'filtered' ? filteredWhy(totals.filteredBy, words) : '';
          return `  ${count(totals[key]).padStart(12)}  ${words[key]}${why}`;
        }),
        ...(totals.items.read > 0 ? [`  ${count(totals.items.read).padStart(12)}  ${words.items}`] : []),
      ],
    ],
    [texts.usersByOutcome, outcomeRows(report, texts).map(([name, value]) => `  ${count(value).padStart(12)}  ${name}`)],
    [texts.groups, groupLines(report, texts)],
    [texts.byHand, byHandLines(report, texts)],
    [texts.folderNames, folderLines(report, texts)],
    [words.years, yearLines(report, texts)],
    [words.failures, issueLines(report.failures, texts)],
    [words.issues, report.issues.length === 0 ? [`  ${words.noIssues}`] : issueLines(report.issues, texts)],
    [
      texts.skipped,
      report.skipped.map(
        (one) =>
          `  ${count(one.count).padStart(12)}  ${printable(one.reason)} (${texts.users}: ${count(one.users)}): ${printable(one.first[0] ?? '')}`,
      ),
    ],
    [texts.users, userLines(report, texts)],
    [
      words.run,
      [
        `  ${words.started}: ${report.started ?? '-'}`,
        `  ${texts.ended}: ${report.ended ?? '-'}`,
        `  ${words.duration}: ${duration(report.seconds * 1000)}`,
        `  ${words.rate}: ${rate(totals.bytesRead, report.seconds * 1000)}`,
        `  ${texts.round}: ${count(report.round)}`,
      ],
    ],
  ];
  const shown = sections.filter(([, lines]) => lines.length > 0).map(([title, lines]) => [title, ...lines].join('\n'));
  return `${[printable(report.verdict), ...shown].join('\n\n')}\n`;
}

/** Renders the report of a batch as JSON, indented. */
export function renderBatchJson(report: BatchReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** Users by state, those that there are. */
export function outcomeRows(report: BatchReport, texts: BatchTexts): [string, number][] {
  const { total: _, ...states } = report.users;
  return (Object.entries(states) as [keyof typeof states, number][])
    .filter(([, value]) => value > 0)
    .map(([state, value]) => [texts.states[state], value]);
}

function groupLines(report: BatchReport, texts: BatchTexts): string[] {
  if (report.groups.length < 2) return [];
  const { count } = numbersOf(texts.words);
  const heads = [texts.users, texts.states.done, texts.states.incomplete, texts.states.failed, texts.left];
  return textTable(
    [{ head: texts.group }, ...heads.map((head) => ({ head, isNumber: true }))],
    report.groups.map((one) => [groupName(one.group, texts), ...[one.users, one.done, one.incomplete, one.failed, one.left].map(count)]),
  );
}

/** The name of a group; users without one have a word too. */
export function groupName(group: string, texts: BatchTexts): string {
  return group === '' ? texts.noGroup : printable(group);
}

function byHandLines(report: BatchReport, texts: BatchTexts): string[] {
  const { count } = numbersOf(texts.words);
  if (report.byHand.length === 0) return [`  ${texts.nothingByHand}`];
  return report.byHand.flatMap(({ kind, count: sum, users }) => [
    `  ${texts.byHandKinds[kind]} (${count(sum)})`,
    ...users
      .slice(0, NAMED)
      .map(
        ({ user, count: own, note }) =>
          `    ${printable(user)}${own === 1 ? '' : ` (${count(own)})`}${note === undefined ? '' : `: ${printable(note)}`}`,
      ),
    ...(users.length > NAMED ? [`    … ${texts.otherUsers}: ${count(users.length - NAMED)}`] : []),
  ]);
}

function folderLines(report: BatchReport, texts: BatchTexts): string[] {
  const { count, size } = numbersOf(texts.words);
  const { words } = texts;
  if (report.folders.length === 0) return [];
  const heads = [texts.users, words.read, texts.arrived, words.size];
  return [
    ...textTable(
      [{ head: words.folder }, ...heads.map((head) => ({ head, isNumber: true }))],
      report.folders
        .slice(0, FOLDERS)
        .map((folder) => [
          printablePath(folder.path),
          count(folder.users),
          count(folder.read),
          count(folder.arrived),
          size(folder.bytes, folder.read),
        ]),
    ),
    `  ${texts.folderCount}: ${count(report.folderCount)}`,
  ];
}

function yearLines(report: BatchReport, { words }: BatchTexts): string[] {
  const { count } = numbersOf(words);
  const { source, target } = report.years;
  const years = [...new Set([...Object.keys(source), ...Object.keys(target)])].sort();
  if (years.length === 0) return [];
  const columns = [{ head: words.year }, ...[words.source, words.targetWord].map((head) => ({ head, isNumber: true }))];
  return textTable(
    columns,
    years.map((year) => [year, count(source[year] ?? 0), count(target[year] ?? 0)]),
  );
}

function issueLines(issues: readonly BatchIssue[], texts: BatchTexts): string[] {
  const { count } = numbersOf(texts.words);
  return issues.map(({ code, count: sum, users, title, first, firstUsers }) => {
    const place = first[0] === undefined ? '' : `: ${printable(firstUsers[0] ?? '')} ${formatPlace(first[0].where, first[0].sourceId)}`;
    return `  ${count(sum).padStart(12)}  ${code}  ${title} (${texts.users}: ${count(users)})${place}`;
  });
}

function userLines(report: BatchReport, texts: BatchTexts): string[] {
  const { words } = texts;
  const { count, size, duration } = numbersOf(words);
  const heads = [words.read, words.written, words.alreadyPresent, words.filtered, words.failed, words.size, words.duration];
  return textTable(
    [{ head: texts.user }, { head: texts.group }, { head: texts.outcome }, ...heads.map((head) => ({ head, isNumber: true }))],
    report.jobs.map((job) => [
      printable(job.job),
      printable(job.group ?? '-'),
      texts.states[job.state],
      ...[job.totals.read, job.totals.written, job.totals.alreadyPresent, job.totals.filtered, job.totals.failed].map(count),
      size(job.bytesRead, job.totals.read),
      job.seconds === undefined ? '-' : duration(job.seconds * 1000),
    ]),
  );
}
