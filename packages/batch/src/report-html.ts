import {
  barChart,
  type ChartRow,
  chartKey,
  columnChart,
  filteredWhy,
  formatPlace,
  type Html,
  html,
  htmlPage,
  htmlSection,
  htmlTable,
  numbersOf,
  printable,
  printablePath,
} from '@mailferry/core';
import type { BatchIssue, BatchReport, ReportByHand, ReportJob } from './report.js';
import { groupName, outcomeRows } from './report-text.js';
import { BATCH_TEXTS, type BatchTexts } from './report-texts/index.js';

/** Rows that a chart shows one by one; the tables have all. */
const CHARTED = 24;
/** Rows of a table that stand open; more are folded away. */
const OPEN_ROWS = 40;

/** Renders the report of a batch as one HTML file: no script, no network; every chart stands beside a table with the same numbers. */
export function renderBatchHtml(report: BatchReport, texts: BatchTexts = BATCH_TEXTS.en): string {
  const { words } = texts;
  const body = [
    head(report, texts),
    htmlSection(texts.byHand, byHand(report, texts)),
    htmlSection(texts.usersByOutcome, users(report, texts)),
    ...(report.throughput.stretches.length === 0 ? [] : [htmlSection(texts.throughput, throughput(report, texts))]),
    ...(report.folders.length === 0 ? [] : [htmlSection(texts.folderNames, folders(report, texts))]),
    htmlSection(words.years, years(report, texts)),
    ...(report.sizes.length === 0 ? [] : [htmlSection(words.sizes, sizes(report, texts))]),
    ...(report.failures.length === 0 ? [] : [htmlSection(words.failures, [issues(report.failures, texts)])]),
    htmlSection(words.issues, [report.issues.length === 0 ? html`<p>${words.noIssues}</p>` : issues(report.issues, texts)]),
    ...(report.skipped.length === 0 ? [] : [htmlSection(texts.skipped, [skipped(report, texts)])]),
    htmlSection(texts.users, userTable(report, texts)),
    htmlSection(words.run, [runFacts(report, texts)]),
  ];
  return htmlPage(words.language, texts.title, body);
}

function head(report: BatchReport, texts: BatchTexts): Html {
  const { words } = texts;
  const { count, bytes, duration } = numbersOf(words);
  const { totals, users: states } = report;
  const tiles: [string, string, boolean][] = [
    [texts.states.done, count(states.done), false],
    [texts.states.incomplete, count(states.incomplete), states.incomplete > 0],
    [texts.states.failed, count(states.failed), states.failed > 0],
    [texts.left, count(states.retry + states.interrupted + states.running + states.waiting), false],
  ];
  const books: [string, string, boolean][] = [
    [words.read, count(totals.read), false],
    [words.written, count(totals.written), false],
    [words.alreadyPresent, count(totals.alreadyPresent), false],
    [words.filtered, count(totals.filtered), false],
    [words.failed, count(totals.failed), totals.failed > 0],
  ];
  const list = (entries: typeof tiles): Html =>
    html`<ul class="tiles">${entries.map(([name, value, isBad]) => html`<li${isBad ? html` class="bad"` : undefined}><b>${value}</b>${name}</li>`)}</ul>
`;
  const notes = [
    totals.updated > 0 ? `${count(totals.updated)} ${words.updated}` : '',
    totals.filtered > 0 ? `${words.filtered}${filteredWhy(totals.filteredBy, words)}` : '',
    totals.items.read > 0 ? `${words.items}: ${count(totals.items.read)}` : '',
  ].filter((note) => note !== '');
  return html`<header>
<div class="verdict ${report.outcome}"><h1>${printable(report.verdict)}</h1>
<p class="soft">${report.started?.slice(0, 16).replace('T', ' ') ?? '-'} UTC · ${duration(report.seconds * 1000)} · ${bytes(totals.bytesRead)}</p></div>
<h3>${texts.users}</h3>
${list(tiles)}<h3>${words.messages}</h3>
${list(books)}${notes.map(
  (note) => html`<p class="soft">${note}</p>
`,
)}</header>
`;
}

