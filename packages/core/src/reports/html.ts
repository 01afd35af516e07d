import { htmlPage, htmlSection, htmlTable } from './html-page.js';
import { type Html, html } from './html-text.js';
import { numbersOf } from './numbers.js';
import { formatPlace } from './place.js';
import { printable, printablePath } from './printable.js';
import type { Report, ReportFolder, ReportIssue } from './report.js';
import { barChart, chartKey, columnChart } from './svg-chart.js';
import { filteredWhy, inventedLines, runFacts } from './text.js';
import { EN } from './texts/en.js';
import type { ReportTexts } from './texts/texts.js';

/** Folders that a chart shows one by one; the rest is one bar. The tables always have all. */
const CHARTED_FOLDERS = 24;

/** Renders a report as one HTML file: no script, no network; every chart stands beside a table with the same numbers. */
export function reportToHtml(report: Report, texts: ReportTexts = EN): string {
  const body = [
    head(report, texts),
    htmlSection(texts.folders, [outcomeChart(report, texts), folderTable(report, texts)]),
    htmlSection(texts.years, [yearChart(report, texts), yearTable(report, texts)]),
    htmlSection(texts.sizes, [...sizeCharts(report, texts)]),
    ...(report.failures.length === 0 ? [] : [htmlSection(texts.failures, [issueTable(report.failures, texts)])]),
    htmlSection(texts.issues, [report.issues.length === 0 ? html`<p>${texts.noIssues}</p>` : issueTable(report.issues, texts)]),
    htmlSection(texts.invented, [
      html`<ul class="plain">${inventedLines(report, texts).map((line) => html`<li>${line.trim()}</li>`)}</ul>
`,
    ]),
    ...(report.leftAlone.length === 0 ? [] : [htmlSection(texts.leftAlone, [leftAloneTable(report, texts)])]),
    ...(report.details === undefined ? [] : [htmlSection(texts.details, [detailTable(report, texts)])]),
    htmlSection(texts.run, [
      html`<dl>${runFacts(report, texts).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
`,
    ]),
    ...(report.next.length === 0
      ? []
      : [
          htmlSection(texts.next, [
            html`<ul class="plain">${report.next.map((line) => html`<li><code>${printable(line)}</code></li>`)}</ul>
`,
          ]),
        ]),
  ];
  return htmlPage(texts.language, texts.title, body);
}

function head(report: Report, texts: ReportTexts): Html {
  const { count } = numbersOf(texts);
  const { totals } = report;
  const tiles: [string, number, boolean][] = [
    [texts.read, totals.read, false],
    [texts.written, totals.written, false],
    [texts.alreadyPresent, totals.alreadyPresent, false],
    [texts.filtered, totals.filtered, false],
    [texts.failed, totals.failed, totals.failed > 0],
  ];
  const notes = [
    totals.updated > 0 ? `${count(totals.updated)} ${texts.updated}` : '',
    totals.filtered > 0 ? `${texts.filtered}${filteredWhy(totals.filteredBy, texts)}` : '',
    totals.items.read > 0 ? `${texts.items}: ${count(totals.items.read)}` : '',
  ].filter((note) => note !== '');
  return html`<header>
<div class="verdict ${report.outcome}"><h1>${printable(report.verdict)}</h1>
<p class="soft">${printable(report.source.location)} → ${printable(report.target.location)}${report.dryRun ? ` · ${texts.dryRun}` : ''}</p></div>
<ul class="tiles">${tiles.map(([name, value, isBad]) => html`<li${isBad ? html` class="bad"` : undefined}><b>${count(value)}</b>${name}</li>`)}</ul>
${notes.map(
  (note) => html`<p class="soft">${note}</p>
`,
)}</header>
`;
}

function outcomeChart(report: Report, texts: ReportTexts): Html {
  const { count } = numbersOf(texts);
  const series = [texts.written, texts.alreadyPresent, texts.filtered, texts.failed];
  const values = (folder: ReportFolder) => [folder.written, folder.alreadyPresent, folder.filtered, folder.failed];
  const rows = largest(report.folders, (folder) => folder.read, values, texts);
  return html`${chartKey(series)}${barChart({ title: texts.outcomeByFolder, series, rows, format: count })}`;
}

/** The largest folders one by one, the others together. */
function largest(
  folders: readonly ReportFolder[],
  weight: (folder: ReportFolder) => number,
  values: (folder: ReportFolder) => number[],
  texts: ReportTexts,
): { label: string; values: number[] }[] {
  const sorted = folders.filter((folder) => weight(folder) > 0).sort((a, b) => weight(b) - weight(a));
  // One more has a line of its own, in the place of "1 other".
  const charted = sorted.length <= CHARTED_FOLDERS + 1 ? sorted.length : CHARTED_FOLDERS;
  const shown = sorted.slice(0, charted).map((folder) => ({ label: printablePath(folder.path), values: values(folder) }));
  const rest = sorted.slice(charted).map(values);
  if (rest.length === 0) return shown;
  const together = rest.reduce((sum, row) => sum.map((value, index) => value + (row[index] ?? 0)));
  return [...shown, { label: `${numbersOf(texts).count(rest.length)} ${texts.otherFolders}`, values: together }];
}

