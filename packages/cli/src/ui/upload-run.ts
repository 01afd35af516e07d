import {
  decorateStore,
  digestCrlf,
  formatBytes,
  formatCount,
  isFailure,
  type MailStore,
  printable,
  replaceInMessage,
  UsageError,
  verify,
} from '@mailferry/core';
import {
  clampDate,
  type ImapTarget,
  imapTarget,
  NOT_FOR_UPLOAD,
  openImap,
  REPAIR_KINDS,
  type RepairKind,
  type UploadPlan,
} from '@mailferry/imap';
import type { Context } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { accountOptions, ledgerDirectory } from './account-options.js';
import { Interrupt } from './interrupt.js';
import { openSources } from './open-options.js';
import type { Settings } from './settings.js';
import { chosenStore, type Ends, runTransfer } from './transfer-run.js';

/** `--exclude-folder @not-mail`. */
const READY_LISTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['@not-mail', NOT_FOR_UPLOAD.flatMap((name) => [name, `**/${name}`])],
]);

/** Uploads the source to the account that is the last argument; the exit status. */
export async function runUpload(context: Context): Promise<number> {
  const { args, settings, output } = context;
  const url = args.at(-1) ?? '';
  const repairs = repairKinds(settings);
  const account = { ...accountOptions(settings), url };
  const isDryRun = settings.on('dry-run');
  let target: ImapTarget | undefined;
  const [connections, maxRate, stopAfter] = ['connections', 'max-rate', 'stop-after'].map((name) => settings.number(name));
  const open = async (): Promise<Ends> => {
    const source = await openSources(args.slice(0, -1), settings);
    try {
      target = await imapTarget({
        ...account,
        ledger: ledgerDirectory(settings),
        isDryRun,
        repairs,
        mapsSpecialUse: !settings.on('keep-names'),
        ...(settings.on('subscribe') ? { subscribe: true } : {}),
        ...(connections === undefined ? {} : { connections }),
        ...(maxRate === undefined ? {} : { maxRate }),
      });
      const opened = target;
      if (source.bytes !== undefined) opened.expect(source.bytes);
      output.event({ type: 'plan', command: 'upload', server: opened.plan() });
      for (const line of planText(opened.plan())) output.say(line);
      return {
        source,
        target: opened,
        ownsDryRun: true,
        readyLists: READY_LISTS,
        next: (result) => nextSteps(opened, isDryRun, result.totals.written),
        ...(stopAfter === undefined ? {} : { stopAfter }),
      };
    } catch (error) {
      await source[Symbol.asyncDispose]();
      throw error;
    }
  };
  return await runTransfer(context, 'upload', open, async () =>
    target === undefined ? EXIT.ok : await runVerify(context, target.plan(), () => openSources(args.slice(0, -1), settings)),
  );
}

function repairKinds(settings: Settings): RepairKind[] {
  const names = settings.list('repair');
  return names.map((name) => {
    const kind = REPAIR_KINDS.find((known) => known === name);
    if (kind === undefined)
      throw new UsageError('USAGE', `no repair is called ${printable(name)}`, { help: `there are ${REPAIR_KINDS.join(', ')}` });
    return kind;
  });
}

function* planText(plan: UploadPlan): Generator<string> {
  const how = {
    multiappend: 'many messages a command',
    pipelined: 'one message a command, not waiting',
    synchronising: 'one message at a time',
  };
  yield `${plan.preset}: ${how[plan.method]}`;
  if (plan.appendLimit !== undefined) yield `the server takes messages of at most ${formatBytes(plan.appendLimit)}`;
  for (const { root, used, limit } of plan.quota)
    yield `quota${root === '' ? '' : ` ${printable(root)}`}: ${formatBytes(used)} of ${formatBytes(limit)} used`;
}

function nextSteps(target: ImapTarget, isDryRun: boolean, written: number): string[] {
  const steps: string[] = [];
  if (isDryRun) {
    const { folders } = target.plan();
    for (const { path, mailbox, isNew } of folders) steps.push(`${isNew ? 'would be made' : 'is there'}: ${path.join('/')} as ${mailbox}`);
    return steps;
  }
  if (written > 0) steps.push(`To take this upload back: mailferry undo ${target.run}`);
  if (target.refused !== undefined) steps.push(`What the server refused is in ${target.refused}`);
  return steps;
}

/** The source with the dates that were sent: those out of range were moved into it, and the report of the upload has said so. */
function asSent(source: MailStore): MailStore {
  return decorateStore(source, { message: (message) => replaceInMessage(message, { internalDate: clampDate(message.internalDate) }) });
}

/** Reads both sides again; the exit status. */
async function runVerify({ settings, output, args }: Context, plan: UploadPlan, open: () => Promise<MailStore>): Promise<number> {
  using interrupt = new Interrupt(output);
  await using source = await open();
  const mailboxes = new Map(plan.folders.map(({ mailbox, path }) => [mailbox, path]));
  await using account = await openImap({ ...accountOptions(settings), url: args.at(-1) ?? '', mailboxes });
  const report = await verify(asSent(chosenStore(source, settings, READY_LISTS)), account, {
    digest: digestCrlf,
    uids: false,
    signal: interrupt.signal,
    observe: (difference) => {
      const { kind, ...rest } = difference;
      output.event({ type: 'difference', kind, failure: isFailure(kind), ...rest });
      if (output.verbosity > 0)
        output.say(
          `${kind}: ${printable(difference.folder.join('/'))} ${difference.sourceId ?? difference.targetId ?? ''} ${difference.note ?? ''}`,
        );
    },
  }).catch((error: unknown) => {
    if (interrupt.status === undefined) throw error;
    return undefined;
  });
  if (report === undefined) return interrupt.status ?? EXIT.temporary;
  const isGood = report.failures === 0;
  const missing = report.counts.missing ?? 0;
  const verdict = isGood
    ? `all ${formatCount(report.expected)} messages of the source are on the server`
    : `${formatCount(report.expected - missing)} of ${formatCount(report.expected)} messages of the source are on the server; differences: ${JSON.stringify(report.counts)}`;
  const status = isGood ? EXIT.ok : EXIT.someFailed;
  output.event({ type: 'verify', verdict, exitStatus: status, ...report });
  if (!output.isQuiet) output.result(verdict);
  return status;
}
