import { UsageError } from '@mailferry/core';
import type { Command, Context } from './command.js';
import { COMMANDS } from './commands/index.js';
import { EXIT, exitStatusOf } from './exit-codes.js';
import { errorEvent, errorText, wantsJson } from './ui/error-text.js';
import type { Flag } from './ui/flag.js';
import { COMMON_FLAGS } from './ui/flags-common.js';
import { Output } from './ui/output.js';
import { paletteFor } from './ui/palette.js';
import { readSettings, type Settings, unknownVariables } from './ui/settings.js';
import { programVersion } from './version.js';

/** Reads the settings, runs the command and shows what ended it; the exit status. */
export async function runCommand(
  command: Command,
  args: readonly string[],
  typed: ReadonlyMap<string, readonly string[]>,
  argv: readonly string[],
  busy?: () => Promise<string | undefined>,
): Promise<number> {
  const commands = COMMANDS;
  const known = allFlags(commands);
  let settings: Settings;
  let output: Output;
  try {
    settings = readSettings({ flags: [...command.flags, ...COMMON_FLAGS], known, typed, environment: process.env });
    if (command.guardsRoot === true) {
      const { asOwner } = await import('./owner/as-owner.js');
      const status = await asOwner(args, settings, argv);
      if (status !== undefined) return status;
    }
    output = new Output(settings, process.env);
  } catch (error) {
    return early(error, argv);
  }
  for (const name of unknownVariables(known, process.env))
    output.say(`${output.palette.warn('warning')}: ${name} is no variable of mailferry and is ignored`);
  return await run(command, { args, settings, output, argv, version: programVersion(), commands }, busy);
}

async function run(command: Command, context: Context, busy: (() => Promise<string | undefined>) | undefined): Promise<number> {
  const { output } = context;
  const status = await work(command, context, busy);
  const failure = await output.failure();
  if (failure === undefined) return status;
  process.stderr.write(`${errorText(failure, output.palette)}\n`);
  return status === EXIT.ok ? exitStatusOf(failure) : status;
}

async function work(command: Command, context: Context, busy: (() => Promise<string | undefined>) | undefined): Promise<number> {
  const { output } = context;
  try {
    if (busy !== undefined) await (await import('./ui/locked-spool.js')).demandLocks(busy);
    return await command.run(context);
  } catch (thrown) {
    const error = inWords(firstOf(thrown));
    const status = exitStatusOf(error);
    output.error(error, status);
    return status;
  } finally {
    output.close();
  }
}

/** The error that ended the work, where closing the ends failed as well. */
function firstOf(error: unknown): unknown {
  let first = error;
  while (first instanceof Error && 'suppressed' in first) first = first.suppressed;
  return first;
}

/** A relative path means nothing where the working directory was removed. */
function inWords(error: unknown): unknown {
  if (!(error instanceof Error && 'syscall' in error && error.syscall === 'uv_cwd')) return error;
  return new UsageError('USAGE', 'the directory that you work in does not exist any more', {
    help: 'go to one that does, or name all paths from the root (/)',
    cause: error,
  });
}

/** Every flag that any command has, each name once. */
function allFlags(commands: readonly Command[]): Flag[] {
  const flags = new Map<string, Flag>();
  for (const flag of [...commands.flatMap((command) => command.flags), ...COMMON_FLAGS]) flags.set(flag.name, flag);
  return [...flags.values()];
}

/** An error before the settings are known. */
function early(error: unknown, argv: readonly string[]): number {
  const status = exitStatusOf(error);
  process.stderr.write(`${errorText(error, paletteFor(undefined, process.stderr.isTTY === true, process.env))}\n`);
  if (wantsJson(argv)) process.stdout.write(`${JSON.stringify(errorEvent(error, status))}\n`);
  return status === EXIT.ok ? EXIT.bug : status;
}
