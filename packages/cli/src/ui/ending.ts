import { EN, filteredWhy, formatBytes, formatCount, formatDuration, formatPlace, nodeLine, printable, type Report } from '@mailferry/core';
import type { Palette } from './palette.js';

/** What a run ends with: one sentence, and where every message went. */
export function endingText(report: Report, palette: Palette): string {
  const verdict = report.outcome === 'complete' ? palette.good : palette.bad;
  const rows = [...countRows(report)];
  const width = Math.max(8, ...rows.map(([count]) => count.length + 2));
  const lines = rows.map(([count, what]) => `${count.padStart(width)}  ${what}`);
  return [verdict(palette.strong(printable(report.verdict))), ...lines, ...failureLines(report, width), ...nextLines(report)].join('\n');
}

function* countRows({ target, totals, seconds, dryRun, nodes }: Report): Generator<readonly [string, string]> {
  const written = dryRun ? 'would be written' : 'written now     ';
  yield [formatCount(totals.written), `${written}     ${formatBytes(totals.bytesWritten)} in ${formatDuration(seconds * 1000)}`];
  if (totals.alreadyPresent > 0) {
    const updated = totals.updated === 0 ? '' : `, ${formatCount(totals.updated)} of them with flags brought up to date`;
    yield [
      formatCount(totals.alreadyPresent),
      `${totals.alreadyPresent === 1 ? 'was' : 'were'} already there${updated}${byEarlierRuns(totals)}`,
    ];
  }
  if (totals.filtered > 0) yield [formatCount(totals.filtered), `filtered${filteredWhy(totals.filteredBy, EN)}`];
  const { items } = totals;
  if (items.read > 0) yield [formatCount(items.written + items.alreadyPresent), itemsText(totals, dryRun, target.items)];
  if (totals.failed > 0) yield [formatCount(totals.failed), 'failed'];
  if (nodes !== undefined) yield ['', `message nodes of the PST: ${nodeLine(nodes, EN)}`];
}

/** What was not looked for in the target: nobody knows what became of it since. */
function byEarlierRuns({ alreadyPresent, unchanged = 0 }: Report['totals']): string {
  if (unchanged === 0) return '';
  return unchanged === alreadyPresent ? ' after the last run' : `, ${formatCount(unchanged)} of them after the last run`;
}

function itemsText({ items, unchangedItems = 0 }: Report['totals'], dryRun: boolean, directory: string | undefined): string {
  const { read, filtered, written, alreadyPresent } = items;
  const text = `of ${formatCount(read)} contacts, appointments and the like`;
  if (filtered === read) return `${text}; --items mail brings them as mail`;
  if (directory === undefined) return text;
  const place = `in ${printable(directory)}`;
  if (unchangedItems === 0) return `${text} ${dryRun ? 'would be' : 'are'} ${place}`;
  if (unchangedItems === written + alreadyPresent) return `${text} were ${place} after the last run`;
  return `${text} ${dryRun ? 'would be' : 'are'} ${place}, ${formatCount(unchangedItems)} of them after the last run`;
}

function failureLines(report: Report, indent: number): string[] {
  const width = Math.max(0, ...report.failures.map(({ code }) => code.length));
  return report.failures.map(({ code, count, first }) => {
    const [place] = first;
    const where = place === undefined ? '' : formatPlace(place.where, place.sourceId);
    const note = place?.note === undefined ? '' : printable(place.note);
    return `${' '.repeat(indent + 2)}${formatCount(count)}  ${code.padEnd(width)}   ${[where, note].filter((part) => part !== '').join(': ')}`.trimEnd();
  });
}

function nextLines({ next }: Report): string[] {
  return next.length === 0 ? [] : ['', ...next.map(printable)];
}

/** A command line that a shell takes as it was typed. */
export function commandLine(argv: readonly string[]): string {
  return ['mailferry', ...argv.map(quote)].join(' ');
}

/** A word as a shell takes it. */
export function quote(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