function byHand(report: BatchReport, texts: BatchTexts): Html[] {
  if (report.byHand.length === 0) return [html`<p>${texts.nothingByHand}</p>`];
  return report.byHand.map((task) => taskOf(task, texts));
}

function taskOf({ kind, count: sum, users: concerned }: ReportByHand, texts: BatchTexts): Html {
  const { count } = numbersOf(texts.words);
  const title = html`<h3>${texts.byHandKinds[kind]} (${count(sum)})</h3>
`;
  const named = concerned.map(({ user, count: own }) => (own === 1 ? printable(user) : `${printable(user)} (${count(own)})`));
  if (concerned.every(({ note }) => note === undefined)) {
    return html`${title}<p>${named.join(', ')}</p>
`;
  }
  const rows = concerned.map(({ note }, index) => [named[index] ?? '', printable(note ?? '')]);
  return html`${title}${folded(rows.length, texts, htmlTable([{ head: texts.user }, { head: texts.lastWord }], rows, undefined, true))}`;
}

/** A table that is long is folded; the JSON and the text have all of it in the open. */
function folded(rows: number, texts: BatchTexts, table: Html): Html {
  if (rows <= OPEN_ROWS) return table;
  const { count } = numbersOf(texts.words);
  return html`<details><summary>${texts.users}: ${count(rows)}</summary>
${table}</details>
`;
}

function users(report: BatchReport, texts: BatchTexts): Html[] {
  const { count } = numbersOf(texts.words);
  const rows = outcomeRows(report, texts);
  const series = [texts.states.done, texts.states.incomplete, texts.left, texts.states.failed];
  const groups = report.groups.map(({ group, done, incomplete, left, failed }) => ({
    label: groupName(group, texts),
    values: [done, incomplete, left, failed],
  }));
  return [
    htmlTable(
      [{ head: texts.outcome }, { head: texts.users, isNumber: true }],
      rows.map(([name, value]) => [name, count(value)]),
      [texts.words.total, count(report.users.total)],
      true,
    ),
    html`<h3>${texts.groups}</h3>
`,
    chartKey(series),
    barChart({ title: texts.groups, series, rows: firstOf(groups, texts.otherUsers), format: count }),
    htmlTable(
      [{ head: texts.group }, ...[texts.users, ...series].map((name) => ({ head: name, isNumber: true }))],
      report.groups.map((one) => [groupName(one.group, texts), ...[one.users, one.done, one.incomplete, one.left, one.failed].map(count)]),
      undefined,
      true,
    ),
  ];
}

/** The first rows one by one, the others together. */
function firstOf(rows: readonly ChartRow[], others: string): ChartRow[] {
  if (rows.length <= CHARTED) return [...rows];
  const rest = rows.slice(CHARTED - 1);
  const series = rows[0]?.values.length ?? 0;
  const values = Array.from({ length: series }, (_, index) => rest.reduce((sum, row) => sum + (row.values[index] ?? 0), 0));
  return [...rows.slice(0, CHARTED - 1), { label: `${others} (${rest.length})`, values }];
}

function throughput(report: BatchReport, texts: BatchTexts): Html[] {
  const { words } = texts;
  const { count, bytes, duration } = numbersOf(words);
  const { stretchSeconds, stretches } = report.throughput;
  const label = labelOf(stretchSeconds, stretches.length);
  const rows = (value: (stretch: (typeof stretches)[number]) => number): ChartRow[] =>
    stretches.map((stretch) => ({ label: label(stretch.time), values: [value(stretch)] }));
  return [
    html`<p class="soft">${texts.stretch} ${duration(stretchSeconds * 1000)}</p>
<h3>${texts.messagesOverTime}</h3>
`,
    columnChart({ title: texts.messagesOverTime, series: [words.messages], rows: rows(({ messages }) => messages), format: count }),
    html`<h3>${texts.bytesOverTime}</h3>
`,
    columnChart({ title: texts.bytesOverTime, series: [words.size], rows: rows((stretch) => stretch.bytes), format: bytes }),
    html`<details><summary>${words.count}: ${count(stretches.length)}</summary>
${htmlTable(
  [
    { head: texts.from, isDay: true },
    { head: words.messages, isNumber: true },
    { head: words.size, isNumber: true },
  ],
  stretches.map((stretch) => [stretch.time.slice(0, 19).replace('T', ' '), count(stretch.messages), bytes(stretch.bytes)]),
  [words.total, count(sumOf(stretches, ({ messages }) => messages)), bytes(sumOf(stretches, (stretch) => stretch.bytes))],
  true,
)}</details>
`,
  ];
}