function folderTable(report: Report, texts: ReportTexts): Html {
  const { count, size, day } = numbersOf(texts);
  const columns = [
    { head: texts.folder },
    ...[texts.read, texts.written, texts.alreadyPresent, texts.filtered, texts.failed, texts.size].map((title) => ({
      head: title,
      isNumber: true,
    })),
    { head: texts.oldest, isDay: true },
    { head: texts.newest, isDay: true },
  ];
  const numbers = (books: Report['totals'] | ReportFolder) =>
    [books.read, books.written, books.alreadyPresent, books.filtered, books.failed].map(count);
  const rows = report.folders.map((folder) => [
    printablePath(folder.path),
    ...numbers(folder),
    size(folder.bytes, folder.read),
    day(folder.oldest),
    day(folder.newest),
  ]);
  const octets = report.folders.reduce((sum, folder) => sum + folder.bytes, 0);
  return htmlTable(columns, rows, [texts.total, ...numbers(report.totals), size(octets, report.totals.read), '', '']);
}

/** Years from the first to the last, those without a message too, up to a century. */
function yearsOf(report: Report): string[] {
  const known = [...new Set([...Object.keys(report.years.source), ...Object.keys(report.years.target)])].sort(
    (a, b) => Number(a) - Number(b),
  );
  const numbers = known.map(Number).filter(Number.isFinite);
  const [first = 0, last = 0] = [numbers[0], numbers.at(-1)];
  if (numbers.length < 2 || last - first > 100) return known;
  return Array.from({ length: last - first + 1 }, (_, index) => String(first + index));
}

function yearRows(report: Report): { label: string; values: number[] }[] {
  return yearsOf(report).map((year) => ({ label: year, values: [report.years.source[year] ?? 0, report.years.target[year] ?? 0] }));
}

function yearChart(report: Report, texts: ReportTexts): Html {
  const series = [texts.source, texts.targetWord];
  return html`${chartKey(series)}${columnChart({ title: texts.years, series, rows: yearRows(report), format: numbersOf(texts).count })}`;
}

function yearTable(report: Report, texts: ReportTexts): Html {
  const { count } = numbersOf(texts);
  const rows = yearRows(report).filter(({ values }) => values.some((value) => value > 0));
  const sum = [0, 1].map((side) => count(rows.reduce((total, row) => total + (row.values[side] ?? 0), 0)));
  return htmlTable(
    [{ head: texts.year }, { head: texts.source, isNumber: true }, { head: texts.targetWord, isNumber: true }],
    rows.map(({ label, values }) => [label, ...values.map(count)]),
    [texts.total, ...sum],
    true,
  );
}

function sizeCharts(report: Report, texts: ReportTexts): Html[] {
  const { count, bytes } = numbersOf(texts);
  const classes = report.sizes.map(({ upTo, messages }, index) => ({
    label: upTo === undefined ? `${texts.above} ${bytes(report.sizes[index - 1]?.upTo ?? 0)}` : `${texts.upTo} ${bytes(upTo)}`,
    values: [messages],
  }));
  const byFolder = largest(
    report.folders,
    (folder) => folder.bytes,
    (folder) => [folder.bytes],
    texts,
  );
  return [
    barChart({ title: texts.sizes, series: [texts.messages], rows: classes, format: count }),
    htmlTable(
      [{ head: texts.size }, { head: texts.messages, isNumber: true }],
      classes.map(({ label, values }) => [label, ...values.map(count)]),
      undefined,
      true,
    ),
    html`<h3>${texts.sizeByFolder}</h3>
`,
    barChart({ title: texts.sizeByFolder, series: [texts.size], rows: byFolder, format: bytes }),
  ];
}

function issueTable(issues: readonly ReportIssue[], texts: ReportTexts): Html {
  const { count } = numbersOf(texts);
  const rows = issues.map((issue) => [
    count(issue.count),
    html`<code>${issue.code}</code>`,
    issue.title,
    html`${issue.first.map(({ where, note, sourceId }) => {
      const place = formatPlace(where, sourceId);
      return html`<div><code>${place}</code>${note === undefined ? '' : ` ${printable(note)}`}</div>`;
    })}`,
  ]);
  return htmlTable(
    [{ head: texts.count, isNumber: true }, { head: texts.code }, { head: texts.meaning }, { head: texts.firstPlaces }],
    rows,
  );
}

function leftAloneTable(report: Report, texts: ReportTexts): Html {
  return htmlTable(
    [{ head: texts.source }, { head: texts.meaning }],
    report.leftAlone.map(({ path, reason }) => [html`<code>${printable(path)}</code>`, printable(reason)]),
  );
}

function detailTable(report: Report, texts: ReportTexts): Html {
  return htmlTable(
    [{ head: texts.code }, { head: texts.folder }, { head: texts.source }, { head: texts.from }, { head: texts.subject }],
    (report.details ?? []).map(({ code, folder, sourceId, from, subject }) => [
      html`<code>${code}</code>`,
      printablePath(folder),
      html`<code>${printable(sourceId)}</code>`,
      printable(from ?? ''),
      printable(subject ?? ''),
    ]),
  );
}
