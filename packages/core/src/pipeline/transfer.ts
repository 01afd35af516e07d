import { type MailError, SourceError } from '../errors.js';
import type { TransferEvent } from '../model/event.js';
import type { Folder } from '../model/folder.js';
import type { Issue } from '../model/issue.js';
import type { LedgerView } from '../model/ledger.js';
import type { Message } from '../model/message.js';
import type { TransferReport } from '../model/report.js';
import type { FolderSelection, KnownStart, MailStore, NodeCounts } from '../model/store.js';
import type { Delivery, MailTarget } from '../model/target.js';
import { batchesOf } from './batches.js';
import { assertBalanced, Journal } from './journal.js';
import { ResidueKeeper } from './residue-keeper.js';
import { findUnchanged, knownStart, NOTHING_UNCHANGED, type Unchanged } from './unchanged.js';

/** How a transfer runs. */
export interface TransferOptions {
  /** Stops after the messages in flight; what was delivered is committed, the same call goes on. */
  readonly signal?: AbortSignal;
  /** Told of every folder, delivery and issue, and of progress after each batch. Must not throw. */
  readonly observe?: (event: TransferEvent) => void;
  /** Which folders to read; all by default. */
  readonly selection?: FolderSelection;
  /** Failed messages after which the run gives up; without limit by default. */
  readonly maxErrors?: number;
  /** Milliseconds between commits while messages flow; 30,000 by default. */
  readonly commitIntervalMs?: number;
  /** Stands for all options that decide what is read and delivered. With it, source files that an earlier run read with the same options and that did not change since are not read. */
  readonly fingerprint?: string;
  /** Read unchanged source files all the same. */
  readonly thorough?: boolean;
  /** Flag messages \\Deleted that vanished from the source since an earlier run, unless the user moved or deleted them. */
  readonly propagateDeletes?: boolean;
  /** False to keep no residue: then there is no way back to the source files. */
  readonly residue?: boolean;
  /** Milliseconds since the epoch; the clock of the machine by default. */
  readonly now?: () => number;
}

const NO_ISSUES: readonly Issue[] = [];

/** Whatever ends a run early, but is no error of the run. */
class Stop {
  interrupted = false;
  tooMany: MailError | undefined;
}

/**
 * Moves every message of a store to a target, and counts.
 * Messages that a store or a decorator marked as filtered or failed are counted and go no further.
 * @throws {@link SourceError} TOO_MANY_FAILURES when more than `maxErrors` messages failed; what was delivered is committed.
 * @throws {@link InternalError} BOOKS_UNBALANCED when source, target and counts do not agree.
 */
