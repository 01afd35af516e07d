import { Html, html } from './html-text.js';

/** The frame of a page: one file, no script, no network, light and dark, printable. */
export function htmlPage(language: string, title: string, body: readonly Html[]): string {
  return html`<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`.toString();
}

/** A column of a table on a page. */
export interface HtmlColumn {
  readonly head: string;
  readonly isNumber?: boolean;
  /** A day, which is not broken over lines. */
  readonly isDay?: boolean;
}

/** A table; the last row stands apart as the sum when there is one. A narrow one takes only the width that it needs. */
export function htmlTable(
  columns: readonly HtmlColumn[],
  rows: readonly (readonly (string | Html)[])[],
  sum?: readonly string[],
  isNarrow = false,
): Html {
  const classes = columns.map(({ isNumber, isDay }) => (isNumber === true ? 'n' : isDay === true ? 'd' : 't'));
  const cells = (row: readonly (string | Html)[]) => row.map((cell, index) => html`<td class="${classes[index]}">${cell}</td>`);
  const heads = columns.map(({ head }, index) => html`<th class="${classes[index]}" scope="col">${head}</th>`);
  const foot = sum === undefined ? undefined : html`<tfoot><tr>${cells(sum)}</tr></tfoot>`;
  return html`<div class="wide"><table class="${isNarrow ? 'narrow' : 'full'}">
<thead><tr>${heads}</tr></thead>
<tbody>
${rows.map(
  (row) => html`<tr>${cells(row)}</tr>
`,
)}</tbody>
${foot}</table></div>
`;
}

/** A section with a heading. */
export function htmlSection(title: string, content: readonly Html[]): Html {
  return html`<section>
<h2>${title}</h2>
${content}</section>
`;
}

const STYLE = `
:root{--paper:#fff;--ink:#1b1f24;--soft:#5a6472;--line:#d9dee5;--panel:#f5f7f9;--c0:#2f6fb3;--c1:#8db7de;--c2:#c3c9d1;--c3:#c2410c;--good:#1a7f4b;--bad:#c2410c}
@media (prefers-color-scheme:dark){:root{--paper:#14171b;--ink:#e6e9ed;--soft:#9aa5b1;--line:#323a44;--panel:#1c2127;--c0:#5b9be0;--c1:#2f5f92;--c2:#525c68;--c3:#f08a4b;--good:#58c08a;--bad:#f08a4b}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,"Segoe UI","Liberation Sans",Arial,sans-serif}
main{max-width:68rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.55rem;line-height:1.3;margin:0 0 .35rem;overflow-wrap:anywhere}
h2{font-size:1.1rem;margin:2.4rem 0 .7rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:1.4rem 0 .4rem}
p{margin:.4rem 0}
.soft{color:var(--soft)}
.verdict{border-left:.35rem solid var(--good);padding:.2rem 0 .2rem 1rem;margin-bottom:1.2rem}
.verdict.failed,.verdict.damaged,.verdict.interrupted{border-color:var(--bad)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.75rem;margin:1rem 0 0;padding:0;list-style:none}
.tiles li{background:var(--panel);border:1px solid var(--line);border-radius:.4rem;padding:.6rem .8rem}
.tiles b{display:block;font-size:1.45rem;font-variant-numeric:tabular-nums;line-height:1.25}
.tiles .bad b{color:var(--bad)}
.wide{overflow-x:auto;margin:.4rem 0}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{padding:.3rem .7rem .3rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
th{font-weight:600;color:var(--soft);white-space:nowrap}
tfoot td{font-weight:600;border-top:2px solid var(--line);border-bottom:0}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
table.narrow{width:auto}table.narrow th,table.narrow td{padding-right:2rem}
.d{white-space:nowrap}
td.n:last-child,th.n:last-child{padding-right:0}
code{font:.92em ui-monospace,"Liberation Mono",Menlo,monospace;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.2rem;margin:.4rem 0}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
ul.plain{margin:.4rem 0;padding-left:1.2rem}
svg{display:block;max-width:100%;height:auto;margin:.6rem 0}
svg text{fill:var(--ink);font:12px system-ui,"Segoe UI","Liberation Sans",Arial,sans-serif}
svg .soft{fill:var(--soft)}
svg .axis{stroke:var(--line)}
.c0{fill:var(--c0)}.c1{fill:var(--c1)}.c2{fill:var(--c2)}.c3{fill:var(--c3)}
.key{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;padding:0;margin:.4rem 0;list-style:none;font-size:.9rem;color:var(--soft)}
.key svg{display:inline-block;margin:0 .4rem 0 0;vertical-align:-1px}
details{margin:.4rem 0}summary{cursor:pointer;color:var(--soft)}
@media screen and (max-width:40rem){.wide>svg,.wide>table.full{min-width:40rem}.full td.t:first-child{min-width:9rem}}
@media print{:root{--paper:#fff;--ink:#000;--soft:#444;--line:#bbb;--panel:#fff;--c0:#2f6fb3;--c1:#8db7de;--c2:#c3c9d1;--c3:#c2410c;--good:#1a7f4b;--bad:#c2410c}
main{max-width:none;padding:0}section,tr,svg{break-inside:avoid}h2{break-after:avoid}*{print-color-adjust:exact}.wide{overflow:visible}}
`;
