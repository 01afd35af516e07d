import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  buildReport,
  decorateStore,
  dryRun,
  type FolderMapping,
  findField,
  formatCountOf,
  formatPlace,
  INBOX,
  ISSUES,
  IssueTally,
  type MailStore,
  type MailTarget,
  type Message,
  mapFolders,
  parseFolderMap,
  printable,
  printablePath,
  type Report,
  type ReportDetail,
  ReportTally,
  select,
  type TransferEvent,
  type TransferReport,
  transfer,
  UsageError,
} from '@mailferry/core';
import type { Context } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { commandLine, endingText } from './ending.js';
import { COMMON_FLAGS, RUN_FLAGS } from './flags-common.js';
import { ACCOUNT_FLAGS, LEDGER_FLAG } from './flags-imap.js';
import { FrugalHeap } from './frugal-heap.js';
import { Interrupt } from './interrupt.js';
import { issueLine, issueSummaryLine } from './issue-text.js';
import { machineZone } from './machine-zone.js';
import type { Output, OutputEvent } from './output.js';
import { ProgressView } from './progress.js';
import { checkReportFiles, writeReportFiles } from './report-files.js';
import type { Settings } from './settings.js';
import { ShortRun } from './short-run.js';

/** The two ends of a transfer, opened. */
export interface Ends {
  readonly source: MailStore;
  readonly target: MailTarget;
  /** True for a target that does its own dry run. */
  readonly ownsDryRun?: boolean;
  /** Names that stand for ready lists of folder patterns in `--exclude-folder`. */
  readonly readyLists?: ReadonlyMap<string, readonly string[]>;
  /** Further lines on how to go on. */
  readonly next?: (result: TransferReport) => readonly string[];
  /** Octets written after which the run stops, to be gone on with by the same command. */
  readonly stopAfter?: number;
  /** Asks the run to stop, for a reason of the target's that has an exit status of its own. */
  readonly halt?: { readonly signal: AbortSignal; readonly status: () => number | undefined };
}

/** A transfer that has come to its end, with both ends closed. */
interface Ended {
  readonly report: Report;
  readonly status: number;
}

/**
 * Runs a transfer as a command does: settings become decorators, events become lines, the report is shown and written.
 *
 * @param open - opens both ends; called once the settings are known to be right
 * @param verify - compares both sides with `--verify`, once both ends are closed; resolves to an exit status
 * @returns the exit status
 */
export async function runTransfer(
  context: Context,
  command: string,
  open: () => Promise<Ends>,
  verify?: () => Promise<number>,
): Promise<number> {
  const { settings, output } = context;
  const reports = settings.list('report');
  checkReportFiles(reports);
  const { report, status } = await transferBetween(context, command, open);
  writeReportFiles(report, reports);
  context.job?.keepReport(report);
  showBooks(report, output);
  const isDone = !settings.on('dry-run') && [EXIT.ok, EXIT.someFailed, EXIT.sourceData].some((done) => done === status);
  let last = status;
  try {
    if (verify !== undefined && isDone && settings.on('verify')) last = Math.max(status, await verify());
  } finally {
    output.event(summaryEvent(report, last));
  }
  return last;
}

async function transferBetween(context: Context, command: string, open: () => Promise<Ends>): Promise<Ended> {
  const { settings, output } = context;
  const mapping = folderMapping(settings);
  using interrupt = new Interrupt(output, false);
  const ends = await open();
  interrupt.begin();
  const { source, target } = ends;
  await using _source = source;
  await using _target = target;
  // Composing the messages of a PST wants a large heap.
  using _heap = new FrugalHeap(source.format === 'pst');
  const shortRun = new ShortRun(source.format === 'pst');
  const isDry = settings.on('dry-run');
  const store = decorateStore(chosen(source, settings, mapping, ends.readyLists), { between: interrupt.breathe });
  const limit = new StopAfter(ends.stopAfter);
  const run = new TransferView(output, settings);
  const maxErrors = settings.number('max-errors');
  output.event(planEvent(command, source, target, settings));
  let result: TransferReport;
  try {
    result = await transfer(store, isDry && ends.ownsDryRun !== true ? dryRun(target) : target, {
      signal: AbortSignal.any([interrupt.signal, limit.signal, ...(ends.halt === undefined ? [] : [ends.halt.signal])]),
      observe: (event) => {
        limit.observe(event);
        shortRun.observe(event);
        run.observe(event);
      },
      fingerprint: fingerprintOf(settings),
      thorough: settings.on('thorough'),
      propagateDeletes: settings.on('propagate-deletes'),
      residue: !settings.on('no-residue'),
      ...(maxErrors === undefined ? {} : { maxErrors }),
    });
  } catch (error) {
    run.end();
    throw error;
  }
  run.end(result);
  const report = buildReport(result, {
    command,
    dryRun: isDry,
    tally: run.tally,
    versions: versionsOf(context),
    options: settings.shown(),
    next: [...nextSteps(context, result, run.tally), ...(ends.next?.(result) ?? [])],
  });
  const ownStatus = result.interrupted ? (interrupt.status ?? EXIT.temporary) : statusOf(report, settings);
  // A signal behind the last message has interrupted nothing.
  const status = (result.interrupted ? interrupt.status : undefined) ?? ends.halt?.status() ?? ownStatus;
  return { report, status };
}

