import { InternalError } from '../errors.js';
import { type FolderPath, pathKey, type SpecialUse } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import type { FolderCount } from '../model/ledger.js';
import type { DateSource, FilterReason, Message } from '../model/message.js';
import type { Books, FolderReport, IssueSummary } from '../model/report.js';
import type { Delivery, DeliveryStatus } from '../model/target.js';
import { YearCounts } from '../model/year-counts.js';

/** Places that a summary keeps of each issue code. */
const FIRST_PLACES = 5;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

class Account {
  read = 0;
  written = 0;
  alreadyPresent = 0;
  updated = 0;
  filtered = 0;
  readonly filteredBy: Record<FilterReason, number> = { option: 0, expunged: 0, removedByUser: 0, duplicate: 0 };
  failed = 0;

  count(status: DeliveryStatus, reason: FilterReason | undefined): void {
    if (status === 'written') this.written += 1;
    else if (status === 'failed') this.failed += 1;
    else if (status === 'filtered') {
      this.filtered += 1;
      this.filteredBy[reason ?? 'option'] += 1;
    } else {
      this.alreadyPresent += 1;
      if (status === 'updated') this.updated += 1;
    }
  }

  books(): Books {
    const { read, written, alreadyPresent, updated, filtered, failed } = this;
    return { read, written, alreadyPresent, updated, filtered, filteredBy: { ...this.filteredBy }, failed };
  }
}

class FolderAccount extends Account {
  readonly path: FolderPath;
  readonly specialUse: SpecialUse | undefined;
  bytes = 0;
  oldest = Number.POSITIVE_INFINITY;
  newest = Number.NEGATIVE_INFINITY;
  readonly years: YearCounts = new YearCounts();

  constructor(path: FolderPath, specialUse: SpecialUse | undefined) {
    super();
    this.path = path;
    this.specialUse = specialUse;
  }

  see(message: Message): void {
    this.read += 1;
    this.bytes += message.content.size;
    // What could not be read has no date to speak of.
    if (message.failure !== undefined && message.dateSource === 'none') return;
    const date = message.internalDate;
    if (date < this.oldest) this.oldest = date;
    if (date > this.newest) this.newest = date;
    this.years.add(date);
  }

  report(): FolderReport {
    const report: Mutable<FolderReport> = { path: this.path, ...this.books(), bytes: this.bytes, years: this.years.counts() };
    if (this.specialUse !== undefined) report.specialUse = this.specialUse;
    if (Number.isFinite(this.oldest)) report.oldest = this.oldest;
    if (Number.isFinite(this.newest)) report.newest = this.newest;
    return report;
  }
}

/** The books of one run: the only place that counts. */
export class Journal {
  readonly #folders = new Map<string, FolderAccount>();
  readonly #items = new Account();
  readonly #issues = new Map<string, Mutable<IssueSummary> & { first: Mutable<IssueSummary>['first'][number][] }>();
  readonly #dates: Record<DateSource, number> = { fromLine: 0, internalDate: 0, received: 0, date: 0, property: 0, file: 0, none: 0 };
  #last: FolderAccount | undefined;
  bytesRead = 0;
  /** The same in octets of the source, for progress. */
  bytesPassed = 0;
  bytesWritten = 0;
  messages = 0;
  /** Messages of what did not change in the source, that an earlier run delivered. */
  keptMessages = 0;
  /** Items of it. */
  keptItems = 0;

  /** Opens an account for a folder; safe to repeat. */
  folder(path: FolderPath, specialUse?: SpecialUse): void {
    this.#account(path, specialUse);
  }

  /** A message was read from the source. */
  read(message: Message): void {
    this.messages += 1;
    const octets = message.span?.length ?? message.content.size;
    this.bytesRead += octets;
    this.bytesPassed += message.share ?? octets;
    this.#dates[message.dateSource] += 1;
    this.#account(message.folder).see(message);
    for (const issue of message.issues) this.issue(issue, message.sourceId);
  }

  /** Messages of a source file that did not change since an earlier run delivered them. */
  unchanged({ path, read, filtered }: FolderCount): void {
    const account = this.#account(path);
    account.read += read;
    this.messages += read;
    let left = read;
    for (const reason of Object.keys(account.filteredBy) as FilterReason[]) {
      const count = filtered[reason] ?? 0;
      account.filtered += count;
      account.filteredBy[reason] += count;
      left -= count;
    }
    account.alreadyPresent += left;
    this.keptMessages += left;
  }

