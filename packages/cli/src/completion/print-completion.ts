import { ERRORS, ISSUES, UsageError } from '@mailferry/core';
import type { Context } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { bashCompletion } from './bash.js';
import type { Completed } from './completed.js';
import { fishCompletion } from './fish.js';
import { zshCompletion } from './zsh.js';

const SHELLS: Readonly<Record<string, (completed: Completed) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** Prints the completions for a shell; the exit status. @throws {@link UsageError} USAGE for another shell. */
export function printCompletion({ args, commands, output }: Context): number {
  const [shell = ''] = args;
  const make = SHELLS[shell];
  if (make === undefined) throw new UsageError('USAGE', `there are no completions for "${shell}"`, { help: 'give bash, zsh or fish' });
  const codes = [...new Set([...Object.keys(ISSUES), ...Object.keys(ERRORS)])].sort();
  const text = make({ commands, codes });
  output.result(text.trimEnd());
  output.event({ type: 'summary', exitStatus: EXIT.ok, shell, script: text });
  return EXIT.ok;
}
