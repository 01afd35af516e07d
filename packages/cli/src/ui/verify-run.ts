import {
  type Difference,
  decorateStore,
  digestExactly,
  type FolderPath,
  formatCount,
  isFailure,
  type MailStore,
  openMaildir,
  pathKey,
  printable,
  printablePath,
  type ReadLedger,
  readLedger,
  replaceInMessage,
  type StoredForm,
  storedDate,
  storedFlags,
  storedFolders,
  UsageError,
  type VerifyReport,
  verify,
} from '@mailferry/core';
import type { Context } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { Interrupt } from './interrupt.js';
import { openSources } from './open-options.js';
import type { Output } from './output.js';
import { chosenStore } from './transfer-run.js';

/** Differences that are listed without `-v`. */
const LISTED = 20;

/** Compares the sources with the Maildir that is the last argument; the exit status. After a transfer, which has a summary of its own, the verdict is a `verify` event. */
export async function runVerify(context: Context, verdictType: 'summary' | 'verify' = 'summary'): Promise<number> {
  const { args, settings, output } = context;
  const locations = args.slice(0, -1);
  if (locations.includes('-')) {
    throw new UsageError('USAGE', 'standard input cannot be compared', { help: 'write it to a file first, and verify that' });
  }
  const root = args.at(-1) ?? '';
  await using sources = await openSources(locations, settings);
  const source = chosenStore(sources, settings);
  const ledger = readLedger(root);
  try {
    return await compare(source, { root, ledger, verdictType }, output);
  } finally {
    ledger.close();
  }
}

interface Target {
  readonly root: string;
  readonly ledger: ReadLedger;
  readonly verdictType: 'summary' | 'verify';
}

async function compare(source: MailStore, { root, ledger, verdictType }: Target, output: Output): Promise<number> {
  using interrupt = new Interrupt(output);
  const view = await viewOf(source, root, ledger);
  await using target = view.target;
  const list = new DifferenceList(output);
  const report = await verify(
    decorateStore(source, { between: interrupt.breathe }),
    decorateStore(target, { between: interrupt.breathe }),
    {
      digest: digestExactly,
      stored: view.stored,
      ...(ledger.layout === undefined ? {} : { ledger: ledger.view }),
      observe: (difference) => list.tell(difference),
      signal: interrupt.signal,
    },
  ).catch((error: unknown) => {
    if (interrupt.status === undefined) throw error;
    return undefined;
  });
  if (report === undefined) return interrupt.status ?? EXIT.temporary;
  const status = report.failures === 0 ? EXIT.ok : EXIT.someFailed;
  const verdict = verdictOf(report);
  output.event({ type: verdictType, verdict, exitStatus: status, ...report });
  if (!output.isQuiet) output.result([verdict, ...countLines(report)].join('\n'));
  return status;
}

/** The Maildir under the names that its folders have in the source, and what it can hold of a message. */
export async function viewOf(source: MailStore, root: string, ledger: ReadLedger): Promise<{ target: MailStore; stored: StoredForm }> {
  const folders: FolderPath[] = [];
  for await (const { path } of source.folders()) folders.push(path);
  const layout = ledger.layout === 'fs' ? 'fs' : 'maildir++';
  const maildir = await openMaildir(root, { namesAbsent: true, ...(ledger.layout === undefined ? {} : { layout }) });
  const names = storedFolders(folders, ledger.folders, layout);
  const named = (path: FolderPath): FolderPath => names.get(pathKey(path)) ?? path;
  const keywords = new Map<string, readonly string[]>();
  for await (const folder of maildir.folders()) keywords.set(pathKey(named(folder.path)), folder.keywords ?? []);
  return {
    target: decorateStore(maildir, {
      folder: (folder) => ({ ...folder, path: named(folder.path) }),
      message: (message) => replaceInMessage(message, { folder: named(message.folder) }),
    }),
    stored: { flags: (flags, folder) => storedFlags(flags, keywords.get(pathKey(folder)) ?? []), date: storedDate },
  };
}

/** Names differences as they are found: all of them as events, for people the first ones unless more are asked for. */
class DifferenceList {
  readonly #output: Output;
  #told = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  tell(difference: Difference): void {
    const { kind, ...rest } = difference;
    this.#output.event({ type: 'difference', kind, failure: isFailure(kind), ...rest });
    if (this.#output.verbosity === 0 && !isFailure(kind)) return;
    this.#told += 1;
    if (this.#output.verbosity === 0 && this.#told > LISTED) return;
    this.#output.say(lineOf(difference));
    if (this.#output.verbosity === 0 && this.#told === LISTED) this.#output.say('… -v lists all');
  }
}

function lineOf({ kind, folder, sourceId, targetId, uid, note }: Difference): string {
  const places = [sourceId, targetId].filter((place) => place !== undefined).map(printable);
  const facts = [...places, ...(uid === undefined ? [] : [`UID ${uid}`])].join(', ');
  return `${MEANINGS[kind]}: ${printablePath(folder)} ${facts}${note === undefined ? '' : ` (${printable(note)})`}`;
}

const MEANINGS: Readonly<Record<Difference['kind'], string>> = {
  missing: 'missing',
  altered: 'altered',
  doubled: 'doubled',
  flags: 'other flags',
  date: 'other date',
  uid: 'other UID',
  unreadable: 'unreadable',
  removedByUser: 'removed since by the user',
  movedByUser: 'moved since by the user',
  flagsByUser: 'flags changed since by the user',
  flagsUnproven: 'other flags, and no ledger to tell why',
  additional: 'only in the target',
};

function verdictOf({ expected, failures, counts }: VerifyReport): string {
  const isAre = expected === 1 ? 'message of the source is' : 'messages of the source are';
  if (failures > 0) return `NOT equal: ${formatCount(failures)} of the differences ${failures === 1 ? 'is a failure' : 'are failures'}`;
  const touched = (counts.removedByUser ?? 0) + (counts.movedByUser ?? 0);
  if (touched > 0) return `All ${formatCount(expected)} ${isAre} accounted for; the user removed or moved ${formatCount(touched)} since`;
  return `All ${formatCount(expected)} ${isAre} in the target, octet by octet`;
}

function countLines({ equal, notExpected, counts, ledger }: VerifyReport): string[] {
  const lines: (readonly [number, string])[] = [[equal, 'equal in all respects']];
  if (notExpected > 0) lines.push([notExpected, 'filtered or unreadable in the source, not expected']);
  for (const kind of Object.keys(MEANINGS) as Difference['kind'][]) {
    const count = counts[kind];
    if (count !== undefined) lines.push([count, MEANINGS[kind]]);
  }
  const text = lines.map(([count, what]) => `${formatCount(count).padStart(8)}  ${what}`);
  return ledger ? text : [...text, 'There is no ledger in the target: what the user did since cannot be told from a loss.'];
}