/** The exit status of a run that came to its end. */
function statusOf({ outcome }: Report, settings: Settings): number {
  if (outcome === 'failed') return EXIT.someFailed;
  return outcome === 'damaged' && !settings.on('salvage') ? EXIT.sourceData : EXIT.ok;
}

/** The source as the filters and the folder names of the settings want it. */
function chosen(source: MailStore, settings: Settings, mapping: FolderMapping, readyLists: Ends['readyLists']): MailStore {
  const [since, before, maxSize] = [settings.number('since'), settings.number('before'), settings.number('max-size')];
  const selected = select(source, {
    folders: settings.list('folder'),
    excludeFolders: settings.list('exclude-folder').flatMap((pattern) => readyLists?.get(pattern) ?? [pattern]),
    ...(since === undefined ? {} : { since }),
    ...(before === undefined ? {} : { before }),
    ...(maxSize === undefined ? {} : { maxSize }),
  });
  return Object.keys(mapping).length === 0 ? selected : mapFolders(selected, mapping);
}

/** The source as the settings want it, for a second look. */
export function chosenStore(source: MailStore, settings: Settings, readyLists?: ReadonlyMap<string, readonly string[]>): MailStore {
  return chosen(source, settings, folderMapping(settings), readyLists);
}

/** Ends a run when so many octets are written. */
class StopAfter {
  readonly #controller: AbortController = new AbortController();
  #left: number;

  constructor(octets: number | undefined) {
    this.#left = octets ?? Number.POSITIVE_INFINITY;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  observe(event: TransferEvent): void {
    if (event.type !== 'delivery' || event.delivery.status !== 'written') return;
    this.#left -= event.delivery.message.content.crlfSize;
    if (this.#left <= 0) this.#controller.abort();
  }
}

/** Flags that have no say in what is read and delivered: a ledger belongs to one account, however it is reached. */
const WITHOUT_SAY: ReadonlySet<string> = new Set([
  ...[...COMMON_FLAGS, ...RUN_FLAGS, ...ACCOUNT_FLAGS, LEDGER_FLAG].map(({ name }) => name),
  ...['connections', 'max-rate', 'stop-after', 'no-literal-plus', 'layout', 'name-separator'],
  ...['fsync', 'verify', 'thorough', 'forecast', 'lock', 'propagate-deletes', 'owner', 'max-errors', 'salvage', 'no-residue', 'folder-map'],
]);

/** Stands for everything that decides what is read and delivered: flags, the folder map and the zone of the machine. */
export function fingerprintOf(settings: Settings): string {
  const said = Object.entries(settings.shown()).filter(([name]) => !WITHOUT_SAY.has(name));
  const map = settings.text('folder-map');
  const zone = settings.text('from-tz') === undefined ? machineZone() : '';
  const text = JSON.stringify([said.sort(([a], [b]) => (a < b ? -1 : 1)), map === undefined ? '' : readFolderMap(map), zone]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function folderMapping(settings: Settings): FolderMapping {
  const file = settings.text('folder-map');
  const into = settings
    .text('into')
    ?.split('/')
    .filter((name) => name !== '');
  return {
    ...(file === undefined ? {} : { map: parseFolderMap(readFolderMap(file)) }),
    ...(settings.text('special-use') === 'rename' ? { standardNames: true } : {}),
    ...(into === undefined || into.length === 0 ? {} : { into: into.length === 1 && into[0]?.toUpperCase() === 'INBOX' ? INBOX : into }),
  };
}

function readFolderMap(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    throw new UsageError('FOLDER_MAP_UNREADABLE', 'the folder map cannot be read', {
      where: { path },
      cause,
      help: 'check the name and the rights of the file given with --folder-map',
    });
  }
}

function planEvent(command: string, source: MailStore, target: MailTarget, settings: Settings): { type: string } {
  return {
    type: 'plan',
    command,
    source: { location: source.location, format: source.format, ...(source.bytes === undefined ? {} : { bytes: source.bytes }) },
    target: { location: target.location, format: target.format },
    dryRun: settings.on('dry-run'),
    options: settings.shown(),
  } as { type: string };
}

/** Turns the events of a transfer into lines, and counts what the report needs. */
class TransferView {
  readonly tally: ReportTally;
  readonly #issues: IssueTally = new IssueTally();
  readonly #output: Output;
  readonly #progress: ProgressView;

  constructor(output: Output, settings: Settings) {
    this.#output = output;
    this.#progress = new ProgressView(output, settings);
    this.tally = new ReportTally(settings.on('report-details') ? subjectOf : undefined);
  }

  observe(event: TransferEvent): void {
    if (event.type === 'progress') this.#progress.update(event.progress);
    else if (event.type === 'delivery') this.#delivery(event.delivery);
    else if (event.type === 'issue') this.#issue(event);
  }

  /** Takes the progress away and shows the issues, one line a code. */
  end(result?: TransferReport): void {
    this.#progress.end();
    const issues = this.#issues.summaries();
    const isListed = this.#output.verbosity > 0;
    if (!isListed) for (const issue of issues) this.#output.say(issueSummaryLine(issue, this.#output.palette));
    if (issues.length > 0) {
      this.#output.say(
        this.#output.palette.soft(`mailferry explain CODE tells what it means and what to do${isListed ? '' : '; -v lists each'}`),
      );
    }
    this.#leftAlone(result?.leftAlone ?? []);
  }

  #leftAlone(leftAlone: TransferReport['leftAlone']): void {
    for (const { path, reason } of leftAlone) this.#output.log({ type: 'leftAlone', path, reason });
    if (leftAlone.length === 0) return;
    const what = formatCountOf(leftAlone.length, 'place');
    this.#output.say(`${what} in the source left alone${this.#output.verbosity > 0 ? ':' : ' (-v names them)'}`);
    if (this.#output.verbosity > 0)
      for (const { path, reason } of leftAlone) this.#output.say(`  ${printable(path)}: ${printable(reason)}`);
  }

  #delivery(delivery: Extract<TransferEvent, { type: 'delivery' }>['delivery']): void {
    this.tally.add(delivery);
    if (this.#output.verbosity < 2 && !this.#output.isLogging) return;
    const { message, status, reason, uid } = delivery;
    this.#output.log({
      type: 'message',
      status,
      folder: message.folder,
      sourceId: message.sourceId,
      size: message.content.size,
      ...(reason === undefined ? {} : { reason }),
      ...(uid === undefined ? {} : { uid }),
    });
    if (this.#output.verbosity >= 2)
      this.#output.say(`${status} ${printablePath(message.folder)} ${message.sourceId}${uid === undefined ? '' : ` UID ${uid}`}`);
  }

