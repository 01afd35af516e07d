import {
  type Difference,
  decorateStore,
  digestExactly,
  EN,
  formatCount,
  isFailure,
  itemNodes,
  type LedgerView,
  type MailStore,
  nodeLine,
  printable,
  printablePath,
  type VerifyOptions,
  type VerifyReport,
  verify,
} from '@mailferry/core';
import type { Context } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { countSignatures, signatureLines } from './count-signatures.js';
import { Interrupt } from './interrupt.js';
import type { Output } from './output.js';

/** Differences that are listed without `-v`. */
const LISTED = 20;

/** Both sides of a comparison. */
export interface Sides {
  readonly source: MailStore;
  readonly target: MailStore;
  readonly verdictType: 'summary' | 'verify';
}

/** What is known of the target. */
export interface TargetFacts extends Omit<VerifyOptions, 'digest' | 'observe' | 'signal' | 'ledger'> {
  /** {@link digestExactly} by default: line ends count. */
  readonly digest?: VerifyOptions['digest'];
  readonly ledger: LedgerView | undefined;
  /** The source with its quoting as it lies there, to count its signatures (`--signatures`). */
  readonly asItLies?: MailStore | undefined;
}

/** Compares, tells each difference and the verdict; the exit status. */
export async function compare(context: Pick<Context, 'output'>, sides: Sides, facts: TargetFacts): Promise<number> {
  const { output } = context;
  using interrupt = new Interrupt(output);
  try {
    return await compareUntil(interrupt, output, sides, facts);
  } catch (error) {
    if (interrupt.status === undefined) throw error;
    return unfinished(output, sides.verdictType, interrupt.status);
  }
}

/** @throws the reason of the signal when one came */
async function compareUntil(
  { signal, breathe: between }: Interrupt,
  output: Output,
  { source, target, verdictType }: Sides,
  { ledger, asItLies, ...facts }: TargetFacts,
): Promise<number> {
  const list = new DifferenceList(output);
  const there = decorateStore(target, { between });
  const report = await verify(decorateStore(source, { between }), there, {
    digest: digestExactly,
    ...facts,
    ...(ledger === undefined ? {} : { ledger }),
    observe: (difference) => list.tell(difference),
    signal,
  });
  const status = report.failures === 0 ? EXIT.ok : EXIT.someFailed;
  const verdict = verdictOf(report);
  const before = asItLies === undefined ? undefined : await countSignatures(decorateStore(asItLies, { between }), signal);
  const after = before === undefined ? undefined : await countSignatures(there, signal);
  const signatures = before === undefined || after === undefined ? undefined : { before, after };
  output.event({ type: verdictType, verdict, exitStatus: status, ...report, ...(signatures === undefined ? {} : { signatures }) });
  if (!output.isQuiet)
    output.result(
      [verdict, ...countLines(report), ...(signatures === undefined ? [] : signatureLines(signatures.before, signatures.after))].join('\n'),
    );
  return status;
}

/** What is said of a comparison that a signal ended; the exit status. */
function unfinished(output: Output, type: string, exitStatus: number): number {
  const verdict = 'Interrupted: not everything was compared, so this proves nothing. Run the same command again.';
  output.event({ type, verdict, exitStatus, interrupted: true });
  if (!output.isQuiet) output.result(verdict);
  return exitStatus;
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
  return `${MEANINGS[kind]}: ${printablePath(folder)}${facts === '' ? '' : ` ${facts}`}${note === undefined ? '' : ` (${printable(note)})`}`;
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
  alteredByServer: 'altered by the server, as foreseen',
  repaired: 'repaired on the way',
  additional: 'only in the target',
};

function verdictOf({ expected, failures, counts, target }: VerifyReport): string {
  if (expected === 0 && failures === 0) return 'The source has no message that should be in the target';
  const theyAre = expected === 1 ? 'The one message of the source is' : `All ${formatCount(expected)} messages of the source are`;
  if (failures > 0) return `NOT equal: ${formatCount(failures)} of the differences ${failures === 1 ? 'is a failure' : 'are failures'}`;
  const touched = (counts.removedByUser ?? 0) + (counts.movedByUser ?? 0);
  if (touched > 0) return `${theyAre} accounted for; the user removed or moved ${formatCount(touched)} since`;
  const changed = (counts.alteredByServer ?? 0) + (counts.repaired ?? 0);
  const but = changed === 0 ? '' : ` but for ${formatCount(changed)} that ${changed === 1 ? 'was' : 'were'} changed as foreseen`;
  return `${theyAre} ${target.format === 'imap' ? 'on the server' : 'in the target'}, octet by octet${but}`;
}

function countLines({ equal, notExpected, counts, ledger, nodes, items: held }: VerifyReport): string[] {
  const lines: (readonly [number, string])[] = [[equal, 'equal in all respects']];
  if (notExpected > 0) lines.push([notExpected, 'filtered or unreadable in the source, not expected']);
  for (const kind of Object.keys(MEANINGS) as Difference['kind'][]) {
    const count = counts[kind];
    if (count !== undefined) lines.push([count, MEANINGS[kind]]);
  }
  const text = lines.map(([count, what]) => `${formatCount(count).padStart(8)}  ${what}`);
  if (nodes !== undefined) text.push(`${' '.repeat(10)}message nodes of the PST: ${nodeLine(nodes, EN)}`);
  const items = nodes === undefined ? 0 : itemNodes(nodes);
  if (held !== undefined && held.expected > 0)
    text.push(
      `${formatCount(held.equal).padStart(8)}  of ${formatCount(held.expected)} contacts, appointments and the like are in the files beside it`,
    );
  else if (items > 0) text.push(`${formatCount(items).padStart(8)}  contacts, appointments and the like are no mail and were not compared`);
  return ledger ? text : [...text, 'There is no ledger in the target: what the user did since cannot be told from a loss.'];
}