export async function transfer(source: MailStore, target: MailTarget, options: TransferOptions = {}): Promise<TransferReport> {
  const { signal, observe = () => {}, now = Date.now } = options;
  const journal = new Journal();
  const started = now();
  const stop = new Stop();
  const last = await target.ledger();

  const tellIssues = (message: Message, issues: readonly Issue[] = NO_ISSUES) => {
    for (const issue of issues) observe({ type: 'issue', issue, sourceId: message.sourceId, folder: message.folder });
  };
  const readsAll = options.thorough === true || (options.propagateDeletes === true && owesDeletes(last));
  const find = (): Unchanged => (readsAll ? NOTHING_UNCHANGED : findUnchanged(source, last, options.fingerprint, target));
  // A source that knows its files before it was opened need not be.
  const early = find();
  const folders = early.isAll ? [] : await foldersOf(source, options.selection);
  const unchanged = early.isAll ? early : find();
  const selection: FolderSelection = {
    ...options.selection,
    wantsIdentities: true,
    ...shortcuts(target, unchanged, last, options.fingerprint),
  };
  const keeper = new ResidueKeeper(source, target, {
    residue: options.residue !== false,
    fingerprint: options.fingerprint ?? '',
    grown: unchanged.grown,
    onKept: (count) => journal.unchanged(count),
  });
  const settle = (delivery: Delivery) => {
    journal.delivered(delivery);
    keeper.settle(delivery);
    observe({ type: 'delivery', delivery });
    const failure = delivery.failure ?? delivery.message.failure;
    if (failure !== undefined) tellIssues(delivery.message, [failure]);
  };
  const giveUp = () => {
    if (options.maxErrors === undefined || journal.failed <= options.maxErrors) return false;
    stop.tooMany = new SourceError('TOO_MANY_FAILURES', `more messages failed than the ${options.maxErrors} that are allowed`, {
      where: { path: source.location },
      help: 'look at the first failures, then run again with a higher --max-errors',
    });
    return true;
  };

  for (const { nodes } of unchanged.known) keeper.nodes.add(nodes);
  await announce({ source, target, journal }, folders, unchanged, observe);

  /** Counts a batch, and settles what is not to be delivered. */
  const sift = (batch: readonly Message[]): Message[] =>
    batch.filter((message) => {
      journal.read(message);
      keeper.pass(message);
      // It is in the source all the same: not gone, and the first of its equals.
      if (message.filtered === 'option') last.find(message.folder, message.identity);
      tellIssues(message, message.issues);
      if (message.failure !== undefined) settle({ message, status: 'failed', failure: message.failure });
      else if (message.filtered !== undefined) settle({ message, status: 'filtered', reason: message.filtered });
      else return true;
      return false;
    });

  async function* pull(): AsyncGenerator<readonly Message[]> {
    stop.interrupted = signal?.aborted === true;
    if (stop.interrupted) return;
    for await (const batch of batchesOf(source, selection)) {
      keeper.gather();
      const through = sift(batch);
      const { messages, bytesPassed: bytesRead } = journal;
      observe({ type: 'progress', progress: { messages, bytesRead, bytesTotal: source.bytes, folder: batch.at(-1)?.folder } });
      if (through.length > 0) yield through;
      stop.interrupted = signal?.aborted === true;
      if (stop.interrupted || giveUp()) return;
    }
    keeper.gather();
  }

  const commit = async () => {
    keeper.flush();
    await target.commit();
  };
  let committed = now();
  const deliverAll = async () => {
    for await (const deliveries of deliveriesOf(target, pull(), last)) {
      for (const delivery of deliveries) {
        settle(delivery);
        tellIssues(delivery.message, delivery.issues);
      }
      if (now() - committed < (options.commitIntervalMs ?? 30_000) || target.isMidway === true) continue;
      await commit();
      committed = now();
    }
    if (stop.interrupted || stop.tooMany !== undefined) return;
    await transferItems(source, target, { ...options, selection }, { journal, keeper });
    keeper.gather();
    await tellGone(source, target, options, observe, journal);
    if (options.selection === undefined) target.noteComplete?.();
    const { read, written, updated } = journal.totals();
    const seconds = Math.round(now() - started) / 1000;
    target.noteRun?.({ started, seconds, octets: journal.bytesRead, read, written, updated });
  };
  try {
    await deliverAll();
  } catch (error) {
    // A source that fails takes nothing from what it gave before; a target that fails is in no state to commit.
    if (error instanceof SourceError) await commit();
    throw error;
  }
  if (stop.interrupted) for (const one of (await target.withdraw?.()) ?? []) journal.withdrawn(one);
  await commit();

  const tellIssue = (issue: Issue) => {
    journal.issue(issue);
    observe({ type: 'issue', issue });
  };
  [...source.issues, ...target.issues].forEach(tellIssue);
  if (stop.tooMany !== undefined) throw stop.tooMany;
  const report = close(source, target, journal, { started, ended: now(), interrupted: stop.interrupted, nodes: keeper.nodes.sum });
  assertBalanced(report.totals, 'the run');
  for (const folder of report.folders) assertBalanced(folder, `folder ${folder.path.join('/')}`);
  assertBalanced(report.totals.items, 'what is not mail');
  return report;
}

/** What need not be read; where the target keeps no books of files, their starts are of no use later. */
function shortcuts(
  target: MailTarget,
  unchanged: Unchanged,
  last: LedgerView,
  fingerprint: string | undefined,
): Pick<FolderSelection, 'skips' | 'resumes'> {
  const skips = (file: number): boolean => unchanged.files.has(file);
  if (target.noteSourceRead === undefined || fingerprint === undefined || fingerprint === '') return { skips };
  const resumes = (file: number): KnownStart | undefined => {
    const known = unchanged.grown.get(file);
    return known === undefined ? undefined : knownStart(known, last);
  };
  return { skips, resumes };
}

async function foldersOf(source: MailStore, selection: FolderSelection | undefined): Promise<readonly Folder[]> {
  const folders: Folder[] = [];
  for await (const folder of source.folders()) if (selection?.includes?.(folder.path) !== false) folders.push(folder);
  return folders;
}

