// Adds the reports of jobs up. What comes from a job's process is JSON that nobody checked: what is no number counts nothing.
import { type Books, ISSUES, type IssueCode, type Report, type ReportIssue } from '@mailferry/core';
import type { BatchIssue, BatchReport, ReportFolderName, ReportSkipped } from './report.js';

/** Folder names, places and reasons that a report keeps. */
const KEPT = { folders: 200, reasons: 100, places: 5 } as const;

type JobReport = Partial<Report>;

/** True for what looks like a report of a job. */
export function isJobReport(value: unknown): value is JobReport {
  return typeof value === 'object' && value !== null && 'schema' in value && value.schema === 'mailferry.report/1';
}

interface IssueSum {
  count: number;
  users: Set<string>;
  first: ReportIssue['first'][number][];
  firstUsers: string[];
}

/** The sums over the reports of all jobs. */
export class ReportSum {
  readonly #source = new Map<string, number>();
  readonly #target = new Map<string, number>();
  readonly #sizes = new Map<number, number>();
  readonly #filteredBy = new Map<string, number>();
  readonly #items = { read: 0, written: 0, alreadyPresent: 0, filtered: 0, failed: 0 };
  readonly #folders = new Map<string, { path: readonly string[]; users: number; read: number; arrived: number; bytes: number }>();
  readonly #issues = new Map<string, IssueSum>();
  readonly #failures = new Map<string, IssueSum>();
  readonly #skipped = new Map<string, { count: number; users: Set<string>; first: string[] }>();
  #folderCount = 0;

  add(user: string, report: JobReport): void {
    this.#addCounts(report);
    for (const folder of report.folders ?? []) this.#addFolder(folder);
    for (const issue of report.issues ?? []) addIssue(this.#issues, user, issue);
    for (const issue of report.failures ?? []) addIssue(this.#failures, user, issue);
    for (const { path, reason } of report.leftAlone ?? []) this.#skip(user, String(path), String(reason));
  }

  #addCounts({ years, sizes, totals }: JobReport): void {
    addAll(this.#source, years?.source);
    addAll(this.#target, years?.target);
    addAll(this.#filteredBy, totals?.filteredBy);
    for (const { upTo, messages } of sizes ?? []) increase(this.#sizes, upTo ?? Number.POSITIVE_INFINITY, messages);
    for (const key of ['read', 'written', 'alreadyPresent', 'filtered', 'failed'] as const)
      this.#items[key] += numberOf(totals?.items?.[key]);
  }

  #addFolder({ path, read, written, alreadyPresent, bytes }: Report['folders'][number]): void {
    this.#folderCount += 1;
    const key = path.join('\0');
    const folder = this.#folders.get(key) ?? { path, users: 0, read: 0, arrived: 0, bytes: 0 };
    this.#folders.set(key, {
      path,
      users: folder.users + 1,
      read: folder.read + numberOf(read),
      arrived: folder.arrived + numberOf(written) + numberOf(alreadyPresent),
      bytes: folder.bytes + numberOf(bytes),
    });
  }

  #skip(user: string, path: string, reason: string): void {
    const general = generalReason(reason);
    const known = this.#skipped.get(general) ?? { count: 0, users: new Set<string>(), first: [] };
    // A bounded list of a job ends in "27 more".
    known.count += Number(/^(\d+) more$/u.exec(path)?.[1] ?? 1);
    known.users.add(user);
    if (known.first.length < KEPT.places) known.first.push(path);
    this.#skipped.set(general, known);
  }

  /** What the report shows of the sums. */
  result(): Pick<BatchReport, 'years' | 'sizes' | 'folderCount' | 'folders' | 'issues' | 'failures' | 'skipped'> & {
    readonly filteredBy: Books['filteredBy'];
    readonly items: BatchReport['totals']['items'];
  } {
    const filtered = (reason: string): number => this.#filteredBy.get(reason) ?? 0;
    return {
      years: { source: yearsOf(this.#source), target: yearsOf(this.#target) },
      sizes: [...this.#sizes]
        .sort(([a], [b]) => a - b)
        .map(([upTo, messages]) => (Number.isFinite(upTo) ? { upTo, messages } : { messages })),
      folderCount: this.#folderCount,
      folders: [...this.#folders.values()].sort(byMessages).slice(0, KEPT.folders),
      issues: issuesOf(this.#issues),
      failures: issuesOf(this.#failures),
      skipped: [...this.#skipped]
        .map(skippedOf)
        .sort((a, b) => b.count - a.count)
        .slice(0, KEPT.reasons),
      filteredBy: {
        option: filtered('option'),
        expunged: filtered('expunged'),
        removedByUser: filtered('removedByUser'),
        duplicate: filtered('duplicate'),
      },
      items: { ...this.#items },
    };
  }
}

function addAll(counts: Map<string, number>, more: Readonly<Record<string, number>> | undefined): void {
  for (const [key, count] of Object.entries(more ?? {})) increase(counts, key, count);
}

function increase<K>(counts: Map<K, number>, key: K, count: unknown): void {
  counts.set(key, (counts.get(key) ?? 0) + numberOf(count));
}

/** A number of a report that nobody checked. */
export function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

/** Reasons that name a number or a user are one reason. */
function generalReason(reason: string): string {
  return reason
    .replace(/^the file belongs to user \d+, not to user \d+$/u, 'a file of another user')
    .replace(/^\d+ messages?: /u, 'messages ');
}

function skippedOf([reason, { count, users, first }]: readonly [
  string,
  { count: number; users: Set<string>; first: string[] },
]): ReportSkipped {
  return { reason, count, users: users.size, first };
}

function byMessages(a: ReportFolderName, b: ReportFolderName): number {
  return b.read - a.read || b.users - a.users || (a.path.join('\0') < b.path.join('\0') ? -1 : 1);
}

function yearsOf(years: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...years].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function addIssue(sums: Map<string, IssueSum>, user: string, { code, count, first }: ReportIssue): void {
  const sum = sums.get(code) ?? { count: 0, users: new Set<string>(), first: [], firstUsers: [] };
  sum.count += numberOf(count);
  sum.users.add(user);
  for (const place of (first ?? []).slice(0, KEPT.places - sum.first.length)) {
    sum.first.push(place);
    sum.firstUsers.push(user);
  }
  sums.set(code, sum);
}

const RANK = { failure: 0, warning: 1, notice: 2 } as const;

function issuesOf(sums: ReadonlyMap<string, IssueSum>): BatchIssue[] {
  return [...sums]
    .flatMap(([code, { count, users, first, firstUsers }]) => {
      // A worker of another version may know codes that this one does not.
      const known = Object.hasOwn(ISSUES, code) ? ISSUES[code as IssueCode] : undefined;
      if (known === undefined) return [];
      return [{ code: code as IssueCode, severity: known.severity, title: known.title, count, users: users.size, first, firstUsers }];
    })
    .sort((a, b) => RANK[a.severity] - RANK[b.severity] || b.count - a.count || (a.code < b.code ? -1 : 1));
}
