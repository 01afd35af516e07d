import { ISSUES, type TransferReport } from '../model/index.js';
import { formatMoment } from './quantity.js';
import type { Report, ReportFolder, ReportOutcome } from './report.js';
import { describeIssues, type ReportTally } from './tally.js';
import { EN } from './texts/en.js';
import type { ReportTexts } from './texts/texts.js';

/** What a report needs beside the transfer's own. */
export interface ReportFacts {
  readonly command: string;
  readonly dryRun: boolean;
  readonly tally: ReportTally;
  readonly versions: Readonly<Record<string, string>>;
  readonly options: Report['options'];
  readonly next: readonly string[];
  readonly texts?: ReportTexts;
}

/** Issue codes that say that something was made up, by what it was. */
const INVENTED_MESSAGE_ID = /MESSAGE_ID_(?:INVENTED|GENERATED|MADE)/;
const INVENTED_NAME = /(?:FOLDER|NAME)_(?:RENAMED|INVENTED|CHANGED|SHORTENED|COLLISION)/;
/** Date sources that are not what the source says was the delivery. */
const GUESSED_DATES = ['received', 'date', 'file', 'none'];

/** Builds the one object of which text, JSON and HTML are renderings. */
export function buildReport(transfer: TransferReport, facts: ReportFacts): Report {
  const { tally } = facts;
  const issues = describeIssues(transfer.issues);
  const outcome = outcomeOf(transfer);
  const texts = facts.texts ?? EN;
  return {
    schema: 'mailferry.report/1',
    command: facts.command,
    outcome,
    verdict: verdictOf(transfer, outcome, facts.dryRun, texts),
    dryRun: facts.dryRun,
    source: transfer.source,
    target: transfer.target,
    started: new Date(transfer.started).toISOString(),
    ended: new Date(transfer.ended).toISOString(),
    seconds: (transfer.ended - transfer.started) / 1000,
    totals: transfer.totals,
    folders: transfer.folders.map(folderOf),
    years: { source: yearsOf(transfer), target: { ...tally.targetYears } },
    sizes: tally.sizes(),
    issues,
    failures: tally.failures(),
    invented: {
      dates: Object.fromEntries(Object.entries(transfer.dates).filter(([source, count]) => count > 0 && GUESSED_DATES.includes(source))),
      messageIds: countOf(issues, INVENTED_MESSAGE_ID),
      names: countOf(issues, INVENTED_NAME),
    },
    leftAlone: transfer.leftAlone,
    versions: facts.versions,
    options: facts.options,
    next: facts.next,
    ...(transfer.nodes === undefined ? {} : { nodes: transfer.nodes }),
    ...(tally.details.length === 0 ? {} : { details: tally.details }),
  };
}

/** Messages that were read and those of them that are in the target, by the word of an earlier run where the source did not change. */
export function arrivals({ totals }: Pick<TransferReport, 'totals'>): { read: number; arrived: number; isUnchanged: boolean } {
  const { read, written, alreadyPresent, unchanged = 0 } = totals;
  const arrived = written + alreadyPresent;
  return { read, arrived, isUnchanged: unchanged > 0 && unchanged === arrived };
}

function verdictOf(transfer: TransferReport, outcome: ReportOutcome, dryRun: boolean, texts: ReportTexts): string {
  const verdict = texts.verdict({ outcome, dryRun, ...arrivals(transfer), target: targetName(transfer, texts) });
  return outcome === 'damaged' ? `${texts.damaged} ${verdict}` : verdict;
}

function outcomeOf(transfer: TransferReport): ReportOutcome {
  if (transfer.interrupted) return 'interrupted';
  if (transfer.totals.failed + transfer.totals.items.failed > 0) return 'failed';
  return transfer.issues.some(({ code }) => ISSUES[code].isDamage === true) ? 'damaged' : 'complete';
}

function targetName(transfer: TransferReport, texts: ReportTexts): string {
  return texts.target(transfer.target.format, transfer.target.location);
}

function folderOf({ oldest, newest, ...books }: TransferReport['folders'][number]): ReportFolder {
  return {
    ...books,
    ...(oldest === undefined ? {} : { oldest: formatMoment(oldest) }),
    ...(newest === undefined ? {} : { newest: formatMoment(newest) }),
  };
}

function yearsOf(transfer: TransferReport): Record<string, number> {
  const years: Record<string, number> = {};
  for (const folder of transfer.folders) {
    for (const [year, count] of Object.entries(folder.years)) years[year] = (years[year] ?? 0) + count;
  }
  return years;
}

function countOf(issues: Report['issues'], pattern: RegExp): number {
  return issues.reduce((sum, issue) => sum + (pattern.test(issue.code) ? issue.count : 0), 0);
}
