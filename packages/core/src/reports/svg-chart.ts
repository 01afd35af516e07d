import { type Html, html } from './html-text.js';

/** One row of a chart: a label and a value for each series. */
export interface ChartRow {
  readonly label: string;
  readonly values: readonly number[];
}

/** What a chart shows. Series take the colours c0 to c3 of the page in order. */
export interface Chart {
  /** Said to those who do not see it. */
  readonly title: string;
  readonly series: readonly string[];
  readonly rows: readonly ChartRow[];
  /** How a value reads. */
  format(value: number): string;
}

const WIDTH = 960;
const ROW = 26;
const LABEL = 220;
const NUMBER = 110;

/** Horizontal bars, the series of a row stacked; a part that is not zero is never thinner than two pixels. */
export function barChart(chart: Chart): Html {
  const most = Math.max(1, ...chart.rows.map(({ values }) => sum(values)));
  const room = WIDTH - LABEL - NUMBER - 20;
  const height = chart.rows.length * ROW + 4;
  const bars = chart.rows.map((row, index) => {
    const y = index * ROW + 4;
    let x = LABEL + 10;
    const parts = row.values.flatMap((value, series) => {
      if (value <= 0) return [];
      const width = Math.max(2, (value / most) * room);
      const rect = html`<rect class="c${series}" x="${fixed(x)}" y="${y}" width="${fixed(width)}" height="${ROW - 8}"><title>${row.label}: ${chart.format(value)} ${chart.series[series] ?? ''}</title></rect>`;
      x += width;
      return [rect];
    });
    return html`<g><text x="${LABEL}" y="${y + 13}" text-anchor="end">${shorten(row.label, 34)}<title>${row.label}</title></text>${parts}<text class="soft" x="${fixed(x + 6)}" y="${y + 13}">${chart.format(sum(row.values))}</text></g>
`;
  });
  return html`<div class="wide"><svg role="img" aria-label="${chart.title}" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">
${bars}</svg></div>
`;
}

const COLUMNS_HEIGHT = 200;

/** Columns side by side for each row, such as years; labels thin out when there are many. */
export function columnChart(chart: Chart): Html {
  const most = Math.max(1, ...chart.rows.flatMap(({ values }) => values));
  const step = Math.min(64, (WIDTH - 20) / Math.max(1, chart.rows.length));
  const width = Math.max(1, (step * 0.76) / Math.max(1, chart.series.length));
  const every = Math.ceil(40 / step);
  const columns = chart.rows.map((row, index) => {
    const left = 10 + index * step;
    const rects = row.values.map((value, series) => {
      const height = value <= 0 ? 0 : Math.max(1, (value / most) * COLUMNS_HEIGHT);
      return html`<rect class="c${series}" x="${fixed(left + step * 0.12 + series * width)}" y="${fixed(20 + COLUMNS_HEIGHT - height)}" width="${fixed(width)}" height="${fixed(height)}"><title>${row.label}: ${chart.format(value)} ${chart.series[series] ?? ''}</title></rect>`;
    });
    const label =
      index % every === 0
        ? html`<text class="soft" x="${fixed(left + step / 2)}" y="${COLUMNS_HEIGHT + 38}" text-anchor="middle">${row.label}</text>`
        : undefined;
    return html`<g>${rects}${label}</g>
`;
  });
  const height = COLUMNS_HEIGHT + 46;
  return html`<div class="wide"><svg role="img" aria-label="${chart.title}" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">
<text class="soft" x="10" y="12">${chart.format(most)}</text>
<path class="axis" d="M10 20.5H${WIDTH - 10}M10 ${COLUMNS_HEIGHT + 20.5}H${WIDTH - 10}"/>
${columns}</svg></div>
`;
}

/** Which colour is which series. */
export function chartKey(series: readonly string[]): Html {
  return html`<ul class="key">${series.map((name, index) => html`<li><svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true"><rect class="c${index}" width="12" height="12" rx="2"/></svg>${name}</li>`)}</ul>
`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function shorten(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
