// What a person has still to do when a batch has run: whom it concerns, how much, and a word on each.
import type { Report } from '@mailferry/core';
import type { ByHandKind, ReportByHand, ReportJob } from './report.js';
import { numberOf } from './report-sum.js';

/** Reasons of places that were left and may be mail all the same. */
const MAYBE_MAIL = /looks like an mbox|^compressed with|a Maildir: name it|a single message|folder of|as Outlook|Babyl|PST/u;

const ORDER: readonly ByHandKind[] = ['failed', 'left', 'messagesFailed', 'damaged', 'unreadable', 'changed', 'lookalikes', 'items'];

/** Gathers what is to be done, user by user. */
export class ByHand {
  readonly #found = new Map<ByHandKind, { user: string; count: number; note?: string }[]>();

  add(job: ReportJob, report: Partial<Report> | undefined): void {
    const { user, state, message, code } = job;
    const note = message === undefined ? {} : { note: code === undefined ? message : `${code}: ${message}` };
    if (state === 'failed') this.#note('failed', { user, count: 1, ...note });
    else if (state !== 'done' && state !== 'incomplete') this.#note('left', { user, count: 1, ...note });
    if (job.totals.failed > 0) this.#note('messagesFailed', { user, count: job.totals.failed });
    if (report !== undefined) this.#addReport(user, report);
  }

  #addReport(user: string, report: Partial<Report>): void {
    const items = report.totals?.items;
    const written = numberOf(items?.written) + numberOf(items?.alreadyPresent);
    // Reports of older versions do not say where; it was beside the target unless --items said otherwise.
    const place = String(report.target?.items ?? `${String(report.target?.location ?? '')}-items`);
    if (written > 0) this.#note('items', { user, count: written, note: place });
    const maybe = (report.leftAlone ?? []).filter(
      // A home that is read as a tree of mboxes holds the Maildir that was written.
      ({ path, reason }) => MAYBE_MAIL.test(String(reason)) && path !== report.target?.location,
    );
    const [first] = maybe;
    if (first !== undefined)
      this.#note('lookalikes', { user, count: maybe.length, note: `${String(first.path)}: ${String(first.reason)}` });
    const count = (codes: RegExp): number =>
      (report.issues ?? []).filter(({ code }) => codes.test(code)).reduce((sum, issue) => sum + numberOf(issue.count), 0);
    const changed = count(/^SOURCE_CHANGED$/u);
    if (changed > 0) this.#note('changed', { user, count: changed });
    this.#addUnreadable(user, report);
    const damaged = (report.issues ?? []).filter(({ severity, code }) => severity === 'failure' && code !== 'SOURCE_CHANGED');
    const [worst] = damaged;
    if (worst !== undefined && report.outcome === 'damaged') {
      this.#note('damaged', { user, count: damaged.reduce((sum, issue) => sum + numberOf(issue.count), 0), note: worst.code });
    }
  }

  #addUnreadable(user: string, { issues = [] }: Partial<Report>): void {
    const found = issues.find(({ code }) => code === 'SOURCE_PLACE_UNREADABLE');
    if (found === undefined) return;
    const path = found.first?.[0]?.where?.path;
    this.#note('unreadable', { user, count: numberOf(found.count), ...(path === undefined ? {} : { note: String(path) }) });
  }

  #note(kind: ByHandKind, entry: { user: string; count: number; note?: string }): void {
    this.#found.set(kind, [...(this.#found.get(kind) ?? []), entry]);
  }

  /** What matters most first. */
  list(): ReportByHand[] {
    return ORDER.flatMap((kind) => {
      const users = this.#found.get(kind) ?? [];
      return users.length === 0 ? [] : [{ kind, count: users.reduce((sum, { count }) => sum + count, 0), users }];
    });
  }
}
