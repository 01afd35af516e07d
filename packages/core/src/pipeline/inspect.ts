import type { Flag } from '../model/flag.js';
import { type FolderPath, pathKey, type SpecialUse } from '../model/folder.js';
import type { Issue, IssueCode } from '../model/issue.js';
import type { ItemKind } from '../model/item.js';
import type { Message } from '../model/message.js';
import type { FolderSelection, MailStore, QuotingEvidence } from '../model/store.js';
import { batchesOf } from './batches.js';

/** What one folder of a source holds. */
export interface FolderInspection {
  readonly path: FolderPath;
  readonly specialUse?: SpecialUse;
  readonly messages: number;
  /** Octets of content. */
  readonly bytes: number;
  /** System flags with their backslash, each with the messages that have it. */
  readonly flags: Readonly<Record<Flag, number>>;
  readonly keywords: Readonly<Record<Flag, number>>;
  readonly uidValidity?: number;
  /** Milliseconds since the epoch; absent without messages. */
  readonly oldest?: number;
  readonly newest?: number;
}

/** What a source holds and what will be odd. */
export interface Inspection {
  readonly source: string;
  readonly format: string;
  readonly dialect?: string;
  readonly folders: readonly FolderInspection[];
  readonly items: Readonly<Partial<Record<ItemKind, number>>>;
  /** Messages of the source that a transfer would not deliver, by reason. */
  readonly excluded: Readonly<Record<string, number>>;
  /** Messages that could not be read. */
  readonly failed: number;
  readonly issues: Readonly<Partial<Record<IssueCode, number>>>;
  readonly leftAlone: MailStore['leftAlone'];
  /** Quoted `From ` lines of an mbox, where the store was told to count them. */
  readonly quoting?: QuotingEvidence;
  /** Messages that a transfer would deliver. */
  readonly messages: number;
}

/** How an inspection runs. */
export interface InspectOptions {
  readonly selection?: FolderSelection;
  /** Stops after the batch in flight; what was seen so far is returned. */
  readonly signal?: AbortSignal;
  /** Told of every message that a transfer would deliver, a batch at a time and in source order. */
  readonly each?: (messages: readonly Message[]) => void | Promise<void>;
  /** Told of every issue. */
  readonly issue?: (issue: Issue, message?: Message) => void;
}

/**
 * Reads a store and counts. Neither identity nor line ends of a message are asked for, so nothing is hashed:
 * the speed is that of finding the messages.
 */
export async function inspect(store: MailStore, options: InspectOptions = {}): Promise<Inspection> {
  const tally = new InspectionTally(options);
  for await (const folder of store.folders()) {
    if (options.selection?.includes?.(folder.path) === false) continue;
    const account = tally.folder(folder.path);
    account.specialUse = folder.specialUse;
    account.uidValidity = folder.uidValidity;
  }
  for await (const batch of batchesOf(store, options.selection)) {
    const delivered = batch.filter((message) => tally.message(message));
    if (options.each !== undefined && delivered.length > 0) await options.each(delivered);
    if (options.signal?.aborted === true) break;
  }
  if (store.items !== undefined && options.signal?.aborted !== true) {
    for await (const item of store.items(options.selection)) tally.item(item.kind, item.issues);
  }
  for (const issue of store.issues) tally.issue(issue);
  return tally.close(store);
}

class FolderTally {
  readonly path: FolderPath;
  specialUse: SpecialUse | undefined;
  uidValidity: number | undefined;
  messages = 0;
  bytes = 0;
  oldest = Number.POSITIVE_INFINITY;
  newest = Number.NEGATIVE_INFINITY;
  readonly flags = new Map<Flag, number>();

  constructor(path: FolderPath) {
    this.path = path;
  }

  add(message: Message): void {
    this.messages += 1;
    this.bytes += message.content.size;
    const date = message.internalDate;
    if (date < this.oldest) this.oldest = date;
    if (date > this.newest) this.newest = date;
    for (const flag of message.flags) this.flags.set(flag, (this.flags.get(flag) ?? 0) + 1);
  }

  close(): FolderInspection {
    const sorted = [...this.flags].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      path: this.path,
      ...(this.specialUse === undefined ? {} : { specialUse: this.specialUse }),
      messages: this.messages,
      bytes: this.bytes,
      flags: Object.fromEntries(sorted.filter(([flag]) => flag.startsWith('\\'))),
      keywords: Object.fromEntries(sorted.filter(([flag]) => !flag.startsWith('\\'))),
      ...(this.uidValidity === undefined ? {} : { uidValidity: this.uidValidity }),
      ...(Number.isFinite(this.oldest) ? { oldest: this.oldest } : {}),
      ...(Number.isFinite(this.newest) ? { newest: this.newest } : {}),
    };
  }
}

class InspectionTally {
  readonly #folders = new Map<string, FolderTally>();
  readonly #items = new Map<ItemKind, number>();
  readonly #excluded = new Map<string, number>();
  readonly #issues = new Map<IssueCode, number>();
  readonly #options: InspectOptions;
  #last: FolderTally | undefined;
  #failed = 0;
  #messages = 0;

  constructor(options: InspectOptions) {
    this.#options = options;
  }

  folder(path: FolderPath): FolderTally {
    if (this.#last?.path === path) return this.#last;
    const key = pathKey(path);
    const folder = this.#folders.get(key) ?? new FolderTally(path);
    this.#folders.set(key, folder);
    this.#last = folder;
    return folder;
  }

  /** Counts a message; true when a transfer would deliver it. */
  message(message: Message): boolean {
    for (const issue of message.issues) this.issue(issue, message);
    if (message.failure !== undefined) {
      this.issue(message.failure, message);
      this.#failed += 1;
      return false;
    }
    if (message.filtered !== undefined) {
      this.#excluded.set(message.filtered, (this.#excluded.get(message.filtered) ?? 0) + 1);
      return false;
    }
    this.#messages += 1;
    this.folder(message.folder).add(message);
    return true;
  }

  item(kind: ItemKind, issues: readonly Issue[]): void {
    this.#items.set(kind, (this.#items.get(kind) ?? 0) + 1);
    for (const issue of issues) this.issue(issue);
  }

  issue(issue: Issue, message?: Message): void {
    this.#issues.set(issue.code, (this.#issues.get(issue.code) ?? 0) + 1);
    this.#options.issue?.(issue, message);
  }

  close(store: MailStore): Inspection {
    return {
      source: store.location,
      format: store.format,
      ...(store.dialect === undefined ? {} : { dialect: store.dialect }),
      folders: [...this.#folders.values()].map((folder) => folder.close()),
      items: Object.fromEntries(this.#items),
      excluded: { ...store.excluded, ...Object.fromEntries(this.#excluded) },
      failed: this.#failed,
      issues: Object.fromEntries([...this.#issues].sort(([a], [b]) => (a < b ? -1 : 1))),
      leftAlone: store.leftAlone,
      ...(store.quoting === undefined ? {} : { quoting: store.quoting }),
      messages: this.#messages,
    };
  }
}