  /** A message that was read has come to its end; why it failed counts here, whoever found out. */
  delivered(delivery: Delivery): void {
    const { message, status } = delivery;
    this.#account(message.folder).count(status, delivery.reason);
    if (status === 'written') this.bytesWritten += message.content.size;
    for (const issue of delivery.issues ?? []) this.issue(issue, message.sourceId);
    const failure = delivery.failure ?? message.failure;
    if (failure !== undefined) this.issue(failure, message.sourceId);
  }

  /** Messages that were delivered, and that the target took back: the next run reads them again. */
  withdrawn({ path, messages }: { readonly path: FolderPath; readonly messages: number }): void {
    const account = this.#account(path);
    account.read -= messages;
    account.written -= messages;
    this.messages -= messages;
  }

  /** Items of a source file that did not change since an earlier run. */
  unchangedItems({ read, filtered }: { readonly read: number; readonly filtered: number }): void {
    this.#items.read += read;
    this.#items.filtered += filtered;
    this.#items.filteredBy.option += filtered;
    this.#items.alreadyPresent += read - filtered;
    this.keptItems += read - filtered;
  }

  /** An item, which is not mail, has come to its end. */
  item(status: DeliveryStatus, reason?: FilterReason): void {
    this.#items.read += 1;
    this.#items.count(status, reason);
  }

  /** Counts an issue and keeps its first places. */
  issue(issue: Issue, sourceId?: string): void {
    let summary = this.#issues.get(issue.code);
    if (summary === undefined) {
      summary = { code: issue.code, count: 0, first: [] };
      this.#issues.set(issue.code, summary);
    }
    summary.count += 1;
    if (summary.first.length >= FIRST_PLACES) return;
    summary.first.push({
      ...(issue.where === undefined ? {} : { where: issue.where }),
      ...(issue.note === undefined ? {} : { note: issue.note }),
      ...(sourceId === undefined ? {} : { sourceId }),
    });
  }

  /** Failed messages so far. */
  get failed(): number {
    let failed = 0;
    for (const account of this.#folders.values()) failed += account.failed;
    return failed;
  }

  /** How many internal dates came from where. */
  get dates(): Readonly<Record<DateSource, number>> {
    return this.#dates;
  }

  folders(): FolderReport[] {
    return [...this.#folders.values()].map((account) => account.report());
  }

  items(): Books {
    return this.#items.books();
  }

  issues(): IssueSummary[] {
    return [...this.#issues.values()];
  }

  /** The sum over all folders. */
  totals(): Books {
    const total = new Account();
    for (const account of this.#folders.values()) {
      total.read += account.read;
      total.written += account.written;
      total.alreadyPresent += account.alreadyPresent;
      total.updated += account.updated;
      total.filtered += account.filtered;
      total.failed += account.failed;
      for (const reason of Object.keys(account.filteredBy) as FilterReason[]) total.filteredBy[reason] += account.filteredBy[reason];
    }
    return total.books();
  }

  #account(path: FolderPath, specialUse?: SpecialUse): FolderAccount {
    if (this.#last !== undefined && this.#last.path === path) return this.#last;
    const key = pathKey(path);
    let account = this.#folders.get(key);
    if (account === undefined) {
      account = new FolderAccount(path, specialUse);
      this.#folders.set(key, account);
    }
    this.#last = account;
    return account;
  }
}

/**
 * The books must close: every message read has exactly one end.
 * @throws {@link InternalError} BOOKS_UNBALANCED when they do not.
 */
export function assertBalanced(books: Books, what: string): void {
  const ended = books.written + books.alreadyPresent + books.filtered + books.failed;
  const reasons = Object.values(books.filteredBy).reduce((sum, count) => sum + count, 0);
  if (books.read === ended && reasons === books.filtered && books.updated <= books.alreadyPresent) return;
  throw new InternalError('BOOKS_UNBALANCED', `the books of ${what} do not balance`, {
    notes: [
      `read ${books.read}, written ${books.written}, already present ${books.alreadyPresent}, filtered ${books.filtered}, failed ${books.failed}`,
    ],
    help: 'keep source and target and report this as a bug',
  });
}