  #issue(event: Extract<TransferEvent, { type: 'issue' }>): void {
    const { issue, sourceId, folder } = event;
    this.#issues.add(issue, sourceId);
    this.#output.event({
      type: 'issue',
      code: issue.code,
      severity: ISSUES[issue.code].severity,
      ...(folder === undefined ? {} : { folder }),
      ...(sourceId === undefined ? {} : { sourceId }),
      ...(issue.where === undefined ? {} : { where: issue.where }),
      ...(issue.note === undefined ? {} : { note: issue.note }),
    });
    if (this.#output.verbosity > 0) this.#output.say(issueLine(issue, { folder, sourceId }, this.#output.palette));
  }
}

function subjectOf(message: Message): Pick<ReportDetail, 'subject' | 'from'> {
  const [subject, from] = [findField(message.content, 'Subject'), findField(message.content, 'From')];
  return { ...(subject === undefined ? {} : { subject }), ...(from === undefined ? {} : { from }) };
}

function versionsOf({ version }: Context): Record<string, string> {
  return { mailferry: version, node: process.versions.node, platform: `${process.platform}-${process.arch}` };
}

/** What to do now. */
function nextSteps(context: Context, result: TransferReport, tally: ReportTally): string[] {
  const steps: string[] = [];
  if (result.interrupted) steps.push(`To go on, run the same command again: ${commandLine(context.argv)}`);
  const [first] = tally.failures();
  const damage = result.issues.find(({ code }) => ISSUES[code].isDamage === true);
  if (damage !== undefined) steps.push(damageStep(damage, context.settings.on('salvage')));
  if (first !== undefined) steps.push(`What failed and why: mailferry explain ${first.code}`);
  return steps;
}

function damageStep({ code, first: [place] }: TransferReport['issues'][number], isAccepted: boolean): string {
  const where = formatPlace(place?.where, place?.sourceId);
  const what = `Mail is missing in the source (${code}${where === '' ? '' : ` at ${where}`})`;
  return isAccepted
    ? `${what}; --salvage says that this is known.`
    : `${what}: get the file again and run the same command, or be content with --salvage.`;
}

function showBooks(report: Report, output: Output): void {
  for (const { path, ...folder } of report.folders) output.event({ type: 'folder', path, ...folder });
  if (!output.isQuiet) output.result(endingText(report, output.resultPalette));
}

function summaryEvent(report: Report, exitStatus: number): OutputEvent {
  const { verdict, outcome, dryRun: isDry, source, target, started, ended, totals, nodes, next } = report;
  const issues = Object.fromEntries(report.issues.map(({ code, count }) => [code, count]));
  const failures = Object.fromEntries(report.failures.map(({ code, count }) => [code, count]));
  return {
    type: 'summary',
    outcome,
    verdict,
    dryRun: isDry,
    exitStatus,
    source,
    target,
    started,
    ended,
    totals,
    ...(nodes === undefined ? {} : { nodes }),
    issues,
    failures,
    invented: report.invented,
    next,
  };
}
