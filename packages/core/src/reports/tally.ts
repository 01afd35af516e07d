import { type Delivery, ISSUES, type Issue, type IssueCode, type Message } from '../model/index.js';
import { YearCounts } from '../model/year-counts.js';
import { formatMoment } from './quantity.js';
import type { ReportDetail, ReportIssue } from './report.js';

/** Upper bounds of the size classes in octets; what is above the last is the last class. */
const SIZE_CLASSES = [1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216];

/** Places kept for each code. */
const FIRST_PLACES = 5;

/** Messages named with `--report-details`, for each code. */
const DETAILS_PER_CODE = 50;

/** Counts from deliveries what a report shows beside the books: years in the target, sizes, why messages failed. */
export class ReportTally {
  readonly #years: YearCounts = new YearCounts();
  readonly details: ReportDetail[] = [];
  readonly #sizes: number[] = new Array<number>(SIZE_CLASSES.length + 1).fill(0);
  readonly #failures: IssueTally = new IssueTally();
  readonly #detailed: Map<IssueCode, number> = new Map<IssueCode, number>();
  readonly #describe: ((message: Message) => Pick<ReportDetail, 'subject' | 'from'>) | undefined;

  /** @param describe - finds subject and sender of a message; given only where the report may name them */
  constructor(describe?: (message: Message) => Pick<ReportDetail, 'subject' | 'from'>) {
    this.#describe = describe;
  }

  /** Counts one delivery. */
  add(delivery: Delivery): void {
    const { message, status } = delivery;
    const { size } = message.content;
    let index = 0;
    while (size > (SIZE_CLASSES[index] ?? Number.POSITIVE_INFINITY)) index++;
    this.#sizes[index] = (this.#sizes[index] ?? 0) + 1;
    if (status === 'failed') this.#fail(delivery.failure ?? message.failure, message);
    else if (status !== 'filtered') this.#arrived(message);
    if (this.#describe !== undefined) this.#detail(delivery);
  }

  /** Messages in the target by year (UTC), `?` for those without a date. */
  get targetYears(): Readonly<Record<string, number>> {
    return this.#years.counts();
  }

  /** Messages read by size. */
  sizes(): { upTo?: number; messages: number }[] {
    return this.#sizes.map((messages, index) => {
      const upTo = SIZE_CLASSES[index];
      return upTo === undefined ? { messages } : { upTo, messages };
    });
  }

  /** Why messages failed, the most frequent first. */
  failures(): ReportIssue[] {
    return this.#failures.summaries();
  }

  #arrived(message: Message): void {
    this.#years.add(message.internalDate);
  }

  #fail(failure: Issue | undefined, message: Message): void {
    if (failure !== undefined) this.#failures.add(failure, message.sourceId);
  }

  #detail(delivery: Delivery): void {
    const { message } = delivery;
    const issues = [
      ...message.issues,
      ...(delivery.issues ?? []),
      ...[delivery.failure ?? message.failure].filter((issue) => issue !== undefined),
    ];
    for (const { code } of issues) {
      const seen = this.#detailed.get(code) ?? 0;
      this.#detailed.set(code, seen + 1);
      if (seen >= DETAILS_PER_CODE) continue;
      const internalDate = formatMoment(message.internalDate);
      this.details.push({
        code,
        folder: message.folder,
        sourceId: message.sourceId,
        ...this.#describe?.(message),
        ...(internalDate === '' ? {} : { internalDate }),
      });
    }
  }
}

/** Counts issues by code and keeps the first places of each. */
export class IssueTally {
  readonly #codes: Map<IssueCode, { count: number; first: ReportIssue['first'][number][] }> = new Map();

  /** Counts one issue. */
  add(issue: Issue, sourceId?: string): void {
    const held = this.#codes.get(issue.code) ?? { count: 0, first: [] };
    held.count++;
    if (held.first.length < FIRST_PLACES) {
      held.first.push({
        ...(issue.where === undefined ? {} : { where: issue.where }),
        ...(issue.note === undefined ? {} : { note: issue.note }),
        ...(sourceId === undefined ? {} : { sourceId }),
      });
    }
    this.#codes.set(issue.code, held);
  }

  /** Codes with counts, what matters most first. */
  summaries(): ReportIssue[] {
    return describeIssues([...this.#codes].map(([code, { count, first }]) => ({ code, count, first })));
  }
}

const RANK = { failure: 0, warning: 1, notice: 2 } as const;

/** Adds title and severity to counted codes and puts what matters most first. */
export function describeIssues(issues: readonly Pick<ReportIssue, 'code' | 'count' | 'first'>[]): ReportIssue[] {
  return issues
    .map(({ code, count, first }) => ({ code, severity: ISSUES[code].severity, title: ISSUES[code].title, count, first }))
    .sort((a, b) => RANK[a.severity] - RANK[b.severity] || b.count - a.count || (a.code < b.code ? -1 : 1));
}
