import { UsageError } from '@mailferry/core';
import type { Command } from '../command.js';
import { COMMANDS } from '../commands/index.js';
import { EXIT } from '../exit-codes.js';
import { errorEvent, errorText, wantsJson } from './error-text.js';
import { takesValue } from './flag.js';
import { COMMON_FLAGS } from './flags-common.js';
import { paletteFor } from './palette.js';

/** Who takes the flag of a command line of `convert` that was used again for `verify`, say. */
function elsewhere(what: string, name: string | undefined): string[] {
  const flag = /^unknown option '--([^']+)'$/.exec(what)?.[1];
  const takers = COMMANDS.filter(({ flags }) => flags.some((one) => one.name === flag)).map((command) => command.name);
  if (flag === undefined || name === undefined || takers.length === 0) return [];
  return [`it is for ${takers.join(', ')}; ${name} has no use for it: leave it out`];
}

/** A flag that the command has, and that could not be taken as it was typed: with a value that it has no use for, or before the command. */
function misused(typed: string | undefined, said: string, command: Command | undefined): string | undefined {
  const flag = [...(command?.flags ?? []), ...COMMON_FLAGS].find(({ name, short }) => typed === `--${name}` || typed === `-${short}`);
  if (typed === undefined || flag === undefined) return undefined;
  if (said.includes('=') && !takesValue(flag)) return `${typed} takes no value`;
  return `${typed} stands before the command: flags come after it`;
}

/** Says what was wrong with the words of a command line; the exit status. */
export function refuse(message: string, words: readonly string[]): number {
  const [said = '', guess] = message.replace(/^error: /, '').split(/\n\(Did you mean /);
  // What stands behind "=" may be a secret.
  const heard = said.replace(/^(unknown option '[^'=]*)=.*$/s, "$1'");
  const name = words.find((word) => /^[a-z]+$/.test(word));
  const command = COMMANDS.find((one) => one.name === name);
  const what = misused(/^unknown option '([^']+)'$/.exec(heard)?.[1], said, command) ?? heard;
  const help = what.includes('unknown command') || name === undefined ? 'mailferry --help' : `mailferry ${name} --help`;
  const notes = guess === undefined ? [] : [`perhaps you mean ${guess.replace(/\?\)\s*$/, '')}`];
  const error = new UsageError('USAGE', what, {
    notes: [...notes, ...elsewhere(what, name)],
    help: `${help} tells what can be given`,
  });
  process.stderr.write(`${errorText(error, paletteFor(undefined, process.stderr.isTTY === true, process.env))}\n`);
  if (wantsJson(words)) process.stdout.write(`${JSON.stringify(errorEvent(error, EXIT.usage))}\n`);
  return EXIT.usage;
}