/** Time of day; with the day where the chart is longer than one, with seconds where a column is shorter than a minute. */
function labelOf(stretchSeconds: number, stretches: number): (time: string) => string {
  if (stretchSeconds >= 86_400) return (time) => time.slice(5, 10);
  if (stretchSeconds * stretches > 86_400) return (time) => `${time.slice(8, 10)}. ${time.slice(11, 13)} h`;
  return (time) => time.slice(11, stretchSeconds < 60 ? 19 : 16);
}

function sumOf<T>(list: readonly T[], value: (one: T) => number): number {
  return list.reduce((sum, one) => sum + value(one), 0);
}

function folders(report: BatchReport, texts: BatchTexts): Html[] {
  const { words } = texts;
  const { count, size } = numbersOf(words);
  const rows = report.folders.map((folder) => ({ label: printablePath(folder.path), values: [folder.read] }));
  const table = htmlTable(
    [{ head: words.folder }, ...[texts.users, words.read, texts.arrived, words.size].map((name) => ({ head: name, isNumber: true }))],
    report.folders.map((folder) => [
      printablePath(folder.path),
      count(folder.users),
      count(folder.read),
      count(folder.arrived),
      size(folder.bytes, folder.read),
    ]),
  );
  return [
    html`<p class="soft">${texts.folderCount}: ${count(report.folderCount)}</p>
`,
    barChart({ title: texts.folderNames, series: [words.read], rows: rows.slice(0, CHARTED), format: count }),
    rows.length <= CHARTED
      ? table
      : html`<details><summary>${words.folders}: ${count(rows.length)}</summary>
${table}</details>
`,
  ];
}

function years(report: BatchReport, { words }: BatchTexts): Html[] {
  const { count } = numbersOf(words);
  const { source, target } = report.years;
  const known = [...new Set([...Object.keys(source), ...Object.keys(target)])].sort();
  const rows = known.map((year) => ({ label: year, values: [source[year] ?? 0, target[year] ?? 0] }));
  const series = [words.source, words.targetWord];
  return [
    chartKey(series),
    columnChart({ title: words.years, series, rows: withGaps(rows), format: count }),
    htmlTable(
      [{ head: words.year }, ...series.map((name) => ({ head: name, isNumber: true }))],
      rows.map(({ label, values }) => [label, ...values.map(count)]),
      [words.total, ...[0, 1].map((side) => count(sumOf(rows, ({ values }) => values[side] ?? 0)))],
      true,
    ),
  ];
}

/** Years without a message have a place too, up to a century. */
function withGaps(rows: readonly ChartRow[]): readonly ChartRow[] {
  const numbers = rows.map(({ label }) => Number(label)).filter(Number.isFinite);
  const [first = 0, last = 0] = [numbers[0], numbers.at(-1)];
  if (numbers.length < 2 || last - first > 100) return rows;
  const filled = Array.from({ length: last - first + 1 }, (_, index) => String(first + index));
  const named = rows.filter(({ label }) => !filled.includes(label));
  return [...filled.map((year) => rows.find(({ label }) => label === year) ?? { label: year, values: [0, 0] }), ...named];
}

