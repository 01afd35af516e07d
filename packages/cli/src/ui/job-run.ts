import type { JobMessage, JobOrder } from '@mailferry/batch';
import { inOneLine, MailError, type Report, UsageError } from '@mailferry/core';
import type { Command } from '../command.js';
import { EXIT, exitStatusOf } from '../exit-codes.js';
import { programVersion } from '../version.js';
import { errorEvent } from './error-text.js';
import { COMMON_FLAGS } from './flags-common.js';
import { demandLocks } from './locked-spool.js';
import { demandOwner } from './open-options.js';
import { Output, type OutputEvent } from './output.js';
import { givePassword } from './secrets.js';
import { readSettings, type Settings } from './settings.js';

/**
 * Runs what a batch has ordered, in a process of its own, and tells the batch what came of it. Ends the process.
 * @param busy - resolves, once the locks in the spool are held, to a mailbox that another program keeps
 */
export async function runJob(order: JobOrder, busy: () => Promise<string | undefined>): Promise<void> {
  let last: Extract<JobMessage, { type: 'end' }>;
  try {
    await demandLocks(busy);
    const command = await commandOf(order);
    const settings = settingsOf(command, order);
    if (order.password !== undefined) givePassword(order.password);
    const uid = process.getuid?.();
    if (order.ownFilesOnly === true && uid !== undefined) demandOwner(uid);
    const output = new Output(settings, {}, tell);
    const exitStatus = await command.run({
      args: order.args,
      settings,
      output,
      argv: [order.command, ...order.args],
      version: programVersion(),
      commands: [command],
      job: { keepReport: (report: Report) => send({ type: 'report', report: { ...report } }), ...laneOf(order) },
    });
    last = { type: 'end', exitStatus };
  } catch (error) {
    const exitStatus = exitStatusOf(error);
    const { code, message } = errorEvent(error, exitStatus) as { code: string; message: string };
    const said = error instanceof MailError ? inOneLine(error) : message;
    last = { type: 'end', exitStatus: exitStatus === EXIT.ok ? EXIT.bug : exitStatus, code, message: said };
  }
  process.removeAllListeners('disconnect');
  process.send?.(last, () => process.exit(last.exitStatus));
}

/** Only the command that is wanted: each job pays for what it loads. */
async function commandOf({ command }: JobOrder): Promise<Command> {
  return command === 'upload' ? (await import('../commands/upload.js')).upload : (await import('../commands/convert.js')).convert;
}

function settingsOf(command: Command, order: JobOrder): Settings {
  const flags = [...command.flags, ...COMMON_FLAGS];
  const unknown = Object.keys(order.flags).find((name) => !flags.some((flag) => flag.name === name));
  if (unknown !== undefined) {
    throw new UsageError('USAGE', `${command.name} has no flag --${unknown}`, {
      help: `mailferry ${command.name} --help lists those that a manifest can set in its column options`,
    });
  }
  const typed = new Map<string, readonly string[]>([...Object.entries(order.flags), ['json', ['1']], ['quiet', ['1']]]);
  return readSettings({ flags, known: flags, typed, environment: {} });
}

function laneOf({ lanes }: JobOrder): { lanes?: 0 } {
  return lanes === undefined ? {} : { lanes };
}

/** Events that a batch wants to hear of while a job runs. */
function tell(event: OutputEvent): void {
  const { type, messages, bytesRead, bytesTotal } = event;
  if (type !== 'progress') return;
  send({
    type: 'progress',
    messages: Number(messages),
    bytesRead: Number(bytesRead),
    ...(typeof bytesTotal === 'number' ? { bytesTotal } : {}),
  });
}

function send(message: JobMessage): void {
  if (process.connected) process.send?.(message);
}
