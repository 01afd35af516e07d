import { UsageError } from '@mailferry/core';
import { EXIT } from '../exit-codes.js';
import { errorEvent, errorText, wantsJson } from './error-text.js';
import { paletteFor } from './palette.js';

/** Says what was wrong with the words of a command line; the exit status. */
export function refuse(message: string, words: readonly string[]): number {
  const [said = '', guess] = message.replace(/^error: /, '').split(/\n\(Did you mean /);
  // What stands behind "=" may be a secret.
  const what = said.replace(/^(unknown option '[^'=]*)=.*$/s, "$1'");
  const name = words.find((word) => /^[a-z]+$/.test(word));
  const help = what.includes('unknown command') || name === undefined ? 'mailferry --help' : `mailferry ${name} --help`;
  const error = new UsageError('USAGE', what, {
    notes: guess === undefined ? [] : [`perhaps you mean ${guess.replace(/\?\)\s*$/, '')}`],
    help: `${help} tells what can be given`,
  });
  process.stderr.write(`${errorText(error, paletteFor(undefined, process.stderr.isTTY === true, process.env))}\n`);
  if (wantsJson(words)) process.stdout.write(`${JSON.stringify(errorEvent(error, EXIT.usage))}\n`);
  return EXIT.usage;
}
