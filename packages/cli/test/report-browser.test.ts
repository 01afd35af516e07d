// Reports as a browser draws them, with scripts and the network off, light and dark. REPORT_SHOTS=DIRECTORY keeps the pictures, to be looked at.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BATCH_TEXTS, buildBatchReport, renderBatchHtml, renderBatchJson } from '@mailferry/batch';
import { formatBytes, formatCount, REPORT_TEXTS, type Report, reportToHtml } from '@mailferry/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleBatch } from '../../batch/test/sample-batch.js';
import { Chromium, hasChromium } from './chromium.js';
import { HOME_FIXTURE, mailferry, temporary } from './run-program.js';

interface Bar {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly fill: string;
}
interface Text {
  readonly left: number;
  readonly right: number;
  readonly isInside: boolean;
}
interface Drawn {
  readonly language: string;
  readonly paper: string;
  readonly ink: readonly string[];
  readonly overflow: number;
  readonly sections: readonly {
    readonly heading: string;
    readonly tables: readonly (readonly (readonly string[])[])[];
    readonly charts: readonly { readonly title: string; readonly bars: readonly Bar[]; readonly texts: readonly Text[] }[];
  }[];
}

/** What stands on the page, as it is drawn: sizes are those of boxes on the screen. */
const LOOK = `({
  language: document.documentElement.lang,
  paper: getComputedStyle(document.body).backgroundColor,
  ink: [...document.querySelectorAll('h1,h2,h3,p,td,th,dt,dd,summary')].map((one) => getComputedStyle(one).color)
    .concat([...document.querySelectorAll('svg text')].map((one) => getComputedStyle(one).fill)),
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  sections: [...document.querySelectorAll('section')].map((section) => ({
    heading: section.querySelector('h2').textContent,
    tables: [...section.querySelectorAll('table')].map((table) =>
      [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim()))),
    charts: [...section.querySelectorAll('svg[role=img]')].map((svg) => {
      const frame = svg.getBoundingClientRect();
      return {
        title: svg.getAttribute('aria-label'),
        bars: [...svg.querySelectorAll('rect')].map((rect) => {
          const { width, height } = rect.getBoundingClientRect();
          return { title: rect.querySelector('title').textContent, width, height, fill: getComputedStyle(rect).fill };
        }),
        texts: [...svg.querySelectorAll('text')].map((text) => {
          const { left, right, top, bottom } = text.getBoundingClientRect();
          const isInside = left >= frame.left - 1 && right <= frame.right + 1 && top >= frame.top - 1 && bottom <= frame.bottom + 1;
          return { left, right, isInside };
        }),
      };
    }),
  })),
})`;

/** Relative luminance (WCAG 2, 1.4.3) of `rgb(1, 2, 3)`. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [...colour.matchAll(/\d+/g)].map(([part]) => {
    const share = Number(part) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** How far the longest bar of a kind is from what its number says, in pixels. */
function worstBar(bars: readonly Bar[], side: 'width' | 'height', numbers: ReadonlyMap<string, number>): number {
  const known = bars.map((bar) => ({ size: bar[side], value: numbers.get(bar.title) ?? expect.fail(`no number for "${bar.title}"`) }));
  const longest = known.reduce((most, next) => (next.value > most.value ? next : most));
  return Math.max(...known.map(({ size, value }) => Math.abs(size - (value / longest.value) * longest.size)));
}

const { state, jobReport } = sampleBatch(500);
const report = buildBatchReport(state, jobReport);
const page = renderBatchHtml(report);
const json = JSON.parse(renderBatchJson(report)) as typeof report;