function sizes(report: BatchReport, { words }: BatchTexts): Html[] {
  const { count, bytes } = numbersOf(words);
  const rows = report.sizes.map(({ upTo, messages }, index) => ({
    label: upTo === undefined ? `${words.above} ${bytes(report.sizes[index - 1]?.upTo ?? 0)}` : `${words.upTo} ${bytes(upTo)}`,
    values: [messages],
  }));
  return [
    barChart({ title: words.sizes, series: [words.messages], rows, format: count }),
    htmlTable(
      [{ head: words.size }, { head: words.messages, isNumber: true }],
      rows.map(({ label, values }) => [label, ...values.map(count)]),
      [words.total, count(sumOf(rows, ({ values }) => values[0] ?? 0))],
      true,
    ),
  ];
}

function issues(list: readonly BatchIssue[], texts: BatchTexts): Html {
  const { words } = texts;
  const { count } = numbersOf(words);
  return htmlTable(
    [
      { head: words.count, isNumber: true },
      { head: texts.users, isNumber: true },
      { head: words.code },
      { head: words.meaning },
      { head: words.firstPlaces },
    ],
    list.map((issue) => [
      count(issue.count),
      count(issue.users),
      html`<code>${issue.code}</code>`,
      issue.title,
      html`${issue.first.map(
        ({ where, note, sourceId }, index) =>
          html`<div>${printable(issue.firstUsers[index] ?? '')} <code>${formatPlace(where, sourceId)}</code>${note === undefined ? '' : ` ${printable(note)}`}</div>`,
      )}`,
    ]),
  );
}

function skipped(report: BatchReport, texts: BatchTexts): Html {
  const { count } = numbersOf(texts.words);
  return htmlTable(
    [{ head: texts.words.count, isNumber: true }, { head: texts.users, isNumber: true }, { head: texts.reason }, { head: texts.places }],
    report.skipped.map((one) => [
      count(one.count),
      count(one.users),
      printable(one.reason),
      html`${one.first.map((path) => html`<div><code>${printable(path)}</code></div>`)}`,
    ]),
  );
}

function userTable(report: BatchReport, texts: BatchTexts): Html[] {
  const { words } = texts;
  const { count, size, duration } = numbersOf(words);
  const series = [words.written, words.alreadyPresent, words.filtered, words.failed];
  const values = ({ totals }: ReportJob): number[] => [totals.written, totals.alreadyPresent, totals.filtered, totals.failed];
  const largest = [...report.jobs].sort((a, b) => b.totals.read - a.totals.read || (a.job < b.job ? -1 : 1));
  const numbers = [words.read, ...series, words.size, words.duration].map((name) => ({ head: name, isNumber: true }));
  const table = htmlTable(
    [{ head: texts.user }, { head: texts.group }, { head: texts.outcome }, { head: texts.tries, isNumber: true }, ...numbers],
    report.jobs.map((job) => [
      printable(job.job),
      printable(job.group ?? ''),
      texts.states[job.state],
      count(job.tries),
      ...[job.totals.read, ...values(job)].map(count),
      size(job.bytesRead, job.totals.read),
      job.seconds === undefined ? '-' : duration(job.seconds * 1000),
    ]),
    [
      words.total,
      '',
      '',
      '',
      ...[report.totals.read, report.totals.written, report.totals.alreadyPresent, report.totals.filtered, report.totals.failed].map(count),
      size(report.totals.bytesRead, report.totals.read),
      '',
    ],
  );
  return [
    html`<h3>${texts.largestUsers}</h3>
`,
    chartKey(series),
    barChart({
      title: texts.largestUsers,
      series,
      rows: firstOf(
        largest.map((job) => ({ label: printable(job.job), values: values(job) })),
        texts.otherUsers,
      ),
      format: count,
    }),
    table,
  ];
}

function runFacts(report: BatchReport, texts: BatchTexts): Html {
  const { words } = texts;
  const { count, duration, rate } = numbersOf(words);
  const facts: [string, string][] = [
    [words.started, report.started ?? '-'],
    [texts.ended, report.ended ?? '-'],
    [words.duration, duration(report.seconds * 1000)],
    [words.rate, rate(report.totals.bytesRead, report.seconds * 1000)],
    [texts.round, count(report.round)],
  ];
  return html`<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
`;
}
