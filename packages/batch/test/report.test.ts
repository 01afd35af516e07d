import { formatBytes, formatCount } from '@mailferry/core';
import { describe, expect, it } from 'vitest';
import { BATCH_TEXTS, type BatchTexts, buildBatchReport, renderBatchHtml, renderBatchJson, renderBatchText } from '../src/index.js';
import { throughputOf } from '../src/report-throughput.js';
import { sampleBatch } from './sample-batch.js';

const { state, jobReport } = sampleBatch(500);
const report = buildBatchReport(state, jobReport);
const page = renderBatchHtml(report);

/** The text of markup. */
function textOf(markup: string): string {
  return markup
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .trim();
}

/** The tables of a section, by its heading: rows of cells. */
function tablesOf(html: string, heading: string): string[][][] {
  const section = html.split('<section>').find((part) => part.includes(`<h2>${heading}</h2>`)) ?? expect.fail(`no section ${heading}`);
  return [...section.matchAll(/<table.*?<\/table>/gs)].map(([table]) =>
    [...table.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
      [...row.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/gs)].map(([, cell = '']) => textOf(cell)),
    ),
  );
}

/** What the bars of a chart say: `label: value series`. */
function barsOf(html: string, title: string): string[] {
  const chart = html.split('<svg').find((part) => part.includes(`aria-label="${title}"`)) ?? expect.fail(`no chart ${title}`);
  return [...(chart.split('</svg>')[0] ?? '').matchAll(/<rect[^>]*><title>(.*?)<\/title>/gs)].map(([, text = '']) => textOf(text));
}