describe.runIf(hasChromium())('a report in a browser without script and network', () => {
  let browser: Chromium;
  beforeAll(async () => {
    browser = await Chromium.start();
  }, 60_000);
  afterAll(async () => await browser?.[Symbol.asyncDispose]());

  /** Opens a page, looks at it and keeps its picture where somebody asked for it. */
  async function drawn(name: string, markup: string, scheme: 'light' | 'dark', width: number = 1280): Promise<Drawn> {
    const before = browser.requests.length;
    await browser.open(`${name}-${scheme}`, markup, scheme, width);
    const directory = process.env['REPORT_SHOTS'];
    if (directory !== undefined && width === 1280) {
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, `${name}-${scheme}.png`), await browser.shot(4200));
    }
    const asked = browser.requests.slice(before);
    expect(asked.map((url) => url.replace(/^.*\//u, ''))).toEqual([`${name}-${scheme}.html`]);
    return await browser.see<Drawn>(LOOK);
  }

  /** What holds of every page. */
  function looksWell({ paper, ink, overflow, sections }: Drawn, scheme: 'light' | 'dark'): void {
    expect(luminance(paper) > 0.5).toBe(scheme === 'light');
    for (const colour of new Set(ink)) expect(contrast(colour, paper), `${colour} on ${paper}`).toBeGreaterThan(4.5);
    expect(overflow).toBe(0);
    for (const { charts } of sections)
      for (const { title, texts } of charts)
        expect(
          texts.every(({ isInside }) => isInside),
          title,
        ).toBe(true);
  }

  const section = (view: Drawn, heading: string): Drawn['sections'][number] =>
    view.sections.find((one) => one.heading === heading) ?? expect.fail(`no section "${heading}"`);

  it.each(['light', 'dark'] as const)('shows 500 users as the JSON has them, in %s', async (scheme) => {
    const view = await drawn('batch', page, scheme);
    looksWell(view, scheme);
    const rows = section(view, 'Users').tables[0]?.slice(1, -1) ?? [];
    expect(rows.map((row) => [row[0], ...row.slice(4, 10)])).toEqual(
      json.jobs.map(({ job, totals, bytesRead }) => [
        job,
        ...[totals.read, totals.written, totals.alreadyPresent, totals.filtered, totals.failed].map((count) => formatCount(count)),
        formatBytes(bytesRead),
      ]),
    );
    const years = section(view, 'Messages by year');
    const count = (year: string, side: 'source' | 'target'): number => json.years[side][year] ?? 0;
    expect(years.tables[0]?.slice(1, -1)).toEqual(
      Object.keys(json.years.source).map((year) => [year, formatCount(count(year, 'source')), formatCount(count(year, 'target'))]),
    );
    const numbers = new Map(
      Object.keys(json.years.source).flatMap((year) => [
        [`${year}: ${formatCount(count(year, 'source'))} Source`, count(year, 'source')] as const,
        [`${year}: ${formatCount(count(year, 'target'))} Target`, count(year, 'target')] as const,
      ]),
    );
    expect(worstBar(years.charts[0]?.bars ?? [], 'height', numbers)).toBeLessThan(1.5);
  });

  it('draws each bar as long as its number', async () => {
    const view = await drawn('bars', page, 'light');
    const sizes = section(view, 'Messages by size');
    const counts = new Map(
      (sizes.tables[0] ?? [])
        .slice(1, -1)
        .map(([label, value], index) => [`${label}: ${value} Messages`, json.sizes[index]?.messages ?? -1]),
    );
    const bars = sizes.charts[0]?.bars ?? [];
    expect(bars).toHaveLength(json.sizes.filter(({ messages }) => messages > 0).length);
    expect(worstBar(bars, 'width', counts)).toBeLessThan(2.5);
    const groups = section(view, 'Users by outcome').charts[0]?.bars ?? [];
    const { states, left } = BATCH_TEXTS.en;
    const byTitle = new Map(
      json.groups.flatMap((one) => {
        const parts = [
          [states.done, one.done],
          [states.incomplete, one.incomplete],
          [left, one.left],
          [states.failed, one.failed],
        ] as const;
        const name = one.group === '' ? BATCH_TEXTS.en.noGroup : one.group;
        return parts.map(([series, value]) => [`${name}: ${formatCount(value)} ${series}`, value] as const);
      }),
    );
    expect(worstBar(groups, 'width', byTitle)).toBeLessThan(2.5);
    const colours = new Set(groups.map(({ fill }) => fill));
    expect(colours.size).toBe(4);
  });

  it('fits a telephone, and shows nothing but what is in the file', async () => {
    const view = await drawn('narrow', page, 'dark', 390);
    expect(view.overflow).toBe(0);
    expect(await browser.see<number>("document.querySelectorAll('script,img,link,iframe,object').length")).toBe(0);
    expect(browser.complaints).toEqual([]);
  });

  it('shows what one conversion did, in French', async () => {
    using directory = temporary();
    const path = join(directory.path, 'report.json');
    const run = await mailferry(['convert', '--quiet', '--report', path, join(HOME_FIXTURE, 'mail'), join(directory.path, 'Maildir')]);
    expect(run.status).toBe(0);
    const made = JSON.parse(readFileSync(path, 'utf8')) as Report;
    for (const scheme of ['light', 'dark'] as const) {
      const view = await drawn('convert-fr', reportToHtml(made, REPORT_TEXTS.fr), scheme);
      looksWell(view, scheme);
      expect(view.language).toBe('fr');
      const folders = section(view, REPORT_TEXTS.fr.folders).tables[0] ?? [];
      expect(folders.slice(1, 1 + made.folders.length).map(([name, read]) => [name, read])).toEqual(
        made.folders.map(({ path: names, read }) => [names.join('/'), String(read)]),
      );
    }
  });
});