/** Opens an account for every folder, and makes it in the target unless nothing will be read. */
async function announce(
  { source, target, journal }: { readonly source: MailStore; readonly target: MailTarget; readonly journal: Journal },
  folders: readonly Folder[],
  unchanged: Unchanged,
  observe: (event: TransferEvent) => void,
): Promise<void> {
  target.noteFolders?.(folders);
  for (const folder of folders) {
    journal.folder(folder.path, folder.specialUse);
    if (!unchanged.isAll) await target.createFolder(folder);
    observe({ type: 'folder', path: folder.path });
  }
  for (const { counts, items } of unchanged.known) {
    for (const count of counts) journal.unchanged(count);
    if (items !== undefined) journal.unchangedItems(items);
    if (unchanged.isAll) for (const { path } of counts) observe({ type: 'folder', path });
  }
  tellFiles(source, target);
}

function tellFiles(source: MailStore, target: MailTarget): void {
  if (source.files !== undefined) target.noteSources?.(source.files);
}

/** Deliveries, many at a time, whether or not the target has that ability. */
async function* deliveriesOf(
  target: MailTarget,
  batches: AsyncIterable<readonly Message[]>,
  last: LedgerView,
): AsyncGenerator<readonly Delivery[]> {
  if (target.deliverBatches !== undefined) yield* target.deliverBatches(batches, last);
  else for await (const delivery of target.deliver(batches, last)) yield [delivery];
}

/** True when an earlier run saw that messages are gone and was not asked to flag them: what is gone from a file is found by reading it. */
function owesDeletes(last: LedgerView): boolean {
  for (const { isGone, flags } of last.unseen?.() ?? []) if (isGone === true && !flags.has('\\Deleted')) return true;
  return false;
}

/** Messages of earlier runs that the source has no more. */
async function tellGone(
  source: MailStore,
  target: MailTarget,
  options: TransferOptions,
  observe: (event: TransferEvent) => void,
  journal: Journal,
): Promise<void> {
  const { fingerprint, propagateDeletes: propagate = false } = options;
  if (target.gone === undefined || fingerprint === undefined || fingerprint === '') return;
  const lacks = (path: string): boolean => source.lacks?.(path) === true;
  for await (const { folder, sourceId, uid, source: path } of target.gone({ fingerprint, propagate, lacks })) {
    const note = `${folder.join('/')}${uid === undefined ? '' : `, UID ${uid}`}`;
    const issue: Issue = { code: 'SOURCE_MESSAGE_GONE', ...(path === undefined ? {} : { where: { path } }), note };
    journal.issue(issue, sourceId);
    observe({ type: 'issue', issue, sourceId, folder });
  }
}

async function transferItems(
  source: MailStore,
  target: MailTarget,
  options: TransferOptions,
  { journal, keeper }: { readonly journal: Journal; readonly keeper: ResidueKeeper },
): Promise<void> {
  if (source.items === undefined) return;
  const items = source.items(options.selection);
  if (target.deliverItems === undefined) {
    for await (const item of items) {
      journal.item('filtered', 'option');
      keeper.settleItem(item, 'filtered');
    }
    return;
  }
  for await (const { item, status, failure } of target.deliverItems(items)) {
    journal.item(status);
    keeper.settleItem(item, status);
    for (const issue of failure === undefined ? item.issues : [...item.issues, failure]) {
      journal.issue(issue, item.sourceId);
      options.observe?.({ type: 'issue', issue, sourceId: item.sourceId, folder: item.folder });
    }
  }
}

function close(
  source: MailStore,
  target: MailTarget,
  journal: Journal,
  { nodes, ...run }: { started: number; ended: number; interrupted: boolean; nodes: NodeCounts | undefined },
): TransferReport {
  return {
    source: {
      location: source.location,
      format: source.format,
      ...(source.dialect === undefined ? {} : { dialect: source.dialect }),
    },
    target: {
      location: target.location,
      format: target.format,
      ...(target.itemsLocation === undefined ? {} : { items: target.itemsLocation }),
    },
    ...run,
    totals: {
      ...journal.totals(),
      items: journal.items(),
      bytesRead: journal.bytesRead,
      bytesWritten: journal.bytesWritten,
      ...(journal.keptMessages === 0 ? {} : { unchanged: journal.keptMessages }),
      ...(journal.keptItems === 0 ? {} : { unchangedItems: journal.keptItems }),
    },
    folders: journal.folders(),
    issues: journal.issues(),
    dates: { ...journal.dates },
    leftAlone: source.leftAlone,
    ...(nodes === undefined ? {} : { nodes }),
  };
}