describe('the report of a batch', () => {
  it('has books that balance and agree with its rows', () => {
    const { totals, jobs, users } = report;
    expect(totals.read).toBe(totals.written + totals.alreadyPresent + totals.filtered + totals.failed);
    expect(totals.read).toBe(jobs.reduce((sum, job) => sum + job.totals.read, 0));
    expect(totals.filteredBy.expunged).toBe(totals.filtered);
    expect(users.total).toBe(500);
    expect(users.done + users.incomplete + users.failed + users.waiting).toBe(500);
    expect(report.groups.reduce((sum, group) => sum + group.users, 0)).toBe(500);
    expect(Object.values(report.years.source).reduce((sum, count) => sum + count, 0)).toBe(totals.read);
    expect(report.sizes.reduce((sum, { messages }) => sum + messages, 0)).toBe(totals.read);
    expect(report.folders.reduce((sum, { read }) => sum + read, 0)).toBe(totals.read);
  });

  it('spreads the work over time without losing any', () => {
    const { stretches, stretchSeconds } = report.throughput;
    expect(stretches.length).toBeLessThanOrEqual(60);
    expect(stretchSeconds).toBeGreaterThan(0);
    expect(stretches.reduce((sum, { messages }) => sum + messages, 0)).toBe(report.totals.read);
    expect(stretches.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(report.totals.bytesRead);
    expect(throughputOf([{ started: 1000, ended: 1000, messages: 3, bytes: 5 }]).stretches).toEqual([
      { time: '1970-01-01T00:00:01.000Z', messages: 3, bytes: 5 },
    ]);
    expect(throughputOf([])).toEqual({ stretchSeconds: 0, stretches: [] });
  });

  it('says what must be done by hand', () => {
    const kinds = new Map(report.byHand.map(({ kind, count, users }) => [kind, { count, users: users.length }]));
    expect(kinds.get('failed')).toEqual({ count: report.users.failed, users: report.users.failed });
    expect(kinds.get('left')?.count).toBe(report.users.waiting);
    expect(kinds.get('messagesFailed')?.count).toBe(report.totals.failed);
    expect(kinds.get('items')?.count).toBe(report.totals.items.written);
    const places = report.byHand.find(({ kind }) => kind === 'items')?.users.map(({ user, note }) => note === `/home/${user}/items`);
    expect(places).not.toContain(false);
    expect(kinds.get('lookalikes')?.users).toBeGreaterThan(0);
    expect(report.outcome).toBe('interrupted');
  });

  it('names the users who may not read a part of their own home', () => {
    const first = [{ where: { path: '/home/ann/mail/of-root' } }];
    const issues = [{ code: 'SOURCE_PLACE_UNREADABLE', severity: 'warning', title: '', count: 2, first }];
    const [job] = report.jobs.filter((one) => one.state === 'done');
    const { byHand } = buildBatchReport(state, (path) =>
      path === state.jobs.get(job?.job ?? '')?.report ? { schema: 'mailferry.report/1', issues } : undefined,
    );
    expect(byHand.find(({ kind }) => kind === 'unreadable')).toEqual({
      kind: 'unreadable',
      count: 2,
      users: [{ user: job?.user, count: 2, note: '/home/ann/mail/of-root' }],
    });
  });

  it('counts nothing for what is no report, and no number', () => {
    const small = buildBatchReport(
      state,
      () => ({ schema: 'mailferry.report/1', years: { source: { '2001': 'many' } }, folders: 'none' as never }).schema,
    );
    expect(small.years.source).toEqual({});
    const odd = buildBatchReport(state, () => ({ schema: 'mailferry.report/1', years: { source: { '2001': 'many' } } }));
    expect(odd.years.source).toEqual({ '2001': 0 });
  });
});

describe('the page', () => {
  it('is one file without script and network', () => {
    expect(page).not.toMatch(/<script|<link|<img|https?:\/\/|javascript:|@import|url\(/i);
    expect(page).not.toContain('<i>');
    expect(page).not.toContain('<b>bold');
  });

  it('has a row for each user, with the numbers of the JSON', () => {
    const [rows = []] = tablesOf(page, 'Users');
    expect(rows).toHaveLength(502);
    for (const [index, job] of report.jobs.entries()) {
      const { read, written, alreadyPresent, filtered, failed } = job.totals;
      const row = rows[index + 1] ?? [];
      expect([row[0], ...row.slice(4, 9)]).toEqual([
        job.job,
        ...[read, written, alreadyPresent, filtered, failed].map((count) => formatCount(count)),
      ]);
      expect(row[9]).toBe(formatBytes(job.bytesRead));
    }
    expect(rows.at(-1)?.slice(4, 9)).toEqual(
      [report.totals.read, report.totals.written, report.totals.alreadyPresent, report.totals.filtered, report.totals.failed].map((count) =>
        formatCount(count),
      ),
    );
  });

  it('shows years side by side: chart, table and JSON say the same', () => {
    const [table = []] = tablesOf(page, 'Messages by year');
    const bars = barsOf(page, 'Messages by year');
    for (const [year, source, target] of table.slice(1, -1)) {
      expect([source, target]).toEqual(
        [report.years.source[year ?? ''], report.years.target[year ?? '']].map((count) => formatCount(count ?? 0)),
      );
      expect(bars).toContain(`${year}: ${source} Source`);
      expect(bars).toContain(`${year}: ${target} Target`);
    }
    expect(table.slice(1, -1).map(([year]) => year)).toEqual(Object.keys(report.years.source));
  });

  it('shows users by outcome and group as the JSON has them', () => {
    const [states = [], groups = []] = tablesOf(page, 'Users by outcome');
    expect(states.slice(1).map((row) => row[1])).toEqual(
      [report.users.done, report.users.incomplete, report.users.failed, report.users.waiting, 500].map(String),
    );
    const bars = barsOf(page, 'Groups');
    for (const [index, group] of report.groups.entries()) {
      const name = group.group === '' ? 'no group' : group.group;
      expect(groups[index + 1]).toEqual([name, ...[group.users, group.done, group.incomplete, group.left, group.failed].map(String)]);
      expect(bars).toContain(`${name}: ${group.done} done`);
    }
  });

  it('shows throughput, sizes, folders and issues as the JSON has them', () => {
    const [stretches = []] = tablesOf(page, 'Throughput over time');
    expect(stretches.slice(1, -1).map((row) => row[1])).toEqual(report.throughput.stretches.map(({ messages }) => formatCount(messages)));
    expect(barsOf(page, 'Messages over time').map((bar) => bar.replace(/^.*: /, ''))).toEqual(
      report.throughput.stretches.map(({ messages }) => `${formatCount(messages)} Messages`),
    );
    const [sizes = []] = tablesOf(page, 'Messages by size');
    expect(sizes.slice(1, -1).map((row) => row[1])).toEqual(report.sizes.map(({ messages }) => formatCount(messages)));
    const [folders = []] = tablesOf(page, 'Folders by name, all users together');
    expect(folders.slice(1).map((row) => row.slice(1, 4))).toEqual(
      report.folders.map(({ users, read, arrived }) => [users, read, arrived].map((count) => formatCount(count))),
    );
    const [issues = []] = tablesOf(page, 'Issues');
    expect(issues.slice(1).map(([count, users, code]) => [count, users, code])).toEqual(
      report.issues.map(({ count, users, code }) => [formatCount(count), formatCount(users), code]),
    );
  });
});

/** Texts by the path of their key. */
function leaves(texts: object, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(texts).flatMap(([key, value]) =>
      key === 'words'
        ? []
        : typeof value === 'object'
          ? [...leaves(value as object, `${prefix}${key}.`)]
          : typeof value === 'string'
            ? [[prefix + key, value] as const]
            : [],
    ),
  );
}

describe.each(Object.entries(BATCH_TEXTS))('the texts in %s', (language, texts: BatchTexts) => {
  it('are complete and translated', () => {
    const [own, english] = [leaves(texts), leaves(BATCH_TEXTS.en)];
    expect(texts.words.language).toBe(language);
    expect([...own.keys()].sort()).toEqual([...english.keys()].sort());
    if (language === 'en') return;
    expect([...own].filter(([path, text]) => text === english.get(path))).toEqual([]);
  });

  it('give text, page and verdicts', () => {
    const translated = buildBatchReport(state, jobReport, texts);
    const text = renderBatchText(translated, texts);
    expect(text).toContain(translated.verdict);
    expect(text).toContain(texts.byHandKinds.failed);
    expect(renderBatchHtml(translated, texts)).toContain(`<html lang="${language}">`);
    const facts = { users: 1234, done: 1200, incomplete: 30, failed: 3, left: 1 };
    for (const outcome of ['complete', 'failed', 'interrupted'] as const) {
      expect(texts.verdict({ outcome, ...facts })).toContain(formatCount(1234, texts.words.groupSeparator));
    }
    expect(texts.verdict({ ...facts, outcome: 'interrupted', users: 0 })).not.toBe('');
  });
});

describe('the other renderings', () => {
  it('are JSON that is read back, and a text with every user', () => {
    expect(JSON.parse(renderBatchJson(report))).toEqual(report);
    const text = renderBatchText(report);
    for (const { job } of report.jobs) expect(text).toContain(job);
    expect(text.startsWith(report.verdict)).toBe(true);
  });
});
