import { decodeMailboxName, formatBytes, printable } from '@mailferry/core';
import { type ImapTarget, imapTarget, type UploadPlan } from '@mailferry/imap';
import type { Context } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { accountOptions, ledgerDirectory, repairKinds } from './account-options.js';
import { commandLine } from './ending.js';
import { ACCOUNT_FLAGS, LEDGER_FLAG } from './flags-imap.js';
import { openSources } from './open-options.js';
import { READY_LISTS } from './ready-lists.js';
import type { Settings } from './settings.js';
import { type Ends, runTransfer } from './transfer-run.js';
import { runVerifyAccount } from './verify-account-run.js';

const FULL = 'The account is full (IMAP_OVERQUOTA): get more space, then run the same command again; what is there is not sent twice';

/** Uploads the source to the account that is the last argument; the exit status. */
export async function runUpload(context: Context): Promise<number> {
  const { args, settings, output } = context;
  const url = args.at(-1) ?? '';
  const repairs = repairKinds(settings);
  const account = { ...accountOptions(settings), url };
  const isDryRun = settings.on('dry-run') || settings.on('forecast');
  let target: ImapTarget | undefined;
  const full = new AbortController();
  const [connections, maxRate, stopAfter] = ['connections', 'max-rate', 'stop-after'].map((name) => settings.number(name));
  const open = async (): Promise<Ends> => {
    const source = await openSources(args.slice(0, -1), settings, { defers: true });
    try {
      target = await imapTarget({
        ...account,
        ledger: ledgerDirectory(settings),
        isDryRun,
        repairs,
        onFull: () => full.abort(),
        mapsSpecialUse: !settings.on('keep-names'),
        ...(settings.on('subscribe') ? { subscribe: true } : {}),
        ...(connections === undefined ? {} : { connections }),
        ...(maxRate === undefined ? {} : { maxRate }),
      });
      const opened = target;
      if (source.bytes !== undefined) opened.expect(source.bytes, source.files);
      output.event({ type: 'plan', command: 'upload', server: opened.plan() });
      for (const line of planText(opened.plan())) output.say(line);
      return {
        source,
        target: opened,
        ownsDryRun: true,
        readyLists: READY_LISTS,
        halt: { signal: full.signal, status: () => (full.signal.aborted ? EXIT.target : undefined) },
        next: (result) => [...(full.signal.aborted ? [FULL] : []), ...nextSteps(opened, settings, result.totals.written)],
        ...(stopAfter === undefined ? {} : { stopAfter }),
      };
    } catch (error) {
      await source[Symbol.asyncDispose]();
      throw error;
    }
  };
  if (settings.on('forecast')) return await (await import('./forecast-run.js')).runForecast(context, open);
  return await runTransfer(context, 'upload', open, () => runVerifyAccount(context, 'verify'));
}

function* planText(plan: UploadPlan): Generator<string> {
  const how = {
    multiappend: 'many messages a command',
    pipelined: 'one message a command, not waiting',
    synchronising: 'one message at a time',
  };
  yield `${plan.preset}: ${how[plan.method]}`;
  if (plan.advice !== undefined) yield plan.advice;
  if (plan.appendLimit !== undefined) yield `the server takes messages of at most ${formatBytes(plan.appendLimit)}`;
  for (const { root, used, limit } of plan.quota)
    yield `quota${root === '' ? '' : ` ${printable(root)}`}: ${formatBytes(used)} of ${formatBytes(limit)} used`;
}

/** The command that takes an upload back, with what this one was told of account and ledger. */
function undoLine(settings: Settings, run: string): string {
  const known = new Set([...ACCOUNT_FLAGS, LEDGER_FLAG].filter(({ isSecret }) => isSecret !== true).map(({ name }) => name));
  const told = Object.entries(settings.shown()).filter(([name, value]) => known.has(name) && value !== false);
  return commandLine(['undo', ...told.flatMap(([name, value]) => (value === true ? [`--${name}`] : [`--${name}`, String(value)])), run]);
}

function nextSteps(target: ImapTarget, settings: Settings, written: number): string[] {
  const steps: string[] = [];
  if (settings.on('dry-run') || settings.on('forecast')) {
    const { folders } = target.plan();
    const short = target.issues.find(({ code }) => code === 'IMAP_QUOTA_SHORT');
    if (short !== undefined) steps.push(`The account will not hold all of it: ${short.note ?? ''}`);
    for (const { path, mailbox, isNew } of folders) {
      const [source, name] = [path.join('/'), decodeMailboxName(mailbox)];
      steps.push(printable(`${isNew ? 'would be made' : 'is there'}: ${source}${name === source ? '' : ` as ${name}`}`));
    }
    return steps;
  }
  if (written > 0) steps.push(`To take this upload back: ${undoLine(settings, target.run)}`);
  if (target.refused !== undefined) steps.push(`What the server refused is in ${target.refused}`);
  return steps;
}
